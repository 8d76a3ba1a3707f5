/** The studio served to a real browser, with a data folder of its own. */
import { AxeBuilder } from '@axe-core/playwright'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { bundle } from '../../build/bundle.ts'
import { projectRoot } from '../../build/set-up/project.ts'
import { findChromium } from '../../build/set-up/system-packages.ts'
import { knowEngines } from './known-engines.ts'
import { pictureFolder } from './pictures.ts'

export interface WebStudio {
  readonly page: Page
  readonly context: BrowserContext
  /** For the test's own files. */
  readonly folder: string
  /** Where screenshots go. */
  readonly shots: string
  /** What the page threw or logged as an error. */
  readonly errors: readonly string[]
  shoot(name: string): Promise<unknown>
  go(place: string): Promise<void>
  /** Resolves once nothing on the page has changed for a moment; after a second at most, as where a run is watched. */
  settled(): Promise<void>
  /** Nothing overflows in a window of this size, once it has settled. */
  fits(width: number, height: number, name: string): Promise<void>
  button(name: string | RegExp): Locator
  choose(label: RegExp, option: string | RegExp): Promise<void>
  /** Imports the shapes, two classes of them, and shows them. @returns their folder */
  importShapes(): Promise<string>
  /** Another theme and language; what is open on the page stays open. */
  dress(theme: 'light' | 'dark', language: 'en' | 'zh'): Promise<void>
  /**
   * Each theme and each language once, wide and narrow: nothing overflows, nothing seriously hinders a person
   * who needs help with seeing. Shoots both as `name-theme-language`.
   */
  looksRight(name: string): Promise<void>
  /** Serious and critical ones of the page as it is, and headings that leave out a level: rule, elements. */
  violations(): Promise<readonly (readonly [string, string])[]>
  close(): Promise<void>
}

/** Those that are open: see `tell-failures.ts`. */
export const openStudios = new Set<WebStudio>()

/**
 * @param prepare is given the data folder before the studio opens it
 * @param engines unmeasured: the studio measures them before its first proposal, as on a person's first day
 */
export async function openWebStudio(name: string, prepare: (dataFolder: string) => Promise<void> = () => Promise.resolve(), engines: 'known' | 'unmeasured' = 'known'): Promise<WebStudio> {
  await bundle()
  const shots = join(projectRoot, 'test-results', name)
  await mkdir(shots, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), `gan-studio-${name}-`))
  await mkdir(join(folder, 'data'))
  if (engines === 'known') knowEngines(join(folder, 'data'))
  await prepare(join(folder, 'data'))
  const server = spawn(process.execPath, [join(projectRoot, 'build', 'bin.mjs'), 'serve', '--json', '--data', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve) => {
    let text = ''
    server.stdout.on('data', (chunk: Buffer) => {
      const found = /http:\/\/127\.0\.0\.1[^"\s]+/.exec((text += chunk.toString()))
      if (found !== null) resolve(found[0])
    })
  })
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', acceptDownloads: true })
  const page = await context.newPage()
  page.setDefaultTimeout(25_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()) })
  await page.goto(url)
  /** Where themes and languages are chosen. */
  let dresser: Page | null = null
  const web: WebStudio = {
    page, context, folder, shots, errors,
    shoot: (shot) => page.screenshot({ path: join(shots, `${shot}.png`) }),
    async go(place) {
      await page.evaluate((hash) => { location.hash = hash }, place)
      await web.settled()
    },
    settled: () => page.evaluate(async () => {
      for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          observer.disconnect()
          resolve()
        }
        let quiet = setTimeout(settle, 60)
        const observer = new MutationObserver(() => {
          clearTimeout(quiet)
          quiet = setTimeout(settle, 60)
        })
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        setTimeout(settle, 1000)
      })
    }),
    async fits(width, height, at) {
      await page.setViewportSize({ width, height })
      await web.settled()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${at} at ${width}`).toBeLessThanOrEqual(0)
    },
    button: (label) => page.getByRole('button', { name: label, exact: typeof label === 'string' }),
    async choose(label, option) {
      await page.getByRole('combobox', { name: label }).click()
      await page.getByRole('option', { name: option }).last().click()
    },
    async importShapes() {
      const shapes = await pictureFolder(folder)
      const chooser = page.waitForEvent('filechooser')
      await web.button('Choose folder').click()
      await (await chooser).setFiles(shapes)
      await page.getByText('48 pictures · 2 classes').waitFor()
      return shapes
    },
    async dress(theme, language) {
      if (dresser === null) {
        dresser = await context.newPage()
        await dresser.goto(`${page.url().split('#')[0] ?? ''}#settings`)
        await page.bringToFront()
      }
      // What lies behind is painted once a second: a click of the mouse would wait for that.
      await dresser.locator('.segments').nth(0).getByRole('button', { name: language === 'en' ? 'English' : '简体中文' }).dispatchEvent('click')
      await dresser.locator('.segments').nth(1).getByRole('button', { name: theme === 'light' ? /^(Light|浅色)$/ : /^(Dark|深色)$/ }).dispatchEvent('click')
      await page.waitForFunction(([wantedTheme, wantedLanguage]) => document.documentElement.dataset['theme'] === wantedTheme && document.documentElement.lang.startsWith(wantedLanguage ?? ''), [theme, language])
    },
    async looksRight(name) {
      for (const [theme, language] of [['dark', 'zh'], ['light', 'en']] as const) {
        await web.dress(theme, language)
        for (const width of [900, 1280]) await web.fits(width, 800, name)
        await web.shoot(`${name}-${theme}-${language}`)
        expect(await web.violations(), `${name} ${theme} ${language}`).toEqual([])
      }
    },
    async violations() {
      // Half faded in, everything has too little contrast.
      await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running' || animation.effect?.getComputedTiming().iterations === Infinity))
      // There is no frame whose findings would have to be put together in a page of their own, as the other mode does.
      const { violations } = await new AxeBuilder({ page }).options({ rules: { 'heading-order': { enabled: true } } }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).setLegacyMode().analyze()
      return violations.filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === 'heading-order').map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200)).join(' | ')] as const)
    },
    async close() {
      openStudios.delete(web)
      await browser.close()
      server.kill('SIGINT')
      await new Promise((resolve) => server.once('exit', resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
  openStudios.add(web)
  return web
}
