/**
 * What the desktop window's preload offers the page as `window.ganStudio`. The page never sees a
 * path: what the person dropped or chose comes as a ticket, good for one import or one export.
 */
import type { ExportFormat, ModelFormat } from './data.ts'

/** A place of the interface that the application menu can open. */
export type Place = 'data' | 'train' | 'gallery' | 'models' | 'settings'

export type MenuCommand =
  | { readonly type: 'go'; readonly place: Place }
  /** The person wants to import: show the choice as the page's own button does. */
  | { readonly type: 'choose'; readonly kind: SourceKind }
  /** Files or folders were opened with the application: import them. */
  | { readonly type: 'import'; readonly ticket: string }
  | { readonly type: 'shortcuts' }
  /** Of what was typed where a field has the focus, else of the latest change. */
  | { readonly type: 'undo' | 'redo' }

export type SourceKind = 'folder' | 'files' | 'model'

/** `F` is the page's `File`; this room knows no DOM. */
export interface DesktopBridge<F = unknown> {
  readonly platform: 'electron'
  /**
   * Asks for a port to the studio. It arrives as a `message` event of the window from itself with
   * `data === studioPortMessage` and the port as `ports[0]`. Call again when that port closes.
   */
  connect(): void
  /** Ticket for files and folders the person dropped or chose in the page. */
  ticketForFiles(files: readonly F[]): Promise<string>
  /** Ticket for what was pasted: files of this computer, or pictures that another program has put on the clipboard. */
  ticketForPaste(files: readonly F[]): Promise<string>
  /** Asks for folders or files (pictures, ZIPs); null when the person cancelled. */
  chooseSources(kind: SourceKind): Promise<string | null>
  /** Asks where an export goes: a file, or a folder for loose pictures; null when cancelled. */
  chooseTarget(target: { readonly suggestedName: string; readonly format: ExportFormat | ModelFormat }): Promise<string | null>
  /** Asks where the data folder moves to; null when cancelled. */
  chooseDataFolder(): Promise<string | null>
  /** Progress on the dock or taskbar icon: a share in [0,1]; null takes it away. */
  setProgress(share: number | null): void
  /** A notification of the system, unless the window is in front. */
  notify(title: string, body: string): void
  /** Commands of the application menu; one listener, commands before it are kept for it. */
  onMenu(listener: (command: MenuCommand) => void): void
}

export const studioPortMessage = 'gan-studio-port'
