/**
 * What no page may do, whatever it contains: open windows, leave the studio's page, reach the
 * network, or use a device or permission of the system.
 */
import { app, session } from 'electron'
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents, WebPreferences } from 'electron'
import { host, scheme } from './channel-names.ts'

/** For every window of the application. */
export const safePreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
} as const satisfies WebPreferences

/** Sent with every page and file of `app://studio`. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The page may copy text; everything else is refused. */
const allowedPermissions: readonly string[] = ['clipboard-sanitized-write']

export function isStudioUrl(url: string): boolean {
  try {
    const parsed = new URL(url)
    return parsed.protocol === `${scheme}:` && parsed.host === host
  } catch {
    return false
  }
}

/** True for a message from the main frame of the studio's own page. */
export function isFromPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && isStudioUrl(frame.url)
}

/** Call once, before the first window. */
export function secureApplication(): void {
  app.on('web-contents-created', (_event, contents) => secureContents(contents))
}

/** Call once the application is ready: sessions exist only then. */
export function secureSession(): void {
  const current = session.defaultSession
  current.setPermissionRequestHandler((_contents, permission, answer) => answer(allowedPermissions.includes(permission)))
  current.setPermissionCheckHandler((_contents, permission) => allowedPermissions.includes(permission))
  current.setDevicePermissionHandler(() => false)
  current.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }))
}

function secureContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isStudioUrl(url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** The network is for main alone, and main has no business there while the window runs. */
const isLocal = (url: string): boolean => isStudioUrl(url) || /^(blob|data|devtools):/.test(url)
