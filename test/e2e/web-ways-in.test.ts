/** Ways in with a browser: classes by a rule before and after an import, and the clipboard; both themes and languages. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('ways in with a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-ways-in')
    ;({ page } = web)
  })
  afterAll(() => web.close())
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await web.shoot(`failed ${task.name.slice(0, 30)}`) })

  it('shows what classes a rule gives while it is typed, and imports with it', async () => {
    const folder = join(web.folder, 'animals')
    for (const [i, name] of ['pets/cat_1.png', 'pets/cat_2.png', 'pets/great_dane_1.png', 'wild/fox_1.png', 'wild/readme.png'].entries()) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await sharp({ create: { width: 40, height: 24, channels: 3, background: { r: 40 * i, g: 120, b: 200 - 30 * i } } }).toFile(join(folder, name))
    }
    await web.button('More ways in').click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('menuitem', { name: /^Choose folder and where/ }).click()
    await (await chooser).setFiles(folder)
    await page.getByText('2 classes from 5 files').waitFor()
    await web.choose(/^Classes come from/, 'A pattern of file names')
    await page.getByText('3 classes from 5 files').waitFor()
    await page.getByRole('textbox', { name: 'Pattern' }).fill('nothing')
    await page.getByText('has {class} nowhere').waitFor()
    expect(await web.button('Import').isDisabled()).toBe(true)
    await page.getByRole('textbox', { name: 'Pattern' }).fill('{class}_#')
    await page.getByText('great_dane', { exact: true }).waitFor()
    await web.shoot('rule')
    expect(await web.violations()).toEqual([])
    await web.button('Import').click()
    await page.getByText('5 pictures · 3 classes').waitFor()
  })

  it('asks whether folders that look like a split are one, and keeps it', async () => {
    const folder = join(web.folder, 'parted')
    for (const [i, name] of ['train/a/1.png', 'train/a/2.png', 'train/b/1.png', 'val/b/2.png', 'test/a/3.png'].entries()) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await sharp({ create: { width: 30, height: 30, channels: 3, background: { r: 50 * i, g: 30, b: 90 } } }).toFile(join(folder, name))
    }
    await web.go('data')
    await web.button('More ways in').click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('menuitem', { name: /^Choose folder and where/ }).click()
    await (await chooser).setFiles(folder)
    await page.getByText('3 to train on, 1 to watch, 1 for the end').waitFor()
    await page.getByRole('group', { name: /look like a split/ }).getByRole('button', { name: 'Classes' }).click()
    await page.getByText('3 classes from 5 files').waitFor()
    await page.getByRole('group', { name: /look like a split/ }).getByRole('button', { name: 'Parts of a split' }).click()
    await page.getByText('2 classes from 5 files').waitFor()
    await web.looksRight('parts')
    await web.dress('light', 'en')
    await web.button('Import').click()
    await page.getByText('5 pictures · 2 classes').waitFor()
    await web.choose(/^Split/, 'Test')
    await page.getByText(/Showing 1 of 5/).waitFor()
    await page.getByText('Import report').click()
    await page.getByText(/Split as the folders or labels say: 3 to train on/).waitFor()
    await web.shoot('parts-report')
    await web.go('data')
    await page.getByText('animals').click()
    await page.getByText('5 pictures · 3 classes').waitFor()
  })

  it('says what an exported set keeps beside its pictures, and passes over it on request', async () => {
    const folder = join(web.folder, 'kept')
    for (const [i, name] of ['train/a/1.png', 'train/a/2.png', 'test/b/3.png'].entries()) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await sharp({ create: { width: 30, height: 30, channels: 3, background: { r: 60 * i, g: 90, b: 20 } } }).toFile(join(folder, name))
    }
    await writeFile(join(folder, 'gan-studio.json'), JSON.stringify({
      version: 1, settings: { resolution: 128, aspect: '4:3', fit: 'pad', colour: 'palette', colours: 12 }, emptyClasses: ['c', '无人'],
      split: { validation: 0, test: 0.35, seed: 7, counts: { train: 2, validation: 0, test: 1 } }, crops: [['train/a/1.png', { x: 0, y: 0, width: 0.5, height: 0.5 }]], recipes: [], copies: [],
    }))
    const prepare = async (): Promise<void> => {
      await web.go('data')
      await web.button('More ways in').click()
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('menuitem', { name: /^Choose folder and where/ }).click()
      await (await chooser).setFiles(folder)
    }
    const kept = page.getByText(/128 × 96 px, Add borders, Palette of 12 · The split’s shares and seed · 1 with a crop box · Classes without pictures: c, 无人/)
    await prepare()
    await kept.waitFor()
    await web.looksRight('noted')
    await web.dress('light', 'en')
    await web.button('Import').click()
    await page.getByText('3 pictures · 4 classes').waitFor()
    await page.getByText('Import report').click()
    await page.getByText(/^As gan-studio.json says: 128 × 96/).waitFor()
    await web.shoot('noted-report')
    await prepare()
    await kept.waitFor()
    await page.getByRole('group', { name: 'What it keeps' }).getByRole('button', { name: 'Pass over it' }).click()
    await web.button('Import').click()
    await page.getByText('3 pictures · 2 classes').waitFor()
    await web.go('data')
    await page.getByText('animals').click()
    await page.getByText('5 pictures · 3 classes').waitFor()
  })

  it('gives classes to pictures that are there, as a step that can be undone', async () => {
    await web.button('More').click()
    await page.getByRole('menuitem', { name: /^Classes from names/ }).click()
    await web.choose(/^Classes come from/, 'Nested folders')
    await page.getByText('2 classes from 5 files').waitFor()
    await web.button('Give classes').click()
    await page.getByText('5 pictures · 2 classes').waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('5 pictures · 3 classes').waitFor()
  })

  it('shows pictures in the colours that the data set says', async () => {
    await web.choose(/^Colours/, 'Black and white')
    await expect.poll(() => page.locator('.tile').first().locator(':is(canvas, img)').evaluate((drawn) => getComputedStyle(drawn).filter), { timeout: 20_000 }).toContain('grayscale')
    await web.shoot('black-and-white')
    expect(await web.violations()).toEqual([])
    await web.choose(/^Colours/, 'Colours as they are')
  })

  it('takes a picture from the clipboard: into the open data set, or as a new one', async () => {
    const paste = (shade: number): Promise<void> => page.evaluate(async (fill) => {
      const canvas = new OffscreenCanvas(50, 50)
      const context = canvas.getContext('2d')
      if (context === null) throw new Error('There is no canvas.')
      context.fillStyle = `rgb(${fill} 90 160)`
      context.fillRect(0, 0, 50, 50)
      const transfer = new DataTransfer()
      transfer.items.add(new File([await canvas.convertToBlob()], 'image.png', { type: 'image/png' }))
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
    }, shade)
    await paste(20)
    await page.getByText('6 pictures · 3 classes').waitFor()
    await web.go('data')
    await paste(90)
    await page.getByText('1 picture · no classes').waitFor()
    await page.getByText('Pasted pictures').waitFor({ state: 'attached' })
  })

  it('says once why nothing of an import came, and goes back to the data sets', async () => {
    await web.go('data')
    const folder = join(web.folder, 'words')
    await mkdir(folder)
    await writeFile(join(folder, 'a.jpg'), 'Words, not a picture.')
    const chooser = page.waitForEvent('filechooser')
    await web.button('Choose folder').click()
    await (await chooser).setFiles(folder)
    await page.getByText(/^No picture could be taken: 1 no picture\./).waitFor()
    await page.getByRole('heading', { name: 'Data', exact: true }).waitFor()
    // What else was asked about it has been answered by then.
    await page.waitForTimeout(500)
    expect(await page.locator('.toast.error').allInnerTexts()).toEqual([expect.stringMatching(/^No picture could be taken/)])
  })

  it('says it all in Chinese and in the dark', async () => {
    await web.go('settings')
    await page.locator('.segments').nth(0).getByRole('button', { name: '简体中文' }).click()
    await page.locator('.segments').nth(1).getByRole('button', { name: '深色' }).click()
    await web.go('data')
    await page.getByText('animals').click()
    await web.button('更多').click()
    await page.getByRole('menuitem', { name: /^按名称或文件夹/ }).click()
    await page.getByText('从 6 个文件得到').waitFor()
    await web.shoot('rule-dark-zh')
    expect(await web.violations()).toEqual([])
    expect(web.errors).toEqual([])
  })
})
