/**
 * `app://studio/…`: the page's own files, and pictures under `/media/…` from the studio process.
 * The files are listed once; a path is looked up in that list and never joined to a folder, so no
 * encoding of `..`, absolute path, UNC name or symbolic link leads anywhere else.
 */
import { lstatSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { protocol } from 'electron'
import type { Media } from '../src/contract/api.ts'
import { scheme, host } from './channel-names.ts'
import { pageHeaders } from './security.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
export type ReadMedia = (path: string) => Promise<Media | null>

/** Call before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
}

/** `pageFolder`: the built page. */
export function serveScheme(pageFolder: string, readMedia: ReadMedia): void {
  const files = listFiles(pageFolder)
  const answer = (method: string, url: string): Promise<Answer> => answerRequest({ method, url, files, readMedia })
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await answer(request.method, request.url)
      return new Response(new Uint8Array(body), { status, headers: { ...headers } })
    })
    return
  }
  // Electron before 25, which the tests run on.
  protocol.registerBufferProtocol(scheme, (request, done) => {
    void answer(request.method, request.url).then(({ status, headers, body }) =>
      done({ statusCode: status, headers: { ...headers }, mimeType: headers['Content-Type'], data: Buffer.from(body) }),
    )
  })
}

export interface AnswerOptions {
  readonly method: string
  readonly url: string
  readonly files: ReadonlyMap<string, string>
  readonly readMedia: ReadMedia
}

export async function answerRequest({ method, url, files, readMedia }: AnswerOptions): Promise<Answer> {
  if (method !== 'GET') return plain(405, 'Only GET is answered here.')
  const path = pathOf(url)
  if (path === null) return plain(400, 'Not an address of the studio.')
  try {
    if (path.startsWith('media/')) {
      const media = await readMedia(path.slice('media/'.length))
      return media === null ? plain(404, 'There is no such picture.') : mediaAnswer(media)
    }
    const file = files.get(path === '' ? 'index.html' : path)
    if (file === undefined) return plain(404, 'There is no such file.')
    return { status: 200, headers: { ...pageHeaders, 'Content-Type': typeOf(file), 'Cache-Control': 'no-cache' }, body: await readFile(file) }
  } catch {
    return plain(503, 'The studio is starting. Try again in a moment.')
  }
}

function pathOf(url: string): string | null {
  try {
    const parsed = new URL(url)
    if (parsed.protocol !== `${scheme}:` || parsed.host !== host) return null
    return decodeURIComponent(parsed.pathname).slice(1)
  } catch {
    return null
  }
}

function mediaAnswer({ type, bytes, immutable }: Media): Answer {
  const caching = immutable ? 'private, max-age=31536000, immutable' : 'no-store'
  return { status: 200, headers: { ...pageHeaders, 'Content-Type': type, 'Cache-Control': caching }, body: bytes }
}

const plain = (status: number, text: string): Answer => ({
  status,
  headers: { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  body: new TextEncoder().encode(text),
})

const typeOf = (file: string): string => types[extname(file)] ?? 'application/octet-stream'

/** Every plain file below a folder: its path with `/` → its full path. Links are left out. */
export function listFiles(folder: string, prefix = ''): Map<string, string> {
  const files = new Map<string, string>()
  for (const name of readdirSync(folder)) {
    const full = join(folder, name)
    const kind = lstatSync(full)
    if (kind.isDirectory()) for (const [path, file] of listFiles(full, `${prefix}${name}/`)) files.set(path, file)
    else if (kind.isFile()) files.set(prefix + name, full)
  }
  return files
}
