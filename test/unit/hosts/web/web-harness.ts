/** A web server over a small studio, a browser's cookie, and raw requests that no browser would send. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../../../src/base/log.ts'
import type { HostApi, Media, Studio, StudioApi } from '../../../../src/contract/api.ts'
import type { Activity } from '../../../../src/contract/data.ts'
import { thisComputer, type Listening } from '../../../../src/hosts/web/listening.ts'
import { startWebServer } from '../../../../src/hosts/web/server.ts'
import type { WebServer } from '../../../../src/hosts/web/server.ts'
import { SmallStudio } from '../../../contract/small-studio.ts'

export class WebStudio extends SmallStudio {
  readonly #dataFolder: string
  readonly sources = new Map<string, readonly string[]>()

  constructor(dataFolder: string) {
    super()
    this.#dataFolder = dataFolder
  }
  override async call<M extends keyof StudioApi>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<ReturnType<StudioApi[M]>> {
    const known: Partial<Record<keyof StudioApi, unknown>> = {
      'studio.info': { version: '0', dataFolder: this.#dataFolder, protocol: 1, cores: 1, memoryBytes: 1, diskFreeBytes: 1 },
      'datasets.import': { activityId: 'act_1', datasetId: 'set_1' },
    }
    if (Object.hasOwn(known, method)) return known[method] as ReturnType<StudioApi[M]>
    return await super.call(method, ...arg)
  }
  override registerSources(paths: readonly string[]): Promise<string> {
    const ticket = `ticket-${this.sources.size}`
    this.sources.set(ticket, paths)
    return Promise.resolve(ticket)
  }
  override readMedia(path: string): Promise<Media | null> {
    if (path === 'download/one') return Promise.resolve({ type: 'application/zip', bytes: Buffer.from('zip'), immutable: false, fileName: '手势 "1" 100%.zip' })
    return super.readMedia(path)
  }
}

export const importEnded = (id: string): Activity => ({
  id, kind: 'import', title: 'Import', state: 'done', done: 1, total: 1, detail: '', preview: null, startedAt: 0, remainingMs: null, error: null, result: null, subjectId: null,
})

export interface Site {
  readonly folder: string
  readonly studio: WebStudio
  readonly server: WebServer
  readonly addresses: string[]
  readonly logged: string[]
  readonly origin: string
  /** Redeems the newest address. */
  enter(): Promise<string>
  /** Sends exactly these headers (and Host, unless given). */
  ask(path: string, options?: Ask): Promise<Answer>
  dispose(): Promise<void>
}
export interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export async function startSite(make: (folder: string) => Studio & HostApi = (folder) => new WebStudio(folder), listening: Listening = thisComputer): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-web-'))
  const pageFolder = join(folder, 'page')
  await mkdir(join(pageFolder, 'assets'), { recursive: true })
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html><title>GAN Studio</title>')
  await writeFile(join(pageFolder, 'assets', 'main-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.js'), 'outside')
  const addresses: string[] = []
  const logged: string[] = []
  const log: Log = (level, message, details) => logged.push(JSON.stringify([level, message, details]))
  const studio = make(folder)
  const server = await startWebServer({ studio, port: 0, listening, pageFolder, log, onAddress: (url) => addresses.push(url) })
  const ask = (path: string, options: Ask = {}): Promise<Answer> => send(server.port, path, options, listening.address)
  return {
    folder, server, addresses, logged, ask,
    studio: studio as WebStudio,
    origin: `http://${listening.address}:${server.port}`,
    enter: async () => {
      const url = new URL(addresses.at(-1) ?? '')
      const { headers } = await ask(url.pathname + url.search)
      return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    },
    dispose: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function send(port: number, path: string, { method = 'GET', headers = {}, body }: Ask, host = thisComputer.address): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }))
      incoming.on('error', reject)
    })
    // A refusal may close the connection while the body is still being sent.
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The status a WebSocket handshake with exactly these headers gets: 101 or a refusal. */
export function handshake(port: number, path: string, headers: OutgoingHttpHeaders, host = thisComputer.address): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host, port, path, agent: false,
      headers: { 'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers },
    })
    outgoing.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve(101)
    })
    outgoing.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}
