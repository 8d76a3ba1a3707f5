/** Many groups of near-duplicates in a browser: a page at a time, each page or all of them left out as one step. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { Rng } from '../../src/base/rng.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

const groups = 104

/** Pictures unlike each other, and of each a smaller one that looks like a copy. */
async function pairs(folder: string): Promise<void> {
  await mkdir(folder)
  const rng = Rng.fromSeed(5, 'pairs')
  for (let i = 0; i < groups; i += 1) {
    const pixels = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => rng.integer(256)))
    const large = await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } }).resize(64, 64, { kernel: 'nearest' }).png().toBuffer()
    await sharp(large).toFile(join(folder, `${i}.png`))
    await sharp(large).resize(48, 48).jpeg({ quality: 92 }).toFile(join(folder, `${i} small.jpg`))
  }
}

describe.skipIf(findChromium() === null)('near-duplicates in a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-duplicates')
    ;({ page } = web)
    await pairs(join(web.folder, 'pairs'))
    const chooser = page.waitForEvent('filechooser')
    await web.button('Choose folder').click()
    await (await chooser).setFiles(join(web.folder, 'pairs'))
    await page.getByText(`${2 * groups} pictures · no classes`).waitFor()
  })
  afterAll(() => web.close())
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await web.shoot(`failed ${task.name.slice(0, 30)}`) })

  const dialog = () => page.getByRole('dialog', { name: 'Near-duplicates' })
  const inDialog = (name: string | RegExp) => dialog().getByRole('button', { name, exact: typeof name === 'string' })
  const shown = () => dialog().getByRole('group', { name: /^Group \d+$/ })
  const find = async (): Promise<void> => {
    await web.button('More').click()
    await page.getByRole('menuitem', { name: 'Find near-duplicates …' }).click()
  }

  it('come a hundred at a time, and what is turned on one page stays turned on another', async () => {
    await find()
    await dialog().getByText(`Groups 1 to 100 of ${groups}`).waitFor()
    expect(await shown().count()).toBe(100)
    await web.looksRight('pages')
    await inDialog('Next').click()
    await dialog().getByText(`Groups 101 to ${groups} of ${groups}`).waitFor()
    expect(await shown().count()).toBe(4)
    expect(await inDialog('Next').isDisabled()).toBe(true)
    // Both of the last group stay.
    await shown().last().getByRole('button', { name: 'Keep picture 2' }).click()
    await inDialog('Only this page: exclude 3 pictures').waitFor()
    await inDialog('Previous').click()
    await inDialog('Only this page: exclude 100 pictures').waitFor()
    await inDialog('Exclude 103 pictures of all groups').waitFor()
  })

  it('are left out a page at a time, as one step that can be undone', async () => {
    await inDialog('Next').click()
    await inDialog('Only this page: exclude 3 pictures').click()
    await web.button('3 excluded').waitFor()
    await page.getByText(`${2 * groups - 3} pictures · no classes`).waitFor()
    await web.button(/^Undo:/).click()
    await page.getByText(`${2 * groups} pictures · no classes`).waitFor()
  })

  it('are left out of all pages at once, and then there are none', async () => {
    await find()
    await inDialog(`Exclude ${groups} pictures of all groups`).click()
    await web.button(`${groups} excluded`).waitFor()
    await find()
    await dialog().getByText(/^No two pictures/).waitFor()
    await page.keyboard.press('Escape')
  })

  it('logged no errors', () => {
    expect(web.errors).toEqual([])
  })
})
