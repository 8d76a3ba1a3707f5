/** A translator in a real browser: trained from a data set by one press, its report, and pictures translated with it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { commandLine } from './command.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

/** Two folders of discs: light on dark and dark on light. */
async function twoFolders(parent: string): Promise<string> {
  const folder = join(parent, 'discs')
  for (const [name, ground, disc] of [['dark', '#202840', '#f0e0a0'], ['light', '#f0e8d0', '#304060']] as const) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = 0; i < 30; i++)
      await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="${ground}"/><circle cx="${8 + (i % 5) * 4}" cy="${8 + Math.floor(i / 5) * 3}" r="${4 + (i % 3)}" fill="${disc}"/></svg>`)).png().toFile(join(folder, name, `${i}.png`))
  }
  return folder
}

describe.skipIf(findChromium() === null)('a translator in a browser', () => {
  let web: WebStudio
  let page: Page
  let [wide, broken] = ['', '']

  beforeAll(async () => {
    web = await openWebStudio('web-translate', async (dataFolder) => {
      const command = commandLine({ dataFolder })
      const folder = join(dataFolder, '..')
      expect((await command.run('import', await twoFolders(folder), '--name', 'discs')).code).toBe(0)
      wide = join(folder, 'wide 宽.png')
      await sharp({ create: { width: 61, height: 30, channels: 4, background: { r: 30, g: 40, b: 60, alpha: 0.5 } } }).png().toFile(wide)
      broken = join(folder, 'broken.png')
      await writeFile(broken, 'no')
    })
    ;({ page } = web)
    page.setDefaultTimeout(90_000)
  }, 180_000)
  afterAll(() => web.close())

  it('is trained from a data set of two folders, and shows what it learns', async () => {
    await web.go('data')
    await page.getByText('discs', { exact: true }).first().click()
    await page.locator('header').getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Learn to translate between classes' }).click()
    await page.getByText('from one of').waitFor()
    await web.choose(/^Resolution/, '16 px')
    await web.choose(/^Time/, '2 minutes')
    await web.shoot('form')
    expect(await web.violations()).toEqual([])
    await web.button('Train').last().click()
    await page.getByText('In threes: as it was, turned into the class, and back again').waitFor()
    await web.button('Stop and save').click()
    await web.button('Translate pictures').waitFor()
    await web.shoot('run')
    expect(await web.violations()).toEqual([])
  })

  it('translates given pictures into the chosen class, and leaves out what is none', async () => {
    await web.button('Translate pictures').click()
    await web.choose(/^Turn pictures into/, 'light')
    await page.getByText('each is turned into “light”').waitFor()
    await web.shoot('empty')
    const give = async (): Promise<void> => {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('dialog').getByRole('button', { name: /Choose pictures|Other pictures/ }).click()
      await (await chooser).setFiles([wide, broken])
    }
    await give()
    // Its shorter side becomes the run's.
    await page.getByText('turned into light · 33 × 16 pixels').waitFor()
    await page.getByText('“broken.png” was left out').waitFor()
    await web.looksRight('translated')
    // The same pictures, without being given again.
    await web.choose(/^Turn pictures into/, 'dark')
    await page.getByText('turned into dark · 33 × 16 pixels').waitFor()
    await web.choose(/^Turn pictures into/, 'light')
    await page.getByText('turned into light · 33 × 16 pixels').waitFor()
    await page.getByRole('switch', { name: 'At full size' }).check()
    await give()
    await page.getByText('turned into light · 61 × 30 pixels').waitFor()
    const downloaded = page.waitForEvent('download')
    await page.getByRole('dialog').getByRole('button', { name: 'Save as PNG' }).click()
    expect((await downloaded).suggestedFilename()).toBe('wide 宽 light.png')
  })
})
