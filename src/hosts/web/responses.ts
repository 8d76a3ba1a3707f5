/** Answers of the local server, each with the headers that keep a page to itself. */
import type { ServerResponse } from 'node:http'

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Charts and lists place their parts by style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Pictures and downloads: nothing in them may run, whatever they are. */
export const mediaPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentPolicy)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), usb=(), payment=()')
  response.setHeader('Cache-Control', 'no-store')
}

export function send(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.byteLength })
  response.end(body)
}
export const sendText = (response: ServerResponse, status: number, text: string): void => send(response, status, 'text/plain; charset=utf-8', `${text}\n`)
export const sendJson = (response: ServerResponse, status: number, value: unknown): void => send(response, status, 'application/json; charset=utf-8', JSON.stringify(value))

/** A refusal ends the connection: what is left of its request is not read. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Connection', 'close')
  sendText(response, status, text)
}

/** `attachment` with the name in ASCII for old readers and in full (RFC 5987). */
export function attachment(fileName: string): string {
  const clean = fileName.replace(/[\p{Cc}/\\]/gu, '_')
  const ascii = clean.replace(/[^\x20-\x7e]|["%]/g, '_')
  const full = encodeURIComponent(clean.toWellFormed()).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`
}
