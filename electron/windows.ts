/** The studio's window, and what closing it means while a run goes on. */
import { BrowserWindow, dialog, nativeTheme } from 'electron'
import { join } from 'node:path'
import { pageUrl } from './channel-names.ts'
import { safePreferences } from './security.ts'
import { readWindowState, writeWindowState } from './window-state.ts'
import type { Words } from './words.ts'

export interface WindowOptions {
  readonly stateFile: string
  readonly iconFile: string
  /** Whether a run goes on now. */
  readonly training: () => boolean
  /** The window may go: nothing runs, or the person decided. */
  readonly quitting: () => boolean
  readonly words: () => Words
  readonly keepRunning: (window: BrowserWindow) => void
  readonly stopAndQuit: () => void
}

export function openWindow(options: WindowOptions): BrowserWindow {
  const state = readWindowState(options.stateFile)
  const window = new BrowserWindow({
    width: 1280,
    height: 832,
    ...state?.bounds,
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'GAN Studio',
    icon: options.iconFile,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1917' : '#faf9f7',
    webPreferences: { ...safePreferences, preload: join(__dirname, 'preload.cjs') },
  })
  if (state?.maximised === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    writeWindowState(options.stateFile, window)
    if (options.quitting() || !options.training()) return
    event.preventDefault()
    void askBeforeClosing(window, options)
  })
  void window.loadURL(pageUrl)
  reloadAfterCrashes(window)
  return window
}

const mostReloads = 3
const withinMs = 60_000
const reloadAfterMs = 300

/** The page's process is gone (out of memory, a driver); the studio's is not. A page that crashes at once again is left. */
function reloadAfterCrashes(window: BrowserWindow): void {
  let reloads: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now()
    reloads = [...reloads.filter((time) => now - time < withinMs), now]
    if (reason === 'clean-exit' || reloads.length > mostReloads) return
    // Chromium is still taking the process away.
    setTimeout(() => {
      if (!window.isDestroyed()) void window.loadURL(pageUrl)
    }, reloadAfterMs)
  })
}

async function askBeforeClosing(window: BrowserWindow, options: WindowOptions): Promise<void> {
  const words = options.words()
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: words.closeQuestion,
    detail: words.closeDetail,
    buttons: [words.keepRunning, words.stopAndQuit, words.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  if (response === 0) options.keepRunning(window)
  else if (response === 1) options.stopAndQuit()
}
