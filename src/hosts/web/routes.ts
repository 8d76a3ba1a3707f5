/** One request to the local server: who it is from, then what it asks. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../base/log.ts'
import type { HostApi } from '../../contract/api.ts'
import type { Words } from '../../contract/options.ts'
import type { Access, Refusal } from './access.ts'
import { sendPageFile } from './page-files.ts'
import { refuseInWords } from './refusal-page.ts'
import { attachment, mediaPolicy, refuse, sendJson, sendText } from './responses.ts'
import { namePlace } from './places.ts'
import type { Uploads } from './uploads.ts'

export interface Site {
  readonly access: Access
  readonly uploads: Uploads
  readonly pageFolder: string
  host: HostApi
  readonly log: Log
  /** The one-time address was used. */
  readonly onRedeemed: () => void
}

const refusals: { readonly [R in Refusal['reason'] | 'token']: Words } = {
  host: { en: 'The address in the browser is not the one this studio was opened at.', zh: '浏览器中的地址不是此工作室打开时的地址。' },
  origin: { en: 'Another page may not use the studio.', zh: '其他网页不能使用此工作室。' },
  session: { en: 'Open the address that the studio printed in its terminal, with its token.', zh: '请打开工作室在终端中显示的完整地址（包含令牌）。' },
  token: { en: 'This address was used already, or is not right. Use the newest one that the studio printed in its terminal.', zh: '此地址已被使用或不正确。请使用工作室在终端中最新显示的地址。' },
}

export async function handle(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { access } = site
  const target = request.url ?? '/'
  const queryAt = target.indexOf('?')
  const path = queryAt < 0 ? target : target.slice(0, queryAt)
  const method = request.method ?? ''
  const reads = method === 'GET' || method === 'HEAD'
  site.log('debug', 'Request', { method, path })

  const source = access.refuseSource(request, !reads)
  if (source !== null) return refuseInWords(request, response, source.status, refusals[source.reason])
  const token = queryAt < 0 ? null : new URLSearchParams(target.slice(queryAt)).get('token')
  if (token !== null && path === '/' && method === 'GET') return enter(site, request, response, token)
  if (access.fromElsewhere(request)) return refuseInWords(request, response, 403, refusals.origin)
  if (!access.hasSession(request)) return refuseInWords(request, response, 401, refusals.session)

  if (path === '/upload' || path.startsWith('/upload/')) return await handleUpload(site, request, response, path)
  if (path === '/place') return await handlePlace(site, request, response)
  if (!reads) return refuse(response, 405, 'Expected GET.')
  if (path.startsWith('/media/')) return await sendMedia(site, path.slice('/media/'.length), response, method === 'HEAD')
  await sendPageFile(site.pageFolder, path, response, method === 'HEAD')
}

/** Lets a browser in and takes the token out of its address bar and history. */
function enter(site: Site, request: IncomingMessage, response: ServerResponse, token: string): void {
  const cookie = site.access.redeem(token)
  if (cookie === null && !site.access.hasSession(request)) return refuseInWords(request, response, 403, refusals.token)
  if (cookie !== null) {
    response.setHeader('Set-Cookie', cookie)
    site.onRedeemed()
  }
  response.writeHead(303, { Location: '/', 'Content-Length': 0 }).end()
}

async function sendMedia(site: Site, path: string, response: ServerResponse, headOnly: boolean): Promise<void> {
  const media = await site.host.readMedia(path)
  if (media === null) return sendText(response, 404, 'There is no such picture or file (any more).')
  response.writeHead(200, {
    'Content-Type': media.type,
    'Content-Length': media.bytes.byteLength,
    'Content-Security-Policy': mediaPolicy,
    'Cache-Control': media.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    ...(media.fileName === null ? {} : { 'Content-Disposition': attachment(media.fileName) }),
  })
  response.end(headOnly ? undefined : media.bytes)
}

async function handleUpload(site: Site, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const { uploads } = site
  const method = request.method ?? ''
  // Reading back an upload is not possible; changing one was checked for its Origin already.
  const [id, ...rest] = path === '/upload' ? [] : path.slice('/upload/'.length).split('/')
  if (id === undefined) {
    if (method !== 'POST') return refuse(response, 405, 'Expected POST.')
    return sendJson(response, 201, { upload: await uploads.begin() })
  }
  if (rest.length > 0) {
    if (method !== 'PUT') return refuse(response, 405, 'Expected PUT.')
    const decoded = decodePath(rest)
    if (decoded === null) return refuse(response, 400, 'The path of the file is not valid.')
    await uploads.receive(id, decoded, request, announced(request))
    return void response.writeHead(204).end()
  }
  if (method === 'POST') return sendJson(response, 200, { ticket: await uploads.finish(id, site.host) })
  if (method !== 'DELETE') return refuse(response, 405, 'Expected POST or DELETE.')
  await uploads.remove(id)
  response.writeHead(204).end()
}

async function handlePlace(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405, 'Expected POST.')
  if (!site.access.oneTime) return refuse(response, 403, 'Folders of this computer can be named only in a browser on it. Use the command line there.')
  sendJson(response, 200, { ticket: await namePlace(request, site.host) })
}

/** Each segment decoded by itself; an encoded slash inside one is refused. */
function decodePath(segments: readonly string[]): string | null {
  try {
    const decoded = segments.map((segment) => decodeURIComponent(segment))
    return decoded.some((segment) => segment.includes('/')) ? null : decoded.join('/')
  } catch {
    return null
  }
}

function announced(request: IncomingMessage): number | null {
  const length = Number(request.headers['content-length'])
  return Number.isSafeInteger(length) ? length : null
}
