/** The files of the built page. Nothing outside its folder is ever read. */
import { open, realpath } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { refuse, sendText } from './responses.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Segments of letters, digits and a few marks: all that a build gives; no dot first, so no `..`. */
const segment = /^[A-Za-z0-9_@~-][A-Za-z0-9._@~-]{0,127}$/

/** The relative path a URL path names, or null for anything but plain names; `/` is the page. */
export function parsePagePath(urlPath: string): readonly string[] | null {
  if (urlPath === '/') return ['index.html']
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  const segments = decoded.split('/').slice(1)
  return decoded.startsWith('/') && segments.length > 0 && segments.every((part) => segment.test(part)) ? segments : null
}

export async function sendPageFile(folder: string, urlPath: string, response: ServerResponse, headOnly: boolean): Promise<void> {
  const segments = parsePagePath(urlPath)
  if (segments === null) return refuse(response, 400, 'There is no such file.')
  const type = types[extname(segments.at(-1) ?? '')]
  const file = type === undefined ? null : await locate(folder, segments)
  if (file === null || type === undefined) {
    if (segments.join('/') !== 'index.html') return sendText(response, 404, 'There is no such file.')
    return sendText(response, 503, 'The page is not built yet. In the project folder, run: npm run bundle')
  }
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': size,
      // Names in assets/ carry a hash of their content.
      'Cache-Control': segments[0] === 'assets' ? 'private, max-age=31536000, immutable' : 'no-cache',
    })
    if (headOnly) response.end()
    else await pipeline(handle.createReadStream({ autoClose: false }), response)
  } finally {
    await handle.close()
  }
}

/** Null where there is no such file, or where a link leads out of the folder. */
async function locate(folder: string, segments: readonly string[]): Promise<string | null> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, ...segments))
    return file.startsWith(root + sep) ? file : null
  } catch {
    return null
  }
}
