/** An enlarger in a real browser: trained from a data set by one press, its report, and pictures made larger with it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { commandLine } from './command.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('an enlarger in a browser', () => {
  let web: WebStudio
  let page: Page
  let [wide, broken] = ['', '']

  beforeAll(async () => {
    web = await openWebStudio('web-enlarge', async (dataFolder) => {
      const command = commandLine({ dataFolder })
      const folder = join(dataFolder, '..')
      expect((await command.run('import', await pictureFolder(folder), '--name', 'shapes')).code).toBe(0)
      wide = join(folder, 'wide 宽.png')
      await sharp({ create: { width: 60, height: 30, channels: 4, background: { r: 200, g: 40, b: 40, alpha: 0.5 } } }).png().toFile(wide)
      broken = join(folder, 'broken.png')
      await writeFile(broken, 'no')
    })
    ;({ page } = web)
    page.setDefaultTimeout(90_000)
  }, 180_000)
  afterAll(() => web.close())

  it('is trained from a data set, and says how it does beside bicubic', async () => {
    await web.go('data')
    await page.getByText('shapes', { exact: true }).first().click()
    await page.locator('header').getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Train an enlarger' }).click()
    await page.getByRole('combobox', { name: /^How much larger/ }).waitFor()
    await web.choose(/^Resolution/, '16 px')
    await web.choose(/^How much larger/, '2 times larger')
    await web.choose(/^Time/, '2 minutes')
    await web.shoot('form')
    expect(await web.violations()).toEqual([])
    await web.button('Train').last().click()
    await page.getByText('In threes: made small, enlarged, as it was').waitFor()
    await web.button('Stop and save').click()
    await web.button('Enlarge pictures').waitFor()
    await web.shoot('run')
    await page.locator('header').getByRole('button', { name: 'More', exact: true }).click()
    expect(await page.getByRole('menuitem', { name: 'Explore' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    // It fades, and what fades has little contrast.
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' })
    expect(await web.violations()).toEqual([])
  })

  it('makes given pictures larger, shows them before and after, and leaves out what is none', async () => {
    await web.button('Enlarge pictures').click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('dialog').getByRole('button', { name: 'Choose pictures' }).click()
    await (await chooser).setFiles([wide, broken])
    await page.getByText('120 × 60 pixels').waitFor()
    await page.getByText('“broken.png” was left out').waitFor()
    await page.getByLabel('Where before ends and after begins').fill('20')
    await web.shoot('enlarged')
    expect(await web.violations()).toEqual([])
    const downloaded = page.waitForEvent('download')
    await page.getByRole('dialog').getByRole('button', { name: 'Save as PNG' }).click()
    const saved = await downloaded
    expect(saved.suggestedFilename()).toBe('wide 宽 2x.png')
    const { data, info } = await sharp(await readFile(await saved.path())).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 120, height: 60, channels: 4 })
    expect([...data.subarray(3, 4)]).toEqual([128])
  })
})
