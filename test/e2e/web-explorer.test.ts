/** Walking through a run's latent space in a real browser, finding a picture there, and filling in a part of it. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { commandLine, result, small } from './command.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('the explorer in a browser', () => {
  let web: WebStudio
  let page: Page
  let [run, picture] = ['', '']

  beforeAll(async () => {
    web = await openWebStudio('web-explorer', async (dataFolder) => {
      const command = commandLine({ dataFolder })
      const folder = await pictureFolder(join(dataFolder, '..'))
      picture = join(folder, 'round', (await readdir(join(folder, 'round')))[0] ?? '')
      expect((await command.run('import', folder, '--name', 'shapes')).code).toBe(0)
      const trained = await command.run('train', 'shapes', ...small, '--set', 'encoder=on', '--images', '400', '--no-score')
      run = String(result(trained)['id'])
    })
    ;({ page } = web)
    page.setDefaultTimeout(60_000)
  }, 180_000)
  afterAll(() => web.close())

  const shown = (): Promise<string> => page.locator('.big img').evaluate(async (image: HTMLImageElement) => {
    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer())
    return [...bytes].join()
  })

  it('opens from a run, moves along a direction, mixes classes, and takes each step back', async () => {
    await web.go(`train/${run}`)
    await page.locator('header').getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Explore' }).click()
    await page.locator('.big img').waitFor()
    const first = await shown()
    await page.getByLabel('Direction 1', { exact: true }).fill('3')
    await expect.poll(shown).not.toBe(first)
    const moved = await shown()
    await page.getByLabel('square', { exact: true }).fill('0.5')
    await expect.poll(() => page.getByLabel('round', { exact: true }).inputValue()).toBe('0.5')
    await expect.poll(shown).not.toBe(moved)
    await page.keyboard.press('Control+z')
    await expect.poll(shown).toBe(moved)
    await page.keyboard.press('Control+z')
    await expect.poll(shown).toBe(first)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(shown).toBe(moved)
    expect(await web.violations()).toEqual([])
  })

  it('keeps a picture that can be gone back to from the gallery', async () => {
    const before = await shown()
    await page.locator('h1').click()
    await page.keyboard.press('f')
    await page.getByText('Kept in the gallery').waitFor()
    await page.keyboard.press('r')
    await expect.poll(shown).not.toBe(before)
    await web.go('gallery')
    await page.getByRole('option').first().dblclick()
    await page.getByText('explored', { exact: true }).waitFor()
    await page.keyboard.press('x')
    await page.locator('.big img').waitFor()
    const pixels = async (bytes: string): Promise<number[]> => [...(await sharp(Buffer.from(bytes.split(',').map(Number))).raw().toBuffer())]
    const [a, b] = [await pixels(before), await pixels(await shown())]
    // Made in other company, the last bit may differ.
    expect(Math.max(...a.map((byte, i) => Math.abs(byte - (b[i] ?? 0))))).toBeLessThanOrEqual(2)
  })

  it('writes a path as an animation', async () => {
    for (const _ of [1, 2, 3]) {
      await page.keyboard.press('a')
      await page.keyboard.press('r')
      await page.waitForTimeout(400)
    }
    await page.getByLabel('Seconds to the next: 1').fill('0.5')
    await page.getByLabel('Seconds to the next: 1').press('Enter')
    await page.getByText('2.5 s', { exact: true }).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('region', { name: 'Path' }).getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'Animation (GIF)' }).click()
    const { pages = 0 } = await sharp(await readFile(await (await download).path()), { pages: -1 }).metadata()
    expect(pages).toBeGreaterThan(25)
  })

  it('finds a picture of mine, fills in what is painted over, and goes on from there', async () => {
    await web.button('From a picture').click()
    const chooser = page.waitForEvent('filechooser')
    await web.button('Choose pictures').click()
    await (await chooser).setFiles(picture)
    await page.getByText(/away from yours/).waitFor()
    const painter = page.getByRole('application', { name: /^Picture to paint on/ })
    await painter.focus()
    await page.keyboard.press('Space')
    await web.button('Fill in').click()
    await web.button('Save as PNG').waitFor()
    await web.shoot('filled')
    expect(await web.violations()).toEqual([])
    const download = page.waitForEvent('download')
    await web.button('Save as PNG').click()
    expect(await sharp(await readFile(await (await download).path())).metadata()).toMatchObject({ width: 16, height: 16 })
    await web.button('Explore from here').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText(/^Explore “/).waitFor()
  })

  it('logged no error on the way', () => {
    expect(web.errors).toEqual([])
  })
})
