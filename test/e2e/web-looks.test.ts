/** Looking at a data set as a whole in a browser: sorting, charts, ranges; both themes and languages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('looking at a data set in a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-looks')
    ;({ page } = web)
    await web.importShapes()
  })
  afterAll(() => web.close())

  const firstTile = (): Promise<string | null> => page.locator('.tile').first().getAttribute('aria-label')

  it('sorts by a measure, either way', async () => {
    await web.choose(/^Sort/, 'Brightness')
    await expect.poll(firstTile, { timeout: 20_000 }).not.toContain('round 0')
    const darkest = await firstTile()
    await web.button('From low to high').click()
    await expect.poll(firstTile, { timeout: 20_000 }).not.toBe(darkest)
    await web.shoot('sorted')
    await web.choose(/^Sort/, 'Import order')
    await expect.poll(firstTile, { timeout: 20_000 }).toContain('round 0')
  })

  it('shows how measures spread, and filters by a range that can be taken away', async () => {
    await web.button('Charts').click()
    const bars = page.locator('figure', { hasText: 'Brightness' }).locator('.bars')
    await bars.waitFor()
    await page.locator('.means img').nth(1).evaluate((image: HTMLImageElement) => image.decode())
    await web.shoot('charts')
    const box = await bars.boundingBox()
    if (box === null) throw new Error('The chart has no place.')
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.83, box.y + 20)
    await page.mouse.up()
    await page.getByText(/Showing \d+ of 48/).waitFor()
    await web.shoot('range')
    await page.getByRole('slider', { name: 'Sharpness: from' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: /^Take away the range of Sharpness/ }).click()
    await web.button('Grid').click()
    await page.getByRole('button', { name: /^Take away the range of Brightness/ }).click()
    await expect.poll(() => page.locator('.tile').count(), { timeout: 20_000 }).toBeGreaterThan(20)
  })

  it('draws a map of all pictures to select in, by mouse and keyboard', { timeout: 180_000 }, async () => {
    await web.button('Map').click()
    await web.button('Look at all pictures').waitFor()
    await web.shoot('look-prompt')
    await web.button('Look at all pictures').click()
    const map = page.getByRole('application', { name: 'Map of 48 pictures' })
    await map.waitFor({ timeout: 150_000 })
    await web.settled()
    await web.shoot('map')
    await map.focus()
    for (const key of ['+', '+', '-', 'Home', 'Enter']) await page.keyboard.press(key)
    const box = await map.boundingBox()
    if (box === null) throw new Error('The map has no place.')
    const selected = async (): Promise<number> => Number.parseInt((await page.locator('.selection-bar b').allTextContents())[0] ?? '0', 10)
    /** Through corners in shares of the map's sides. */
    const draw = async (...corners: readonly (readonly [number, number])[]): Promise<void> => {
      const [first = [0, 0], ...rest] = corners
      await page.mouse.move(box.x + box.width * first[0], box.y + box.height * first[1])
      await page.mouse.down()
      for (const [x, y] of rest) await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 12 })
    }
    const left = [[0.01, 0.02], [0.5, 0.02], [0.5, 0.98], [0.01, 0.98]] as const
    const right = [[0.99, 0.02], [0.5, 0.02], [0.5, 0.98], [0.99, 0.98]] as const
    await page.keyboard.press('Escape')
    await draw(...left)
    await web.shoot('lasso')
    await page.mouse.up()
    await expect.poll(selected).toBeGreaterThan(0)
    const half = await selected()
    await page.keyboard.down('Shift')
    await draw(...right)
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.getByText('48 selected').first().waitFor()
    await web.shoot('map-selected')
    await page.keyboard.down('Alt')
    await draw(...right)
    await page.mouse.up()
    await page.keyboard.up('Alt')
    await expect.poll(selected).toBe(half)
    // By keyboard alone: a frame as large as the map, and a little one again.
    await map.focus()
    for (let i = 0; i < 15; i += 1) for (const key of ['Shift+ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key)
    await page.keyboard.press('Enter')
    await page.getByText('48 selected').first().waitFor()
    await page.keyboard.press('Alt+Enter')
    await expect.poll(selected).toBe(0)
    // What is selected can be worked on as in the grid.
    await draw(...left)
    await page.mouse.up()
    await page.keyboard.press('1')
    await page.getByText(/Moved to “round”/).first().waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText(/^Undone/).first().waitFor()
    await draw(...left)
    await page.mouse.up()
    await web.button('Show in the grid').click()
    await page.getByText(`Showing ${half} of 48`).waitFor()
    await expect.poll(() => page.locator('.tile').count()).toBe(half)
    await web.shoot('map-in-grid')
    await page.getByRole('button', { name: /^Selected on the map/ }).click()
    await web.button('Map').click()
    await map.waitFor()
    await map.hover()
    for (let i = 0; i < 4; i += 1) await page.mouse.wheel(0, -200)
    await web.settled()
    await web.shoot('map-near')
    await web.button('Grid').click()
    await web.choose(/^Sort/, 'Unusualness')
    await page.locator('.tile').first().click()
    await page.locator('aside dt', { hasText: 'Unusualness' }).waitFor()
    await web.shoot('unusual')
    await web.choose(/^Sort/, 'Import order')
    await page.keyboard.press('Escape')
  })

  it('trains a classifier on what a pretrained network sees, and shows which pictures it mixes up', { timeout: 180_000 }, async () => {
    await web.button('More').click()
    await page.getByRole('menuitem', { name: /^Check the classes/ }).click()
    await web.shoot('head-before')
    await web.button('Train the classifier').click()
    await page.getByRole('table').waitFor({ timeout: 120_000 })
    await web.shoot('head')
    const counts = await page.locator('table button').allTextContents()
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(8)
    await page.locator('table button').first().click()
    await page.locator('.thumbs img').first().evaluate((image: HTMLImageElement) => image.decode())
    await web.shoot('head-cell')
    expect(await web.violations()).toEqual([])
    await web.button('Select in the grid').click()
    await page.getByText(/Showing 24 of 48/).waitFor()
    await page.getByText(/^\d+ selected/).first().waitFor()
    await web.button('Show all').click()
  })

  it.each([['light', 'zh'], ['dark', 'en']] as const)('fits the window and has no serious accessibility violation: %s, %s', async (theme, language) => {
    await web.dress(theme, language)
    await web.button(language === 'en' ? 'Charts' : '图表').click()
    await page.locator('figure .bars').first().waitFor()
    for (const [width, height] of [[900, 800], [1280, 800]] as const) {
      await web.fits(width, height, `${theme} ${language}`)
      await web.shoot(`looks-${theme}-${language}-${width}`)
    }
    expect(await web.violations()).toEqual([])
  })

  it('logged no errors', () => {
    expect(web.errors).toEqual([])
  })
})
