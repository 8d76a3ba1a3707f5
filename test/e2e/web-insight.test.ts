/** Looking into networks in a real browser: their layers, their phases, what they say of pictures. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { commandLine, result } from './command.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('the networks of a run in a browser', () => {
  let web: WebStudio
  let page: Page
  let pictures = ''

  beforeAll(async () => {
    web = await openWebStudio('web-insight')
    ;({ page } = web)
    pictures = await web.importShapes()
  })
  afterAll(() => web.close())

  const option = async (key: string, value: string): Promise<void> => {
    await page.locator(`#option-${key}`).fill(value)
    await page.locator(`#option-${key}`).press('Enter')
  }
  const chooseFiles = async (name: RegExp, files: readonly string[]): Promise<void> => {
    const chooser = page.waitForEvent('filechooser')
    await web.button(name).click()
    await (await chooser).setFiles([...files])
  }

  it('lists the networks layer by layer before training, and follows the options', async () => {
    await web.button('Train on these').click()
    await page.getByText('Advanced', { exact: true }).click()
    await web.choose(/^Resolution/, '16 px')
    await option('batchSize', '8')
    await option('bootstrap', '0.01')
    await option('width', '16')
    await page.getByText('4 changed').waitFor({ timeout: 120_000 })
    await page.getByLabel('What to expect').getByText('Any', { exact: true }).waitFor({ timeout: 120_000 })
    await page.locator('summary', { hasText: /^Layer by layer/ }).click()
    const total = page.getByRole('table', { name: 'Generator' }).locator('tfoot td').first()
    const parameters = async (): Promise<number> => Number((await total.getAttribute('title'))?.replaceAll(',', ''))
    await page.getByText(/for a batch of 8/).waitFor()
    await page.getByRole('table', { name: 'Discriminator' }).getByText('Real or generated').waitFor()
    const wide = await parameters()
    await web.looksRight('networks')
    await option('width', '8')
    await expect.poll(parameters, { timeout: 20_000 }).toBeLessThan(wide / 2)
    // Each row's parameters, added up, are the total.
    const rows = await page.getByRole('table', { name: 'Generator' }).locator('tbody tr td:nth-child(3)').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('title')?.replaceAll(',', ''))))
    expect(rows.reduce((sum, row) => sum + row, 0)).toBe(await parameters())
  })

  it('draws what the discriminator sees, anew with each option of augmentation and when asked', async () => {
    const strip = page.getByRole('img', { name: /^Above: some of your pictures/ })
    const drawn = (): Promise<string> => strip.locator('.tile').first().evaluate((tile) => getComputedStyle(tile).backgroundImage)
    await strip.locator('.tile').nth(15).waitFor({ timeout: 60_000 })
    const first = await drawn()
    expect(await page.evaluate(async (css) => (await createImageBitmap(await (await fetch(css.slice(5, -2))).blob())).width, first)).toBe(8 * 16)
    await option('augmentRotation', '45')
    await expect.poll(drawn, { timeout: 60_000 }).not.toBe(first)
    const second = await drawn()
    await web.button('Draw again').click()
    await expect.poll(drawn, { timeout: 60_000 }).not.toBe(second)
    const third = await drawn()
    // What the discriminator does not see changes nothing.
    await option('width', '16')
    await option('width', '8')
    await page.waitForTimeout(1500)
    expect(await drawn()).toBe(third)
    await page.locator('#option-augmentAdapt').click()
    await page.getByText(/^Adaptive augmentation begins with no change/).waitFor({ timeout: 60_000 })
    await page.locator('#option-augmentAdapt').click()
    await page.getByText(/^Each kind of change is made to 100 %/).waitFor({ timeout: 60_000 })
    await strip.scrollIntoViewIfNeeded()
    await web.looksRight('augmentation')
  })

  it('shows the bootstrap phase, and where it ended', async () => {
    await page.waitForFunction(() => document.querySelector('.primary.big:not(:disabled)') !== null, null, { timeout: 120_000 })
    await page.locator('.primary.big').click()
    const phase = page.locator('dl.phased')
    await phase.getByText('Bootstrap', { exact: true }).waitFor({ timeout: 60_000 })
    await page.locator('.shade').first().waitFor()
    await phase.getByText('Adversarial', { exact: true }).waitFor({ timeout: 90_000 })
    await expect.poll(() => page.locator('.shade').first().evaluate((shade) => shade.clientWidth / (shade.parentElement?.clientWidth ?? 1)), { timeout: 20_000 }).toBeLessThan(0.6)
    await expect.poll(() => page.locator('.scrubber .foot').innerText(), { timeout: 30_000 }).toContain('Adversarial')
    await web.button('What the discriminator sees').click()
    await page.getByRole('dialog').locator('.tile').nth(15).waitFor({ timeout: 60_000 })
    await page.getByRole('dialog').getByText(/^Each kind of change is made to 100 %/).waitFor()
    await web.looksRight('seen')
    await page.keyboard.press('Escape')
    await web.button('Stop and save').click()
    await page.getByText('Stopped').first().waitFor()
    await page.getByRole('slider', { name: 'History of the run' }).press('Home')
    await expect.poll(() => page.locator('.scrubber .foot').innerText()).toContain('Bootstrap')
    await web.looksRight('phases')
  })

  it('asks the discriminator about pictures, and says what was wrong with one', async () => {
    await web.button('More').click()
    await page.getByRole('menuitem', { name: 'Ask the discriminator' }).click()
    const dialog = page.getByRole('dialog', { name: /^Ask the discriminator/ })
    await dialog.getByText(/Drop pictures here/).waitFor()
    await web.looksRight('inspect-empty')
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'x.png', { type: 'image/png' }))
      window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }))
    })
    await page.getByText('It says how real each picture looks to it; nothing is imported.').waitFor()
    await web.shoot('inspect-drop')
    await page.evaluate(() => window.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
    const broken = join(web.folder, 'broken.png')
    await writeFile(broken, 'not a picture')
    await chooseFiles(/^Choose pictures$/, [broken])
    await dialog.getByRole('alert').getByText(/"broken\.png" cannot be read as a picture/).waitFor({ timeout: 60_000 })
    await chooseFiles(/^Choose pictures$/, ['round/round 0.png', 'round/round 7.png', 'square/square 3.png'].map((path) => join(pictures, path)))
    await dialog.getByText(/It tells your pictures from generated ones/).waitFor({ timeout: 90_000 })
    const rows = dialog.locator('tbody tr')
    expect(await rows.count()).toBe(3)
    const shares = (await rows.locator('td.number').allInnerTexts()).map((text) => Number.parseFloat(text))
    expect(shares).toEqual([...shares].sort((a, b) => b - a))
    expect(shares.every((share) => share >= 0 && share <= 100)).toBe(true)
    expect(await rows.locator('td.class').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringMatching(/^(round|square)$/)]))
    await web.looksRight('inspect')
  })

  it('says how far the discriminator knows its pictures by heart', async () => {
    // Too few pictures to hold any out: there is a reading, and what it lacks.
    await expect.poll(() => page.locator('dl.phased').getByText('Learned by heart').locator('xpath=..').getAttribute('title')).toMatch(/is right about .* is only seen with pictures held out/)
  })

  it('goes through proposed labels by keyboard, gives some another class, keeps what was decided for another window, applies it, and takes it back', async () => {
    await page.keyboard.press('Escape')
    const command = commandLine({ dataFolder: join(web.folder, 'data') })
    const name = 'Formen 形状'
    const listed = await command.run('datasets', 'pictures', name)
    const ids = listed.lines.filter(({ type }) => type === 'picture').map(({ id }) => String(id))
    const unlabelled = async (): Promise<number> => (result(await command.run('datasets', 'show', name)) as unknown as { dataset: { unlabelledCount: number } }).dataset.unlabelledCount
    expect((await command.run('datasets', 'unlabel', name, ...ids.slice(0, 3), ...ids.slice(-3))).code).toBe(0)
    const dialog = page.getByRole('dialog', { name: /^Propose labels/ })
    const open = async (from = page): Promise<void> => {
      await from.getByRole('button', { name: 'More', exact: true }).click()
      await from.getByRole('menuitem', { name: 'Propose labels' }).click()
    }
    const says = (text: string): Promise<void> => dialog.getByText(text, { exact: true }).waitFor()
    await open()
    await dialog.getByText('0 of 6 decided').waitFor({ timeout: 90_000 })
    const tiles = dialog.locator('.all .tile')
    const shares = (await tiles.allInnerTexts()).map((text) => Number(/(\d+) %/.exec(text)?.[1]))
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    await page.keyboard.press('r')
    await says('1 of 6 decided')
    for (let i = 2; i <= 3; i++) await page.keyboard.press('a')
    await says('3 of 6 decided')
    // The fourth belongs to the other class, by its key; the fifth is round, from the menu, where letters find items.
    const [key, other] = (await dialog.locator('.class b').innerText()) === 'round' ? ['2', 'square'] : ['1', 'round']
    const given = /pic_\w+/.exec((await tiles.nth(3).locator('img').getAttribute('src')) ?? '')?.[0] ?? ''
    await page.keyboard.press(key)
    await says('4 of 6 decided')
    await tiles.nth(3).and(page.getByRole('button', { name: new RegExp(`, “${other}” instead$`) })).waitFor()
    await page.keyboard.press('Control+z')
    await says('3 of 6 decided')
    await page.keyboard.press('Control+Shift+z')
    await says('4 of 6 decided')
    await page.keyboard.press('ArrowRight')
    await dialog.getByRole('button', { name: 'Another class' }).press('Enter')
    await page.locator('[role=menuitem][data-highlighted]').waitFor()
    await page.keyboard.press('r')
    await page.keyboard.press('Enter')
    await says('5 of 6 decided')
    const fifth = await tiles.nth(4).getAttribute('aria-label')
    expect(fifth).toMatch(/^round, \d+ %, accepted$|^square, \d+ %, “round” instead$/)
    await web.looksRight('labels')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('5 decisions are kept, not yet applied').waitFor()
    expect(await unlabelled()).toBe(6)
    const another = await web.context.newPage()
    await another.goto(page.url())
    await open(another)
    await another.getByRole('dialog').getByText('5 of 6 decided', { exact: true }).waitFor()
    await another.close()
    await open()
    await says('5 of 6 decided')
    await dialog.getByRole('button', { name: 'Apply 4' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(unlabelled, { timeout: 20_000 }).toBe(2)
    const moved = (await command.run('datasets', 'pictures', name, '--class', other)).lines.map(({ id }) => id)
    expect(moved).toContain(given)
    await web.button('Undo').click()
    await expect.poll(unlabelled, { timeout: 20_000 }).toBe(6)
    await open()
    await dialog.getByText('0 of 6 decided').waitFor({ timeout: 90_000 })
    await page.keyboard.press('a')
    await says('1 of 6 decided')
    await dialog.getByRole('button', { name: 'Discard decisions' }).click()
    await says('0 of 6 decided')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('keeps the answer for the list of models', async () => {
    await page.keyboard.press('Escape')
    await web.go('models')
    await web.button(/^More: /).click()
    await page.getByRole('menuitem', { name: 'Ask the discriminator' }).click()
    await page.getByRole('dialog').getByText('square 3.png').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('finds the nearest training picture of a generated one, and says whether it is a copy', async () => {
    await web.button(/^Generate pictures: /).click()
    await page.getByLabel('Number').fill('6')
    await web.button('Generate').click()
    await page.getByText('6 pictures', { exact: true }).waitFor({ timeout: 60_000 })
    await page.getByRole('listbox', { name: 'Gallery' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await web.button('Find it').click()
    await page.getByText(/× the usual distance between your pictures/).waitFor({ timeout: 90_000 })
    await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('.found img')?.naturalWidth ?? 0) > 0)
    await page.getByText(/^(Memorised: |Close to |Not memorised: )/).waitFor()
    await web.looksRight('nearest')
    await page.keyboard.press('ArrowRight')
    await web.button('Find it').waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.getByText(/× the usual distance between your pictures/).waitFor()
  })

  it('logged no error on the way', () => {
    expect(web.errors).toEqual([])
  })
})
