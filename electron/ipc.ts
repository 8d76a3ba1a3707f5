/** Answers the page: every message is checked for its sender and its shape. */
import { BrowserWindow, Notification, app, dialog, ipcMain } from 'electron'
import type { IpcMainEvent, IpcMainInvokeEvent, OpenDialogOptions, SaveDialogOptions } from 'electron'
import { join } from 'node:path'
import { z } from 'zod'
import { exportFormats, modelFormats } from '../src/contract/data.ts'
import type { SourceKind } from '../src/contract/desktop-bridge.ts'
import type { ExportFormat, ModelFormat } from '../src/contract/data.ts'
import type { HostApi } from '../src/contract/api.ts'
import { channels } from './channel-names.ts'
import { keepPasted } from './pasted.ts'
import { isFromPage } from './security.ts'
import type { Words } from './words.ts'

const mostPastedBytes = 512 * 2 ** 20
const payloads = {
  connect: z.undefined(),
  ticketForPaths: z.array(z.string().min(1).max(32_768)).min(1).max(10_000),
  ticketForPasted: z.array(z.strictObject({ format: z.string().regex(/^[a-z0-9]{1,8}$/), bytes: z.instanceof(Uint8Array).refine(({ length }) => length <= mostPastedBytes) })).min(1).max(100),
  chooseSources: z.enum(['folder', 'files', 'model']),
  chooseTarget: z.strictObject({ suggestedName: z.string().min(1).max(255), format: z.enum([...exportFormats, ...modelFormats]) }),
  chooseDataFolder: z.literal('move'),
  setProgress: z.number().min(0).max(1).nullable(),
  notify: z.strictObject({ title: z.string().max(200), body: z.string().max(1000) }),
} as const

export interface IpcOptions {
  readonly studio: () => Promise<HostApi>
  /** Brings the page a port to the studio. */
  readonly connect: (window: BrowserWindow) => void
  readonly words: () => Words
}

export function answerPage({ studio, connect, words }: IpcOptions): void {
  onMessage(channels.connect, payloads.connect, (window) => connect(window))
  onMessage(channels.setProgress, payloads.setProgress, (window, share) => window.setProgressBar(share ?? -1))
  onMessage(channels.notify, payloads.notify, (window, text) => notify(window, text))
  onRequest(channels.ticketForPaths, payloads.ticketForPaths, async (_window, paths) => (await studio()).registerSources(paths))
  onRequest(channels.ticketForPasted, payloads.ticketForPasted, async (_window, pasted) => (await studio()).registerSources(await keepPasted(pasted)))
  onRequest(channels.chooseSources, payloads.chooseSources, async (window, kind) => {
    const chosen = await dialog.showOpenDialog(window, sourceDialog(kind, words()))
    return chosen.canceled || chosen.filePaths.length === 0 ? null : await (await studio()).registerSources(chosen.filePaths)
  })
  onRequest(channels.chooseTarget, payloads.chooseTarget, async (window, { suggestedName, format }) => {
    const path = isFolderFormat(format) ? await chooseFolder(window, words().exportHere) : await chooseFile(window, suggestedName, format)
    return path === null ? null : await (await studio()).registerTarget(path)
  })
  onRequest(channels.chooseDataFolder, payloads.chooseDataFolder, async (window) => {
    const path = await chooseFolder(window, words().moveHere)
    return path === null ? null : await (await studio()).registerTarget(path)
  })
}

export function notify(window: BrowserWindow, { title, body }: { readonly title: string; readonly body: string }): void {
  if (window.isFocused() || !Notification.isSupported()) return
  const notification = new Notification({ title, body })
  notification.on('click', () => {
    if (window.isDestroyed()) return
    window.show()
    window.focus()
  })
  notification.show()
}

/** The sender's window; throws where the message is not from the studio's own page. */
function senderWindow(event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender)
  if (window === null || !isFromPage(event)) throw new Error('This page may not ask the studio.')
  return window
}

function onMessage<T>(channel: string, schema: z.ZodType<T>, act: (window: BrowserWindow, payload: T) => void): void {
  ipcMain.on(channel, (event, payload: unknown) => {
    const parsed = schema.safeParse(payload)
    if (parsed.success && isFromPage(event)) act(senderWindow(event), parsed.data)
  })
}

function onRequest<T>(channel: string, schema: z.ZodType<T>, act: (window: BrowserWindow, payload: T) => Promise<string | null>): void {
  ipcMain.handle(channel, async (event, payload: unknown) => {
    const window = senderWindow(event)
    const parsed = schema.safeParse(payload)
    if (!parsed.success) throw new Error('The studio was asked for something it does not know.')
    return await act(window, parsed.data)
  })
}

function sourceDialog(kind: SourceKind, words: Words): OpenDialogOptions {
  if (kind === 'folder') return { properties: ['openDirectory', 'multiSelections'] }
  if (kind === 'model') return { properties: ['openFile'], filters: [{ name: words.exportedModels, extensions: ['safetensors', 'onnx', 'html', 'zip', 'json'] }, { name: words.allFiles, extensions: ['*'] }] }
  return {
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: words.picturesAndArchives, extensions: ['zip', 'jpg', 'jpeg', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff', 'svg', 'bmp'] },
      { name: words.allFiles, extensions: ['*'] },
    ],
  }
}

const fileExtensions: Readonly<Record<FileFormat, string>> = {
  zip: 'zip',
  sheet: 'png',
  'animation-webp': 'webp',
  'animation-gif': 'gif',
  page: 'html',
  safetensors: 'safetensors',
  onnx: 'onnx',
  tfjs: 'zip',
}
type LooseFormat = 'png' | 'jpeg' | 'webp'
type FileFormat = Exclude<ExportFormat, LooseFormat> | ModelFormat
const isFolderFormat = (format: ExportFormat | ModelFormat): format is LooseFormat => format === 'png' || format === 'jpeg' || format === 'webp'

async function chooseFolder(window: BrowserWindow, buttonLabel: string): Promise<string | null> {
  const chosen = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'], buttonLabel })
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
}

async function chooseFile(window: BrowserWindow, suggestedName: string, format: FileFormat): Promise<string | null> {
  const extension = fileExtensions[format]
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('documents'), suggestedName),
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  }
  const chosen = await dialog.showSaveDialog(window, options)
  return chosen.canceled || chosen.filePath === '' ? null : chosen.filePath
}
