/** The desktop application as a person starts it, in a real window on a screen of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import type { ElectronApplication, Page } from 'playwright-core'
import { findTestRuntime } from '../../../build/set-up/electron-test-runtime.ts'
import { projectRoot } from '../../../build/set-up/project.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import type { Settings } from '../../../src/contract/data.ts'
import { silent } from '../../../src/base/log.ts'
import { screenAvailable } from './screen.ts'
import type { Screen } from './screen.ts'

/** Playwright holds an application of itself only where it is not told which Electron to use. */
const heldApplication = join(import.meta.dirname, 'held')

export const desktopAvailable = (): boolean => screenAvailable() && findTestRuntime() !== null

export interface Desktop {
  readonly app: ElectronApplication
  readonly page: Page
  /** What the page logged as an error. */
  readonly errors: readonly string[]
  /** Resolves with the exit code once the application has ended. */
  readonly ended: Promise<number | null>
}

export interface DesktopOptions {
  readonly screen: Screen
  readonly dataFolder: string
  /** Files to open with the application. */
  readonly open?: readonly string[]
}

export async function openDesktop({ screen, dataFolder, open = [] }: DesktopOptions): Promise<Desktop> {
  const app = await _electron.launch({
    executablePath: findTestRuntime() ?? '',
    // The tests may run as root, where Chromium has no sandbox for its processes.
    args: [heldApplication, '--no-sandbox', '--lang=en-US', `--data=${dataFolder}`, ...open],
    env: { ...applicationEnvironment(), DISPLAY: screen.display },
    // Leaves room in a hook for the bundle before it and the page after it.
    timeout: 60_000,
  })
  const ended = new Promise<number | null>((resolve) => app.process().once('exit', resolve))
  const page = await app.firstWindow()
  page.setDefaultTimeout(25_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { app, page, errors, ended }
}

/** Starts the application a second time on the same data folder. @returns its exit code */
export async function openSecond({ screen, dataFolder, open = [] }: DesktopOptions): Promise<number | null> {
  const child = spawn(findTestRuntime() ?? '', [projectRoot, '--no-sandbox', `--data=${dataFolder}`, ...open], {
    env: { ...applicationEnvironment(), DISPLAY: screen.display },
    stdio: 'ignore',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

/** The process that owns a data folder now. */
export function studioPid(dataFolder: string): number {
  const { pid } = JSON.parse(readFileSync(join(dataFolder, 'studio.owner.json'), 'utf8')) as { readonly pid: number }
  return pid
}

/** Chooses settings before the application is opened, as a person has in an earlier session. */
export async function useSettings(dataFolder: string, settings: Partial<Settings>): Promise<void> {
  const studio = await openStudio({ dataFolder, version: '0.0.0', log: silent })
  await studio.call('settings.set', settings)
  await studio.close()
}

/**
 * Drops files of the system onto the page: Chromium gets them as it does from the desktop, with
 * their paths.
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  const { width, height } = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }))
  const drag = { x: width / 2, y: height / 2, data: { items: [], files: [...paths], dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, ...drag })
    await page.waitForTimeout(100)
  }
  await devTools.detach()
}

/** The person's answer to a native dialog, which no program can press. */
export async function answerDialogs(app: ElectronApplication, answers: { readonly files?: readonly string[]; readonly save?: string; readonly button?: number }): Promise<void> {
  await app.evaluate(({ dialog }, { files, save, button }) => {
    if (files !== undefined) dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [...files] })
    if (save !== undefined) dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: save })
    if (button !== undefined) dialog.showMessageBox = () => Promise.resolve({ response: button, checkboxChecked: false })
  }, answers)
}

/** As a click on it would. */
export const chooseInMenu = (app: ElectronApplication, menu: string, item: string): Promise<void> =>
  app.evaluate(({ Menu }, [menu, item]) => {
    Menu.getApplicationMenu()?.items.find(({ label }) => label === menu)?.submenu?.items.find(({ label }) => label === item)?.click()
  }, [menu, item])

/** Closes the window as its own button does. */
export const closeWindow = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

export function screenshotsFolder(): string {
  const folder = join(projectRoot, 'test-results', 'electron')
  mkdirSync(folder, { recursive: true })
  return folder
}

export function applicationEnvironment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...rest } = process.env
  const defined = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // Chromium reads names of files by the locale; without one, those that are not English are lost.
  return { ...Object.fromEntries(defined), LANG: 'C.UTF-8', GAN_STUDIO_TEST_NODE: process.execPath }
}
