/** Who gets in, over every combination of what a request can carry, and what one may cost. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { thisComputer, type Listening } from '../../../../src/hosts/web/listening.ts'
import { handshake, startSite } from './web-harness.ts'
import type { Site } from './web-harness.ts'

/** As it is, and at an address and by a name that a person gave, with their own token. */
const own: Listening = { address: '127.0.0.2', names: ['studio.test'], token: 'a token of my own, with marks/+&=#%?'.replaceAll(' ', '-') }
// Other systems have no second address without being told.
const places: readonly Listening[] = process.platform === 'darwin' ? [thisComputer] : [thisComputer, own]

let site: Site
let listening = thisComputer
beforeEach(async () => {
  site = await startSite()
})
afterEach(() => site.dispose())

interface Door {
  readonly name: string
  /** Whether it changes something, or is a socket: then a browser says where the page is from. */
  readonly strict: boolean
  readonly knock: (headers: Readonly<Record<string, string>>) => Promise<number>
}
const http = (method: string, path: string): Door => ({
  name: `${method} ${path}`,
  strict: method !== 'GET' && method !== 'HEAD',
  knock: async (headers) => (await site.ask(path, { method, headers })).status,
})
const doors: readonly Door[] = [
  http('GET', '/'), http('HEAD', '/assets/main-abc.js'), http('GET', '/media/sample/one'), http('GET', '/socket'), http('POST', '/upload'), http('PUT', '/upload/x/y.png'), http('DELETE', '/upload/x'), http('POST', '/'), http('OPTIONS', '/'),
  { name: 'WebSocket', strict: true, knock: (headers) => handshake(site.server.port, '/socket', headers, listening.address) },
]

describe.each(places)('every door at $address', (place) => {
  beforeEach(async () => {
    await site.dispose()
    listening = place
    site = await startSite(undefined, place)
  })
  afterEach(() => { listening = thisComputer })

  it('opens for the studio\'s own page with its session, and for nobody else', { timeout: 240_000 }, async () => {
    const { port } = site.server
    const session = await site.enter()
    const [name = '', secret = ''] = session.split('=')
    const cookies = [null, session, `${name}=${secret.slice(1)}`, `${name}=${secret}x`, `${name}=`, `x${session}`, `gan-studio-${port + 1}=${secret}`]
    const { address, names } = place
    const hosts = [`${address}:${port}`, `${names[0]}:${port}`, `evil.example:${port}`, `${address}:${port}.evil.example`, address, `[::1]:${port}`, `${place === own ? 'localhost' : '0.0.0.0'}:${port}`, `${address}:${port}@evil.example`]
    const origins = (host: string): readonly (string | null)[] => [null, `http://${host}`, 'null', `https://${host}`, `http://${host}.evil.example`, `http://${host}/`, 'http://evil.example', `HTTP://${host}`, '']
    const sites = [null, 'same-origin', 'none', 'same-site', 'cross-site']
    let [opened, shut] = [0, 0]
    for (const door of doors)
      for (const cookie of cookies)
        for (const host of hosts)
          for (const origin of origins(host)) {
            // Each site with each cookie and origin at the right host; elsewhere the first tells as much.
            for (const from of hosts.indexOf(host) < 2 ? sites : [null]) {
              const status = await door.knock({ Host: host, ...(cookie === null ? {} : { Cookie: cookie }), ...(origin === null ? {} : { Origin: origin }), ...(from === null ? {} : { 'Sec-Fetch-Site': from }) })
              const ours = hosts.indexOf(host) < 2 && cookie === session
              const fromPage = origin === null ? !door.strict : origin === `http://${host}`
              const fromSite = door.name === 'WebSocket' || from === null || from === 'same-origin' || from === 'none'
              const may = ours && fromPage && fromSite
              // Past the gate there may be nothing of that name: any answer but the gate's own.
              const did = ![400, 401, 403, 421].includes(status)
              expect([door.name, host, cookie, origin, from, status, did]).toEqual([door.name, host, cookie, origin, from, status, may])
              if (did) opened++
              else shut++
            }
          }
    expect(opened).toBeGreaterThan(50)
    expect(shut).toBeGreaterThan(8000)
  })
})

/** Bytes as no client would send them. @param patienceMs until when an answer has to begin */
function raw(text: string, patienceMs = 150): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(site.server.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk)).on('error', () => {}).on('close', () => resolve(answer))
    socket.write(text, 'latin1')
    const timer = setTimeout(() => socket.destroy(), patienceMs)
    socket.once('data', () => {
      clearTimeout(timer)
      setTimeout(() => socket.destroy(), 150)
    })
  })
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

describe('a request that is none', () => {
  it('is refused or cut off, and the next one is answered', async () => {
    const host = `Host: 127.0.0.1:${site.server.port}\r\n`
    const session = `Cookie: ${await site.enter()}\r\n`
    const tries = [
      'GET / HTTP/1.1\r\n\r\n', `GET / HTTP/1.1\r\n${host}${host}\r\n`, `GET / HTTP/1.1\r\n${host}Host: evil.example\r\n${session}\r\n`, `GET / HTTP/1.0\r\n${session}\r\n`, `GET  / HTTP/1.1\r\n${host}\r\n`, `GET /\u0000 HTTP/1.1\r\n${host}${session}\r\n`,
      `POST /upload HTTP/1.1\r\n${host}${session}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, `POST /upload HTTP/1.1\r\n${host}${session}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `POST /upload HTTP/1.1\r\n${host}${session}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, `GET / HTTP/1.1\r\n${host}X: ${'y'.repeat(20_000)}\r\n\r\n`, `GET /${'y'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, `TRACE / HTTP/1.1\r\n${host}${session}\r\n`, `CONNECT evil.example:80 HTTP/1.1\r\n${host}${session}\r\n`,
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`, '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', '\u0000'.repeat(5000), 'GET / HTTP/9.9\r\n\r\n',
    ]
    for (const text of tries) {
      const answer = await raw(text)
      expect([text.slice(0, 60), statusOf(answer) === 0 || (statusOf(answer) >= 400 && statusOf(answer) < 500), answer.includes('GAN Studio')]).toEqual([text.slice(0, 60), true, false])
    }
    expect((await site.ask('/', { headers: { Cookie: await site.enter() } })).status).toBe(200)
  })
})

describe('a body', () => {
  it('of a request that is refused is not read', async () => {
    const socket = connect(site.server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`POST /upload HTTP/1.1\r\nHost: 127.0.0.1:${site.server.port}\r\nOrigin: ${site.origin}\r\nContent-Length: 100000000\r\n\r\n`)
    let sent = 0
    const pour = (): void => {
      while (sent < 100e6 && !socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536
    }
    socket.on('drain', pour)
    pour()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(sent).toBeLessThan(20e6)
  })

  it('that says it is larger than an upload may be is refused before its first byte', async () => {
    const Cookie = await site.enter()
    const { body } = await site.ask('/upload', { method: 'POST', headers: { Cookie, Origin: site.origin } })
    const { upload } = JSON.parse(body.toString()) as { readonly upload: string }
    const answer = await raw(`PUT /upload/${upload}/a.png HTTP/1.1\r\nHost: 127.0.0.1:${site.server.port}\r\nOrigin: ${site.origin}\r\nCookie: ${Cookie}\r\nContent-Length: ${2 ** 50}\r\n\r\n`, 10_000)
    expect(statusOf(answer)).toBe(400)
  })
})

describe('many slow clients', () => {
  it('keep nobody else waiting, and are cut off', { timeout: 40_000 }, async () => {
    const slow: Socket[] = Array.from({ length: 300 }, () => {
      const socket = connect(site.server.port, '127.0.0.1')
      socket.on('error', () => {}).resume()
      socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${site.server.port}\r\n`)
      return socket
    })
    const drip = setInterval(() => { for (const socket of slow) if (!socket.destroyed) socket.write('X-Slow: 1\r\n') }, 500)
    await wait(500)
    const Cookie = await site.enter()
    const start = performance.now()
    expect((await site.ask('/', { headers: { Cookie } })).status).toBe(200)
    expect(performance.now() - start).toBeLessThan(1000)
    await Promise.all(slow.map((socket) => (socket.closed ? null : new Promise((resolve) => socket.once('close', resolve)))))
    clearInterval(drip)
    expect(performance.now() - start).toBeLessThan(20_000)
  })
})
