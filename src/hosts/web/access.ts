/**
 * Who may talk to the local server. The printed address carries a random one-time token (or the person
 * shows a token of their own); the browser that opens it gets a session cookie. Host and Origin are checked
 * on every request, so that neither a foreign page nor a name that was rebound to this computer gets in.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { hostsOf, type Listening } from './listening.ts'

export const secretBytes = 24
const maxSessions = 100

export type Refusal =
  | { readonly status: 421; readonly reason: 'host' }
  | { readonly status: 403; readonly reason: 'origin' }
  | { readonly status: 401; readonly reason: 'session' }

export class Access {
  readonly #port: number
  /** `name:port`, the one to open first. */
  readonly #hosts: readonly string[]
  /** Whether a token is spent by its use. */
  readonly oneTime: boolean
  #token: string
  readonly #sessions: Buffer[] = []

  constructor(port: number, listening: Listening) {
    this.#port = port
    this.#hosts = hostsOf(listening).map((host) => `${host}:${port}`)
    this.oneTime = listening.token === null
    this.#token = listening.token ?? randomSecret()
  }

  /** The address to open, with the token. */
  address(): string {
    return `http://${this.#hosts[0] ?? ''}/?token=${encodeURIComponent(this.#token)}`
  }

  /** The session cookie for a right token; null for a wrong one. */
  redeem(token: string): string | null {
    if (!timingSafeEqual(digest(token), digest(this.#token))) return null
    if (this.oneTime) this.#token = randomSecret()
    const session = randomSecret()
    this.#sessions.push(digest(session))
    if (this.#sessions.length > maxSessions) this.#sessions.shift()
    return `${this.#cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** Null where the request may go on. `strict`: requests that change something, and sockets. */
  refuse(request: IncomingMessage, strict: boolean): Refusal | null {
    return this.refuseSource(request, strict) ?? (this.hasSession(request) ? null : { status: 401, reason: 'session' })
  }

  /** Host and Origin alone. A page of this server sends its Origin with everything but plain loading. */
  refuseSource(request: IncomingMessage, strict: boolean): Refusal | null {
    // Of two that differ, another program on the way could have looked at the other one.
    const { host: [host = '', ...moreHosts] = [], origin: [origin, ...moreOrigins] = [] } = request.headersDistinct
    if (moreHosts.length > 0 || !this.#hosts.includes(host)) return { status: 421, reason: 'host' }
    if (moreOrigins.length > 0 || (origin === undefined ? strict : origin !== `http://${host}`)) return { status: 403, reason: 'origin' }
    return null
  }

  /** True where the browser says that another site's page caused the request. */
  fromElsewhere(request: IncomingMessage): boolean {
    const site = request.headers['sec-fetch-site']
    return site !== undefined && site !== 'same-origin' && site !== 'none'
  }

  hasSession(request: IncomingMessage): boolean {
    const session = readCookie(request.headers.cookie ?? '', this.#cookieName())
    if (session === null) return false
    const found = digest(session)
    return this.#sessions.some((known) => timingSafeEqual(known, found))
  }

  /** Browsers share cookies between the ports of a host. */
  #cookieName(): string {
    return `gan-studio-${this.#port}`
  }
}

const randomSecret = (): string => randomBytes(secretBytes).toString('base64url')
/** Equal lengths for the comparison that takes the same time whatever it finds. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at >= 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}
