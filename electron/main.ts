/** The desktop shell: a window on the studio process. It does no picture, tensor or database work. */
import { BrowserWindow, app, dialog } from 'electron'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../src/contract/data.ts'
import type { MenuCommand } from '../src/contract/desktop-bridge.ts'
import { defaultDataFolder } from '../src/studio/folders.ts'
import type { HostConnection } from '../src/transport/connect.ts'
import { channels } from './channel-names.ts'
import { answerPage, notify } from './ipc.ts'
import { setMenu } from './menu.ts'
import { declareScheme, serveScheme } from './protocol.ts'
import { forgetPasted, sweepPasted } from './pasted.ts'
import { RunWatch } from './run-watch.ts'
import { secureApplication, secureSession } from './security.ts'
import { parseArguments } from './start-arguments.ts'
import { StudioKeeper } from './studio-keeper.ts'
import { startStudio } from './studio-runtime.ts'
import { openWindow } from './windows.ts'
import { languageOf, wordsOf } from './words.ts'
import type { Words } from './words.ts'

const dist = join(__dirname, '..')
/** Beside the archive: the studio's processes and their native modules cannot run from inside it. */
const unpacked = dist.replace('app.asar', 'app.asar.unpacked')
const started = parseArguments(process.argv.slice(1), app.isPackaged, process.cwd())
const dataFolder = started.dataFolder ?? defaultDataFolder()
/** Chromium's own files; inside the data folder, so that each data folder has one window of its own. */
const windowFolder = join(dataFolder, 'window')

let window: BrowserWindow | null = null
let words: Words = wordsOf('en')
let quitting = false
let toOpen: string[] = [...started.open]

mkdirSync(windowFolder, { recursive: true })
app.setPath('userData', windowFolder)
app.setName('GAN Studio')
if (app.requestSingleInstanceLock()) run()
else app.quit()

function run(): void {
  secureApplication()
  declareScheme()
  app.on('second-instance', (_event, argv, folder) => {
    toOpen.push(...parseArguments(argv.slice(1), app.isPackaged, folder).open)
    showWindow()
    void openFiles()
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    toOpen.push(path)
    void openFiles()
  })
  app.on('activate', showWindow)
  app.on('window-all-closed', () => app.quit())
  // Ctrl-C in the terminal it was started from, or the end of the session: nobody to ask.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void quit())
  void app.whenReady().then(ready)
}

const watch = new RunWatch()
let keeper: StudioKeeper | undefined

function ready(): void {
  secureSession()
  const kept = new StudioKeeper({
    start: () => startStudio({ folder: join(unpacked, 'studio'), studio: { dataFolder, version: app.getVersion() } }),
    onConnected: (studio) => void follow(studio),
    onGivenUp: askToTryAgain,
  })
  keeper = kept
  serveScheme(join(dist, 'renderer'), async (path) => (await kept.studio()).readMedia(path))
  answerPage({ studio: () => kept.studio(), connect: (page) => kept.connectPage(page), words: () => words })
  useLanguage('system')
  watch.onIdle(endOfBackground)
  app.on('will-quit', forgetPasted)
  app.on('before-quit', (event) => {
    if (quitting) return
    event.preventDefault()
    if (window !== null && watch.active) window.close()
    else void quit()
  })
  showWindow()
}

async function follow(studio: HostConnection): Promise<void> {
  const useSettings = ({ language }: Settings): void => useLanguage(language)
  studio.on('settings.changed', useSettings)
  useSettings(await studio.call('settings.get'))
  await watch.follow(studio)
  await openFiles()
  await sweepPasted(await studio.neededSources())
}

function useLanguage(setting: Settings['language']): void {
  words = wordsOf(languageOf(setting, app.getLocale()))
  setMenu(words, send)
}

function showWindow(): void {
  if (!app.isReady() || quitting) return
  if (window !== null) {
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
    return
  }
  window = openWindow({
    stateFile: join(windowFolder, 'window.json'),
    iconFile: join(unpacked, 'icons', 'icon.png'),
    training: () => watch.active,
    quitting: () => quitting,
    words: () => words,
    keepRunning,
    stopAndQuit: () => void quit(),
  })
  window.on('closed', () => {
    window = null
  })
}

const send = (command: MenuCommand): void => {
  showWindow()
  window?.webContents.send(channels.menu, command)
}

/** Files opened with the application become one import, once the studio is there. */
async function openFiles(): Promise<void> {
  if (toOpen.length === 0 || keeper === undefined) return
  const paths = toOpen
  toOpen = []
  send({ type: 'import', ticket: await (await keeper.studio()).registerSources(paths) })
}

/** The window hides; the studio goes on. Opening the application again shows it. */
function keepRunning(page: BrowserWindow): void {
  page.hide()
  notify(page, { title: words.backgroundTitle, body: words.backgroundBody })
}

/** The last run ended while the window was hidden: nothing is left to stay for. */
function endOfBackground(): void {
  if (window === null || window.isVisible() || quitting) return
  notify(window, { title: words.finishedTitle, body: words.finishedBody })
  void quit()
}

async function quit(): Promise<void> {
  if (quitting) return
  quitting = true
  await watch.stopAll().catch(() => {})
  await keeper?.close()
  app.quit()
}

async function askToTryAgain(reason: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: words.crashedTitle,
    detail: `${reason}\n\n${words.crashedDetail}`,
    buttons: [words.tryAgain, words.quit],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  if (response === 0) return true
  quitting = true
  app.quit()
  return false
}
