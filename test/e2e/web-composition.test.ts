/** Splitting, balancing and storing a data set in a browser; both themes and languages. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('what a data set is made of, in a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-composition')
    ;({ page } = web)
    await web.importShapes()
  })
  afterAll(() => web.close())

  const menu = async (item: string | RegExp): Promise<void> => {
    await web.button(/^(More|更多)$/).click()
    await page.getByRole('menuitem', { name: item }).click()
  }

  it('splits by shares and seed, shows the parts, and takes the split back', async () => {
    await menu('Split the data set …')
    const dialog = page.getByRole('dialog', { name: /^Split/ })
    await dialog.getByRole('slider', { name: 'Test' }).fill('25')
    await dialog.getByRole('button', { name: 'Split', exact: true }).click()
    await page.getByRole('combobox', { name: 'Split: All parts' }).waitFor({ timeout: 60_000 })
    await page.getByRole('combobox', { name: 'Split: All parts' }).click()
    await page.getByRole('option', { name: /^Test · \d+/ }).click()
    await page.getByText(/^Showing \d+ of 48$/).waitFor()
    await web.button('Show all').click()
    await menu('Split the data set …')
    await page.getByRole('table', { name: 'Split now' }).waitFor()
    await web.shoot('split')
    await page.keyboard.press('Escape')
  })

  it('proposes targets, shows copies before they are written, marks them, and an undo takes them back', async () => {
    await menu('Balance with augmented copies …')
    const dialog = page.getByRole('dialog', { name: /^Balance/ })
    await dialog.getByRole('spinbutton', { name: 'Target for round' }).fill('40')
    await dialog.getByRole('slider', { name: 'Turn' }).fill('30')
    await dialog.locator('.sheet img').waitFor()
    await web.settled()
    await web.shoot('expand')
    await dialog.getByRole('button', { name: 'Write copies' }).click()
    const chip = page.getByRole('button', { name: /^\d+ copies$/ })
    await chip.waitFor({ timeout: 60_000 })
    await chip.click()
    expect(await page.locator('.tile .copy').count()).toBeGreaterThan(0)
    await web.shoot('copies')
    await web.button('Show all').click()
    await page.getByRole('button', { name: /^Undo: Augmented copies/ }).click()
    await page.getByText('48 pictures · 2 classes').waitFor()
  })

  it.each([['dark', 'zh'], ['light', 'en']] as const)('fits the window and has no serious accessibility violation: %s, %s', async (theme, language) => {
    await web.dress(theme, language)
    for (const [name, item] of [['split', /^(Split the data set|划分数据集)/], ['expand', /^(Balance with|用增强副本)/]] as const) {
      await menu(item)
      await page.getByRole('dialog').waitFor()
      await web.settled()
      await web.shoot(`${name}-${theme}-${language}`)
      expect(await web.violations()).toEqual([])
      await page.keyboard.press('Escape')
    }
    await web.fits(900, 800, `${theme} ${language}`)
    await web.shoot(`set-${theme}-${language}-900`)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('logged no errors', () => {
    expect(web.errors).toEqual([])
  })
})
