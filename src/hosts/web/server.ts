/**
 * The studio for a browser on this computer: the built page, picture bytes, uploads and the
 * contract over a WebSocket, on 127.0.0.1 alone unless the person says otherwise.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { StudioError, systemCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { HostApi, Studio } from '../../contract/api.ts'
import { isMessage } from '../../contract/messages.ts'
import { whyHeader, whyText } from '../../transport/answers.ts'
import { serve } from '../../transport/serve.ts'
import { serverSocketPort } from '../ports/socket-server.ts'
import { Access } from './access.ts'
import { thisComputer, type Listening } from './listening.ts'
import { handle } from './routes.ts'
import type { Site } from './routes.ts'
import { refuse, setSafeHeaders } from './responses.ts'
import { clearingUploads } from './upload-watch.ts'
import type { WatchedStudio } from './upload-watch.ts'
import { Uploads } from './uploads.ts'

export interface WebServerOptions {
  readonly studio: Studio & HostApi
  /** 0: any free one. */
  readonly port: number
  /** Absent: on this computer only. */
  readonly listening?: Listening
  /** The built page. */
  readonly pageFolder: string
  readonly log: Log
  /** Called with the one-time address, and with a new one when that was used. */
  readonly onAddress: (url: string) => void
}
export interface WebServer {
  readonly port: number
  /** The one-time address that works now. */
  address(): string
  /** Goes on with another studio of the same data folder; pages connect anew. */
  use(studio: Studio & HostApi): void
  close(): Promise<void>
}

const maxMessageBytes = 16 << 20
const maxConnections = 4000
const headersTimeoutMs = 5000
const idleTimeoutMs = 60_000
const pingEveryMs = 30_000

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { dataFolder } = await options.studio.call('studio.info')
  const uploads = new Uploads(dataFolder)
  await uploads.sweep(await options.studio.neededSources())
  await options.studio.goOn()
  const http = createServer({ headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 2000, requestTimeout: 0, maxHeaderSize: 16_384 })
  http.maxConnections = maxConnections
  http.setTimeout(idleTimeoutMs)
  const { listening = thisComputer } = options
  const port = await listen(http, options.port, listening.address)
  const access = new Access(port, listening)
  let studio: WatchedStudio = clearingUploads(options.studio, uploads)
  const site: Site = {
    access, uploads, pageFolder: options.pageFolder, host: options.studio, log: options.log,
    onRedeemed: () => { if (access.oneTime) options.onAddress(access.address()) },
  }
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    setSafeHeaders(response)
    handle(site, request, response).catch((error: unknown) => answerError(options.log, response, error))
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = request.url === '/socket' ? (access.refuse(request, true)?.status ?? null) : 404
    if (refusal !== null) return refuseUpgrade(socket, refusal)
    sockets.handleUpgrade(request, socket, head, (connection) => {
      keepAlive(connection)
      serve(studio, serverSocketPort(connection), { log: options.log })
    })
  })
  options.onAddress(access.address())
  return {
    port,
    address: () => access.address(),
    use: (next) => {
      studio.dispose()
      studio = clearingUploads(next, uploads)
      site.host = next
      // After a move, where the data is now.
      void next.call('studio.info').then(({ dataFolder: now }) => uploads.use(now), () => {})
      for (const connection of sockets.clients) connection.close(1012)
    },
    close: async () => {
      studio.dispose()
      for (const connection of sockets.clients) connection.terminate()
      sockets.close()
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
      await uploads.close(await site.host.neededSources().catch(() => []))
    },
  }
}

async function listen(http: Server, port: number, address: string): Promise<number> {
  http.listen(port, address)
  try {
    await once(http, 'listening')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EADDRNOTAVAIL') throw new StudioError('bad-input', `--listen: ${address} is no address of this computer.`, { cause: error })
    const taken = code === 'EADDRINUSE'
    throw new StudioError(taken ? 'busy' : 'no-permission', taken
      ? `Port ${port} is in use. Choose another with --port, or none for any free one.`
      : `Port ${port} cannot be opened. Choose another with --port.`, { cause: error })
  }
  return (http.address() as AddressInfo).port
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Closes a connection whose other end is gone without a word (a sleeping laptop, a broken tunnel). */
function keepAlive(connection: WebSocket): void {
  let answered = true
  connection.on('pong', () => (answered = true))
  const timer = setInterval(() => {
    if (!answered) return connection.terminate()
    answered = false
    connection.ping()
  }, pingEveryMs)
  connection.on('close', () => clearInterval(timer))
}

/** Browsers refuse answers whose headers are long. */
const longestWhy = 8192

function answerError(log: Log, response: ServerResponse, error: unknown): void {
  const known = error instanceof StudioError && error.code !== 'bug'
  if (!known) log('error', 'Bug while answering a request', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  if (response.headersSent) return void response.destroy()
  const why = known && isMessage(error.why) ? whyText(error.why) : ''
  if (why !== '' && why.length <= longestWhy) response.setHeader(whyHeader, why)
  refuse(response, known ? statusOf(error) : 500, known ? error.message : 'Something went wrong inside the studio; the log has the details.')
}

function statusOf(error: StudioError): number {
  switch (error.code) {
    case 'bad-input':
      return 400
    case 'not-found':
      return 404
    case 'busy':
      return 429
    case 'disk-full':
      return 507
    case 'disconnected':
      return 503
    default:
      return 500
  }
}
