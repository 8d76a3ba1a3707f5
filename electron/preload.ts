/**
 * The page's only way out of its sandbox: a few named functions at `window.ganStudio`.
 * Paths of dropped files go straight to main and come back as tickets.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { studioPortMessage } from '../src/contract/desktop-bridge.ts'
import type { DesktopBridge, MenuCommand } from '../src/contract/desktop-bridge.ts'
import { channels } from './channel-names.ts'

/** Electron before 29 put the path on the file itself. */
type FileWithPath = File & { readonly path?: string }
/** Of true files alone: any object of the page's could say that it has a path. */
function pathOf(file: unknown): string {
  if (!(file instanceof File)) return ''
  return webUtils?.getPathForFile(file) ?? (file as FileWithPath).path ?? ''
}

/** image/svg+xml → svg */
const formatOf = (type: string): string => /^image\/([a-z0-9]{1,8})/.exec(type)?.[1] ?? 'bin'

let listener: ((command: MenuCommand) => void) | null = null
const early: MenuCommand[] = []

ipcRenderer.on(channels.menu, (_event, command: MenuCommand) => {
  if (listener === null) early.push(command)
  else listener(command)
})
ipcRenderer.on(channels.port, (event) => {
  window.postMessage(studioPortMessage, window.location.origin === 'null' ? '*' : window.location.origin, event.ports)
})

const bridge: DesktopBridge<File> = {
  platform: 'electron',
  connect: () => ipcRenderer.send(channels.connect),
  ticketForFiles: async (files) => {
    const paths = Array.from(files, pathOf).filter((path) => path !== '')
    if (paths.length === 0) throw new Error('Drop files or folders of this computer.')
    return (await ipcRenderer.invoke(channels.ticketForPaths, paths)) as string
  },
  ticketForPaste: async (files) => {
    const paths = Array.from(files, pathOf).filter((path) => path !== '')
    if (paths.length > 0) return (await ipcRenderer.invoke(channels.ticketForPaths, paths)) as string
    const pictures = await Promise.all(Array.from(files, async (file) => ({ format: formatOf(file.type), bytes: new Uint8Array(await file.arrayBuffer()) })))
    return (await ipcRenderer.invoke(channels.ticketForPasted, pictures)) as string
  },
  chooseSources: async (kind) => (await ipcRenderer.invoke(channels.chooseSources, kind)) as string | null,
  chooseTarget: async ({ suggestedName, format }) =>
    (await ipcRenderer.invoke(channels.chooseTarget, { suggestedName, format })) as string | null,
  chooseDataFolder: async () => (await ipcRenderer.invoke(channels.chooseDataFolder, 'move')) as string | null,
  setProgress: (share) => ipcRenderer.send(channels.setProgress, share),
  notify: (title, body) => ipcRenderer.send(channels.notify, { title, body }),
  onMenu: (next) => {
    listener = next
    for (const command of early.splice(0)) next(command)
  },
}
contextBridge.exposeInMainWorld('ganStudio', bridge)
