/** The studio in a real browser: a person's first ten minutes, every page in both themes and languages. */
import { AxeBuilder } from '@axe-core/playwright'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../build/bundle.ts'
import { projectRoot } from '../../build/set-up/project.ts'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { pictureFolder } from './pictures.ts'

const executablePath = findChromium()
const shots = join(projectRoot, 'test-results', 'web')

describe.skipIf(executablePath === null)('the studio in a browser', () => {
  let folder = ''
  let server: ChildProcess
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    await bundle()
    await mkdir(shots, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-web-'))
    server = spawn(process.execPath, [join(projectRoot, 'build', 'bin.mjs'), 'serve', '--json', '--data', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const url = await new Promise<string>((resolve) => {
      let text = ''
      server.stdout?.on('data', (chunk: Buffer) => {
        const found = /http:\/\/127\.0\.0\.1[^"\s]+/.exec((text += chunk.toString()))
        if (found !== null) resolve(found[0])
      })
    })
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', acceptDownloads: true })
    page = await context.newPage()
    page.setDefaultTimeout(25_000)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()) })
    await page.goto(url)
  })
  afterAll(async () => {
    await browser.close()
    server.kill('SIGINT')
    await new Promise((resolve) => server.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  })

  const shoot = (name: string): Promise<unknown> => page.screenshot({ path: join(shots, `${name}.png`) })
  const go = async (place: string): Promise<void> => {
    await page.evaluate((hash) => { location.hash = hash }, place)
    await page.waitForTimeout(300)
  }

  it('invites the drop on first run', async () => {
    await page.getByRole('heading', { name: 'Drop a folder of pictures' }).waitFor()
    await shoot('first-run')
  })

  it('imports a folder the person chose', async () => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose folder' }).click()
    await (await chooser).setFiles(await pictureFolder(folder))
    await page.getByText('48 pictures · 2 classes').waitFor()
    await page.getByRole('button', { name: /round/ }).click()
    await page.waitForFunction(() => [...document.querySelectorAll('.cell img')].some((image) => (image as HTMLImageElement).naturalWidth > 0))
    await shoot('dataset')
  })

  it('trains on the sample pictures with one press, and shows samples and curves', async () => {
    await go('data')
    await page.getByRole('button', { name: 'Try with sample pictures' }).click()
    await page.getByText('215 pictures').first().waitFor()
    await page.getByRole('button', { name: 'Train on these' }).click()
    // Options stay within reach: a small network, so that the test is short.
    // The engines are measured once, before the first proposal.
    await page.getByText('Advanced').click({ timeout: 120_000 })
    await page.locator('#option-resolution').selectOption('16')
    await page.locator('#option-width').fill('8')
    await page.locator('#option-width').blur()
    await page.getByText(/215 pictures at 16 px/).waitFor()
    await shoot('proposal')
    await page.getByRole('button', { name: 'Train', exact: true }).last().click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.locator('.sheet img').waitFor()
    await page.waitForFunction(() => (document.querySelector('.sheet img') as HTMLImageElement).naturalWidth > 0)
    await page.waitForTimeout(5000)
    await shoot('training')
  })

  it('shows the same live run in a second tab', async () => {
    const second = await context.newPage()
    await second.goto(page.url())
    await second.getByRole('button', { name: 'Pause' }).waitFor()
    await second.close()
  })

  it('pauses, resumes, and stops with what was learned', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused').waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('Training').first().waitFor()
    await page.getByRole('button', { name: 'Stop and save' }).click()
    await page.getByText('Stopped').waitFor()
  })

  it('generates into the gallery; selects, favours, deletes and takes it back by keyboard', async () => {
    await page.getByRole('button', { name: 'Generate pictures' }).click()
    await page.getByLabel('Number').fill('40')
    await page.getByRole('button', { name: 'Generate', exact: true }).click()
    await page.getByText('40 pictures', { exact: true }).waitFor()
    const grid = page.getByRole('listbox')
    await grid.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByText('2 selected').waitFor()
    await page.keyboard.press('f')
    await page.getByRole('button', { name: 'Favourites' }).click()
    await page.getByText('2 pictures', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Favourites' }).click()
    await page.getByText('40 pictures', { exact: true }).waitFor()
    await grid.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Delete')
    await page.getByText('39 pictures', { exact: true }).waitFor()
    await page.keyboard.press('Control+z')
    await page.getByText('40 pictures', { exact: true }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press(' ')
    await page.getByRole('dialog').waitFor()
    await shoot('large')
    await page.keyboard.press('Escape')
    await shoot('gallery')
  })

  it('exports the selection as a download', async () => {
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Control+a')
    await page.getByText('40 selected').waitFor()
    await page.keyboard.press('e')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export', exact: true }).last().click()
    expect((await download).suggestedFilename()).toMatch(/\.zip$/)
  })

  it.each(['data', 'train/new', 'train', 'gallery', 'models', 'settings'])('%s: no serious accessibility violation, in either theme and language', async (place) => {
    for (const [theme, language] of [['Light', 'en'], ['Dark', 'zh']] as const) {
      await go('settings')
      await page.locator('select').nth(0).selectOption(language)
      await page.locator('select').nth(1).selectOption(theme.toLowerCase())
      await go(place === 'train' ? 'models' : place)
      if (place === 'train') await page.locator('td .name').first().click()
      await page.waitForTimeout(700)
      await shoot(`${place.replace('/', '-')}-${theme.toLowerCase()}-${language}`)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
    }
  })

  it('logged no error on the way', () => {
    expect(errors).toEqual([])
  })
})
