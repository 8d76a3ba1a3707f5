/** The studio as this page reaches it: through the desktop window's bridge or the local server. */
import { CancelledError, StudioError } from '../src/base/errors.ts'
import { studioPortMessage, type SourceKind } from '../src/contract/desktop-bridge.ts'
import type { ExportFormat, ExportRequest, ModelFormat } from '../src/contract/data.ts'
import { messagePort } from '../src/transport/message-port.ts'
import type { Port } from '../src/transport/port.ts'
import { reconnecting } from '../src/transport/reconnect.ts'
import { upload, type UploadFile } from '../src/transport/upload.ts'
import { namePlace, type NamedPlace } from '../src/transport/place.ts'
import { openWebSocket } from '../src/transport/web-socket.ts'
import { plainPort } from './state/plain-port.svelte.ts'

export const desktop = window.ganStudio
const atOnceMs = 15_000

export const studio = reconnecting({ open: desktop === undefined ? openFromServer : openFromWindow })

export const mediaUrl = (path: string): string => `/media/${path}`

function openFromServer(): Promise<Port> {
  return openWebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`)
}

function openFromWindow(): Promise<Port> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StudioError('disconnected', 'The studio did not answer.')), atOnceMs)
    const listener = ({ source, data, ports: [port] }: MessageEvent<unknown>): void => {
      if (source !== window || data !== studioPortMessage || port === undefined) return
      clearTimeout(timer)
      window.removeEventListener('message', listener)
      resolve(plainPort(messagePort(port)))
    }
    window.addEventListener('message', listener)
    desktop?.connect()
  })
}

/** What is on its way to the server before an import can begin. */
export type UploadProgress = (share: number) => void

/** A ticket for what was dropped; null where it held no file. */
export async function ticketForDrop(transfer: DataTransfer, onProgress: UploadProgress): Promise<string | null> {
  if (desktop !== undefined) {
    const files = [...transfer.files]
    return files.length === 0 ? null : await desktop.ticketForFiles(files)
  }
  // Both are gone once anything was waited for; what lies on no disk is no entry.
  const items = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const files: UploadFile[] = []
  for (const { entry, file } of items) {
    if (entry !== null) await collect(entry, '', files)
    else if (file !== null) files.push({ path: file.name, body: file })
  }
  return await send(files, onProgress)
}

/** A ticket for pictures or files of the clipboard; null where it holds none. */
export async function ticketForPaste(transfer: DataTransfer, onProgress: UploadProgress): Promise<string | null> {
  const files = [...transfer.files]
  if (desktop === undefined) return await send(files.map((file) => ({ path: file.name, body: file })), onProgress)
  return files.length === 0 ? null : await desktop.ticketForPaste(files)
}

/** Asks for a folder or files; null when cancelled. */
export async function ticketForChoice(kind: SourceKind, onProgress: UploadProgress): Promise<string | null> {
  if (desktop !== undefined) return await desktop.chooseSources(kind)
  const files = await askForFiles(kind)
  return await send(files.map((file) => ({ path: file.webkitRelativePath || file.name, body: file })), onProgress)
}

/** What a folder is named for. */
export type FolderUse = NamedPlace['use']

/** A ticket for a folder that the person names, for pages that cannot choose one. */
export async function ticketForPath(use: FolderUse, path: string): Promise<string> {
  return await namePlace({ use, path })
}

async function send(files: readonly UploadFile[], onProgress: UploadProgress): Promise<string | null> {
  if (files.length === 0) return null
  return await upload({ files, onProgress: ({ bytes, totalBytes }) => onProgress(totalBytes === 0 ? 1 : bytes / totalBytes) })
}

async function collect(entry: FileSystemEntry, folder: string, into: UploadFile[]): Promise<void> {
  const path = folder + entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    into.push({ path, body: file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // A reader hands out at most 100 entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const inner of some) await collect(inner, `${path}/`, into)
  }
}

function askForFiles(kind: SourceKind): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    if (kind === 'folder') input.webkitdirectory = true
    else if (kind === 'model') input.accept = '.safetensors,.onnx,.html,.zip,.json,.bin'
    else input.accept = 'image/*,.zip'
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}

/** Where an export goes: a chosen place in the window, a download in a browser. */
export async function exportTarget(suggestedName: string, format: ExportFormat | ModelFormat): Promise<ExportRequest['target']> {
  if (desktop === undefined) return { kind: 'download' }
  const ticket = await desktop.chooseTarget({ suggestedName, format })
  if (ticket === null) throw new CancelledError()
  return { kind: 'ticket', ticket }
}

export function download(path: string): void {
  const link = document.createElement('a')
  link.href = mediaUrl(path)
  link.download = ''
  link.click()
}
