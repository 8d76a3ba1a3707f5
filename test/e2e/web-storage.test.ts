/** What takes room, in a browser: shown, cleared and removed; both themes and languages. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { pictureFolder } from './pictures.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('storage in a browser', () => {
  let web: WebStudio
  let page: Page
  beforeAll(async () => {
    web = await openWebStudio('web-storage', async (data) => {
      // A copy that nothing names, as what is cut short leaves it.
      await mkdir(join(data, 'originals', 'ab'), { recursive: true })
      await writeFile(join(data, 'originals', 'ab', 'ab'.repeat(32)), Buffer.alloc(2_000_000))
    })
    ;({ page } = web)
    const chooser = page.waitForEvent('filechooser')
    await web.button('Choose folder').click()
    await (await chooser).setFiles(await pictureFolder(web.folder))
    await page.getByText('48 pictures · 2 classes').waitFor()
  })
  afterAll(() => web.close())

  it('shows what takes room, and clears the caches', async () => {
    await web.go('settings')
    await page.getByText('Copies of pictures').first().waitFor()
    await page.getByText('By data set').click()
    await page.getByRole('cell', { name: 'Formen 形状' }).waitFor()
    await page.getByRole('button', { name: /Clear caches/ }).click()
    await page.getByText(/ freed/).waitFor()
    await page.getByRole('button', { name: 'Clear caches (0 B)' }).waitFor()
  })

  it.each([['light', 'en'], ['dark', 'zh']] as const)('asks before it removes, without a serious accessibility violation: %s, %s', async (theme, language) => {
    await page.locator('.segments').nth(0).getByRole('button', { name: language === 'en' ? 'English' : '简体中文' }).click()
    await page.locator('.segments').nth(1).getByRole('button', { name: theme === 'light' ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).click()
    const remove = page.getByRole('button', { name: language === 'en' ? 'Remove unused (2 MB)' : '移除未使用的（2 MB）' })
    await remove.scrollIntoViewIfNeeded()
    await web.settled()
    await web.shoot(`${theme}-${language}`)
    expect(await web.violations()).toEqual([])
    await remove.click()
    await page.getByRole('dialog').waitFor()
    await web.shoot(`ask-${theme}-${language}`)
    expect(await web.violations()).toEqual([])
    await page.keyboard.press('Escape')
  })

  it('removes what is unused', async () => {
    await page.getByRole('button', { name: '移除未使用的（2 MB）' }).click()
    await page.getByRole('button', { name: '永久移除' }).click()
    await page.getByText('已释放 2 MB').waitFor()
    await page.getByRole('button', { name: /移除未使用的/ }).waitFor({ state: 'detached' })
    expect(web.errors).toEqual([])
  })
})
