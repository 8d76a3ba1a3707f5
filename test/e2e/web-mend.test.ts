/** Mending a data set in a browser: selecting, moving, excluding, classes, history; both themes and languages. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('mending a data set in a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-mend')
    ;({ page } = web)
    await web.importShapes()
  })
  afterAll(() => web.close())

  const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 20_000 })
  const grid = () => page.getByRole('listbox', { name: 'Data' })
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** As a person opens it: once they see where the cursor is. */
  const enlargeFirst = async (): Promise<void> => {
    await grid().focus()
    await press('Home')
    await page.locator('#tile-0.cursor.chosen').waitFor()
    await press('Space')
    await page.getByRole('dialog').waitFor()
  }
  const bar = (name: string) => page.getByRole('group', { name: 'Pictures per class' }).getByRole('button', { name: new RegExp(`^${name} \\d`) })
  const count = async (name: string): Promise<number> => Number(/\d+$/.exec(await bar(name).innerText())?.[0])
  const menu = async (name: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: `Change “${name}”` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  it('selects by mouse and keyboard, and moves pictures to a class by digit', async () => {
    const tiles = grid().getByRole('option')
    await tiles.nth(2).click()
    await tiles.nth(4).click({ modifiers: ['Shift'] })
    await tiles.nth(7).click({ modifiers: ['Control'] })
    await page.getByText('4 selected').waitFor()
    await web.shoot('selected')
    await press('2')
    await eventually(() => count('square')).toBe(28)
    expect(await count('round')).toBe(20)
    await press('Control+z')
    await eventually(() => count('round')).toBe(24)
    await press('Control+Shift+z')
    await eventually(() => count('round')).toBe(20)
  })

  it('goes on to the next picture while those moved leave the list', async () => {
    await bar('square').click()
    await page.getByText('Showing 28 of 48').waitFor()
    await grid().focus()
    await press('Home')
    const first = await page.locator('.tile.chosen').getAttribute('aria-label')
    await press('1')
    await page.getByText('Showing 27 of 48').waitFor()
    await eventually(() => page.locator('.tile.chosen').count()).toBe(1)
    const second = await page.locator('.tile.chosen').getAttribute('aria-label')
    expect(second).not.toBe(first)
    await press('1')
    await page.getByText('Showing 26 of 48').waitFor()
    await press('Escape')
    await web.button('Show all').click()
  })

  it('excludes pictures, shows them apart, and includes them again', async () => {
    await grid().focus()
    await press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Delete')
    await web.button('3 excluded').waitFor()
    await page.getByText('45 pictures · 2 classes').waitFor()
    await web.button('3 excluded').click()
    await page.getByText('Showing 3 of 3 excluded').waitFor()
    await grid().focus()
    await press('Control+a')
    await web.shoot('excluded')
    await web.button(/^Include again/).click()
    await page.getByText('No pictures are excluded here.').waitFor()
    await web.button('Show all').click()
    await page.getByText('48 pictures · 2 classes').waitFor()
  })

  it('makes, renames, merges and deletes classes', async () => {
    await grid().focus()
    await press('Home', 'Shift+ArrowRight', 'n')
    await page.getByRole('dialog', { name: 'New class' }).getByLabel('Name').fill('形状')
    await press('Enter')
    await eventually(() => count('形状')).toBe(2)
    await menu('形状', 'Rename class')
    await page.getByRole('dialog', { name: 'Rename class' }).getByLabel('Name').fill('forms')
    await press('Enter')
    await eventually(() => count('forms')).toBe(2)
    await menu('forms', 'Merge into another …')
    await page.getByRole('combobox', { name: /^Into/ }).click()
    await page.getByRole('option', { name: /^square \d+ pictures/ }).click()
    await web.shoot('merge')
    await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByText('48 pictures · 2 classes').waitFor()
    await menu('square', 'Delete class')
    await page.getByText(/pictures · 1 class$/).waitFor()
    for (let step = 0; step < 4; step += 1) await page.getByRole('button', { name: /^Undo:/ }).click()
    await page.getByText('48 pictures · 2 classes').waitFor()
    expect((await count('round')) + (await count('square'))).toBe(48)
  })

  it('lists the history, also after a reload', async () => {
    await page.reload()
    await web.button('History').click()
    const steps = page.locator('.floating li')
    await web.shoot('history')
    await eventually(() => steps.first().innerText()).toMatch(/Class “square” deleted, its pictures excluded · \d+ pictures\n.* · undone/)
    await press('Escape')
  })

  it('finds pictures by file name; undo takes back what was done to them, not what was typed', async () => {
    const search = page.getByRole('searchbox', { name: 'Search file names' })
    await search.fill('square 1')
    await page.getByText('Showing 11 of 48').waitFor()
    const before = await count('square')
    await grid().focus()
    await press('Home', '1')
    await eventually(() => count('square')).toBe(before - 1)
    await press('Control+z')
    await eventually(() => count('square')).toBe(before)
    expect(await search.inputValue()).toBe('square 1')
    await press('Control+Shift+z')
    await eventually(() => count('square')).toBe(before - 1)
    expect(await search.inputValue()).toBe('square 1')
    await press('Control+z')
    await eventually(() => count('square')).toBe(before)
  })

  it('keeps what is selected right after typing in the search field', async () => {
    const search = page.getByRole('searchbox', { name: 'Search file names' })
    await search.press('Control+a')
    await search.pressSequentially('square 2')
    await grid().focus()
    await press('Home')
    await page.getByText('Showing 5 of 48').waitFor()
    await page.locator('#tile-0.cursor.chosen').waitFor()
    await press('Delete')
    await page.getByText('47 pictures · 2 classes').waitFor()
    await press('Control+z')
    await page.getByText('48 pictures · 2 classes').waitFor()
  })

  it('finds near-duplicates to exclude', async () => {
    await web.button('Show all').click()
    await web.button('More').click()
    await page.getByRole('menuitem', { name: 'Find near-duplicates …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Near-duplicates' })
    await dialog.getByText(/Groups of pictures that look like copies|No two pictures/).waitFor()
    await web.shoot('duplicates')
    await press('Escape')
  })

  it('labels in the large view', async () => {
    const before = await count('square')
    await bar('round').click()
    await enlargeFirst()
    await press('2')
    await eventually(() => page.getByRole('dialog').getByText(/1 \/ \d+/).innerText()).toBe(`1 / ${48 - before - 1}`)
    await web.shoot('large')
    await press('Escape', 'Control+z')
    await eventually(() => count('square')).toBe(before)
    await web.button('Show all').click()
  })

  it('crops a picture by keyboard and mouse, with what training sees beside it', async () => {
    await enlargeFirst()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^Crop/ }).click()
    const box = dialog.getByRole('group', { name: 'Crop box' })
    const place = async () => (await box.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const whole = await place()
    for (let i = 0; i < 20; i += 1) await press('Shift+ArrowLeft')
    const small = await place()
    expect([small.width / whole.width, small.height / small.width]).toEqual([expect.closeTo(0.6, 1), expect.closeTo(1, 1)])
    await press('ArrowRight')
    expect((await place()).x).toBeGreaterThan(small.x)
    await page.mouse.move(small.x + 20, small.y + 20)
    await page.mouse.down()
    await page.mouse.move(small.x - 500, small.y - 500, { steps: 4 })
    await page.mouse.up()
    expect(await place()).toMatchObject({ x: expect.closeTo(whole.x, 0), y: expect.closeTo(whole.y, 0) })
    await web.shoot('crop')
    await press('Escape')
    await dialog.getByRole('button', { name: /^Crop/ }).waitFor()
    await press('c', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter')
    await dialog.getByText('Crop box').waitFor()
    await web.shoot('cropped')
    await press('c')
    await dialog.getByRole('button', { name: 'Use the whole picture' }).click()
    await eventually(() => dialog.getByText('Crop box').count()).toBe(0)
    await press('Escape', 'Control+z', 'Control+z')
    await page.getByRole('button', { name: /^Undo: Cropped/ }).waitFor({ state: 'detached' })
  })

  it('takes in what is added, exports what there is, and takes that in again', async () => {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'x.png', { type: 'image/png' }))
      window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }))
    })
    await page.getByText('Add to “Formen 形状”').waitFor()
    await page.evaluate(() => window.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
    const chooser = page.waitForEvent('filechooser')
    await web.button('More').click()
    await page.getByRole('menuitem', { name: 'Add a folder …' }).click()
    await (await chooser).setFiles(await pictureFolder(join(web.folder, 'more'), 30))
    await page.getByText('60 pictures · 2 classes').waitFor()

    const before = [await count('round'), await count('square')]
    await web.button('More').click()
    await page.getByRole('menuitem', { name: 'Export the data set …' }).click()
    await web.shoot('export')
    const download = page.waitForEvent('download')
    await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('Formen 形状.zip')
    const path = join(web.folder, 'again.zip')
    await file.saveAs(path)
    const set = await page.evaluate(() => location.hash.slice(1))
    await web.go('data')
    const files = page.waitForEvent('filechooser')
    await web.button('Choose pictures or ZIP').click()
    await (await files).setFiles(path)
    await eventually(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('again')
    await eventually(async () => [await count('round'), await count('square')]).toEqual(before)
    await web.go(set)
    await page.getByRole('button', { name: /^Undo: Pictures added/ }).click()
    await page.getByText('48 pictures · 2 classes').waitFor()
  })

  it.each([['dark', 'zh'], ['light', 'en']] as const)('fits the window and has no serious accessibility violation with pictures selected: %s, %s', async (theme, language) => {
    await web.dress(theme, language)
    await page.locator('.tile').nth(3).click()
    await press('Shift+ArrowRight')
    await page.locator('.selection-bar').waitFor()
    for (const [width, height] of [[1600, 1000], [900, 800], [1280, 800]] as const) {
      await web.fits(width, height, `${theme} ${language}`)
      await web.shoot(`set-${theme}-${language}-${width}`)
    }
    expect(await web.violations()).toEqual([])
  })

  it('logged no errors', () => {
    expect(web.errors).toEqual([])
  })
})
