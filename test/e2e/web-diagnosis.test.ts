/** What a person sees after a crash, where a page breaks, and what they can send on. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { silent } from '../../src/base/log.ts'
import { openStore } from '../../src/store/store.ts'
import { addRun } from '../unit/store/fixtures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('diagnosis in a browser', () => {
  let web: WebStudio
  let page: Page
  let run = ''
  let large = ''

  beforeAll(async () => {
    // As a studio leaves it that is killed while it trains and imports.
    web = await openWebStudio('web-diagnosis', async (data) => {
      const store = openStore(join(data, 'studio.db'), silent)
      run = addRun(store, { state: 'training', name: 'Blumen 花' })
      large = addRun(store, { state: 'failed', name: 'Large', error: { code: 'out-of-memory', message: 'The engine ran out of memory at batch size 16. With a batch of 8 pictures instead of 16 it should need about 2.1 GB of the 8.0 GB here.', smallerBatch: 8 } })
      store.datasets.insert({ id: 'set_half', name: 'Half', createdAt: 0, state: 'importing', resolution: 64, aspect: '1:1', fit: 'crop' })
      store.close()
      await writeFile(join(data, 'studio.open'), '')
    })
    ;({ page } = web)
    await web.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  })
  afterAll(() => web.close())
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())

  it('says what happened, what was saved and where to go on, until it was read', async () => {
    await page.getByText(/^GAN Studio ended unexpectedly, around/).waitFor()
    await page.getByText(/^An import was under way\. What had come (is|was) kept; go on from its page in Data\.$/).waitFor()
    await web.shoot('cut-short')
    expect(await web.violations()).toEqual([])
    await page.getByRole('button', { name: '“Blumen 花” had only just begun to train' }).click()
    await page.waitForFunction((id) => location.hash.includes(id), run)
    await page.getByText('Interrupted').first().waitFor()
    await page.getByRole('status').filter({ hasText: 'ended unexpectedly' }).getByRole('button', { name: 'Close' }).click()
    await page.reload()
    await page.getByText('Interrupted').first().waitFor()
    expect(await page.getByText(/ended unexpectedly/).count()).toBe(0)
  })

  it('goes on with a batch that fits where memory ran out, with one press', async () => {
    await web.go(`train/${large}`)
    await web.button('Begin again with a batch of 8').waitFor()
    await web.shoot('smaller-batch')
    expect(await web.violations()).toEqual([])
    await web.button('Begin again with a batch of 8').click()
    // Of this run there are no pictures; what it fails of now is another thing.
    await page.getByText(/With a batch of 8 pictures/).waitFor({ state: 'detached' })
    await page.getByText('Failed').first().waitFor()
    expect(await web.button(/with a batch of/).count()).toBe(0)
  })

  it('gives a report that can be sent on', async () => {
    await web.go('settings')
    await web.button('Copy diagnostic report').click()
    await page.getByText('The report was copied. It names none of your data.').waitFor()
    const report = await clipboard()
    expect(report).toMatch(/^## GAN Studio report\nversion \d/)
    expect(report).toContain(`${run}: interrupted`)
    expect(report).not.toContain('Blumen')
    expect(report).not.toContain(web.folder)
    await web.shoot('report')
  })

  it('shows a page that breaks as broken, and the others as they are', async () => {
    await web.go('gallery')
    await page.evaluate(() => {
      const kept = Number.prototype.toLocaleString
      Number.prototype.toLocaleString = function (this: number) { throw new Error('made to break') }
      ;(window as unknown as { mend: () => void }).mend = () => { Number.prototype.toLocaleString = kept }
    })
    await web.go('settings')
    await page.getByRole('heading', { name: 'This page stopped working' }).waitFor()
    await web.shoot('broken')
    expect(await web.violations()).toEqual([])
    await web.button('Copy diagnostic report').click()
    await page.getByText('The report was copied.').first().waitFor()
    await page.evaluate(() => (window as unknown as { mend: () => void }).mend())
    await web.button('Try again').click()
    await page.getByRole('heading', { name: 'Engines' }).waitFor()
  })

  it('says all of it in Chinese', async () => {
    await page.evaluate(() => sessionStorage.clear())
    await page.getByText('简体中文', { exact: true }).click()
    await page.reload()
    await page.getByText(/前后意外结束/).waitFor()
    await page.getByText(/^当时正在导入，已导入的部分/).waitFor()
    await web.button('复制诊断报告').first().click()
    await page.getByText('报告已复制，其中不含你的任何数据名称。').waitFor()
    await web.shoot('cut-short-zh')
    expect(await web.violations()).toEqual([])
  })
})
