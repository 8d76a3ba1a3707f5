/** What imports could not take, in a browser: the same as from a shell, with reasons, tried again once it is mended. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { findChromium } from '../../build/set-up/system-packages.ts'
import type { Dataset, ImportReport } from '../../src/contract/data.ts'
import { commandLine, result, said, type CommandLine } from './command.ts'
import { nastyCorpus } from './nasty-corpus.ts'
import { openWebStudio, type WebStudio } from './web-studio.ts'

describe.skipIf(findChromium() === null)('files left out, in a browser', () => {
  let web: WebStudio
  let page: Page
  let command: CommandLine
  let corpus = ''
  beforeAll(async () => {
    web = await openWebStudio('web-left-out')
    ;({ page } = web)
    command = commandLine({ dataFolder: join(web.folder, 'data') })
    corpus = await nastyCorpus(web.folder, true)
  })
  afterAll(() => web.close())

  /** Classes with their counts, and what was left out with the reasons; paths from the folder that was chosen. */
  async function outcomeOf(name: string): Promise<{ readonly classes: readonly string[]; readonly problems: readonly string[] }> {
    const { dataset } = result(await command.run('datasets', 'show', name)) as unknown as { readonly dataset: Dataset }
    const problems = (await command.run('datasets', 'problems', name)).lines.filter(({ type }) => type === 'problem')
    return {
      classes: dataset.classes.map((one) => `${one.name} ${one.count}`),
      problems: problems.map(({ path, kind, message }) => `${String(path)} ${String(kind)} ${String(message)}`.replaceAll('corpus/', '')).sort(),
    }
  }

  it('are the same as from a shell, with the same reasons', { timeout: 120_000 }, async () => {
    const ended = await command.run('import', corpus, '--name', 'By shell')
    expect(ended.code, said(ended)).toBe(0)
    await web.go('data')
    const chooser = page.waitForEvent('filechooser')
    await web.button('Choose folder').first().click()
    await (await chooser).setFiles(corpus)
    await page.getByText('Import report').waitFor({ timeout: 60_000 })
    for (const [kind, count] of [['duplicate', 49], ['broken', 2], ['unsupported', 2], ['too-large', 1]] as const) {
      expect((result(ended) as unknown as { readonly report: ImportReport }).report.counts[kind]).toBe(count)
      await page.getByText(new RegExp(`${{ duplicate: 'Duplicates', broken: 'Damaged', unsupported: 'Not pictures', 'too-large': 'Too large' }[kind]} ${count}`)).first().waitFor()
    }
    const byPage = await outcomeOf('corpus')
    expect(byPage.problems).toHaveLength(5)
    expect(byPage).toEqual(await outcomeOf('By shell'))
  })

  it('are listed with their reasons, say what to do where they cannot be read again, and are taken once they are mended', { timeout: 120_000 }, async () => {
    await page.getByText('Files left out').click()
    await page.getByText(/cut off/).last().waitFor()
    await web.shoot('listed')
    await web.dress('light', 'zh')
    await page.getByText('图片不完整').last().waitFor()
    await web.shoot('listed-zh')
    await web.dress('light', 'en')
    // What a browser sent is not kept.
    await web.button('Try again').click()
    await page.getByText(/Drop or choose it again/).first().waitFor({ timeout: 30_000 })

    await sharp({ create: { width: 31, height: 17, channels: 3, background: 'teal' } }).png().toFile(join(corpus, 'forms', 'empty.png'))
    await writeFile(join(corpus, 'forms', 'words.jpg'), 'Other words.')
    const shell = (result(await command.run('datasets', 'show', 'By shell')) as unknown as { readonly dataset: { readonly id: string } }).dataset.id
    await web.go(`data/${shell}`)
    const before = await page.getByText(/^\d+ pictures · /).textContent()
    await page.getByText('Files left out').click()
    await page.locator('li', { hasText: 'forms/empty.png' }).last().waitFor()
    await web.button('Try again').click()
    await page.getByText(`${Number.parseInt(before ?? '', 10) + 1} pictures · 6 classes`).waitFor({ timeout: 30_000 })
    await expect.poll(() => page.locator('li', { hasText: 'forms/empty.png' }).count()).toBe(0)
    await page.locator('li', { hasText: 'forms/words.jpg' }).last().waitFor()
    await web.looksRight('left-out')
  })

  it('logged no errors', () => {
    expect(web.errors).toEqual([])
  })
})
