import { symlink } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { connect } from '../../../../src/transport/connect.ts'
import { serverSocketPort } from '../../../../src/hosts/ports/socket-server.ts'
import { run } from '../../../contract/small-studio.ts'
import { handshake, startSite, WebStudio } from './web-harness.ts'
import type { Site } from './web-harness.ts'

let site: Site
beforeEach(async () => {
  site = await startSite()
})
afterEach(() => site.dispose())

async function openSocket(cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${site.server.port}/socket`, { headers: { Cookie: cookie, Origin: site.origin } })
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return socket
}

describe('the one-time address', () => {
  it('has 24 random bytes, and lets one browser in with a cookie that scripts cannot read', async () => {
    const url = new URL(site.addresses[0] ?? '')
    expect(Buffer.from(url.searchParams.get('token') ?? '', 'base64url')).toHaveLength(24)
    const first = await site.ask(url.pathname + url.search)
    expect([first.status, first.headers.location]).toEqual([303, '/'])
    expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    const again = await site.ask(url.pathname + url.search)
    expect(again.status).toBe(403)
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('is followed by a new one for another browser', async () => {
    const cookies = [await site.enter(), await site.enter()]
    expect(new Set(site.addresses).size).toBe(3)
    for (const Cookie of cookies) expect((await site.ask('/', { headers: { Cookie } })).status).toBe(200)
  })

  it('opened twice by the same browser leads to the page', async () => {
    const url = new URL(site.addresses[0] ?? '')
    const Cookie = await site.enter()
    expect((await site.ask(url.pathname + url.search, { headers: { Cookie } })).status).toBe(303)
  })

  it('appears in no log, nor does a cookie', async () => {
    const token = new URL(site.addresses[0] ?? '').searchParams.get('token') ?? '?'
    await site.ask(`/?token=${token}x`)
    const cookie = await site.enter()
    await site.ask('/nothing?token=a', { headers: { Cookie: cookie } })
    expect(site.logged.length).toBeGreaterThan(0)
    expect(site.logged.join('\n')).not.toContain(token)
    expect(site.logged.join('\n')).not.toContain(cookie.split('=')[1])
  })
})

describe('who gets in', () => {
  const paths = ['/', '/assets/main-abc.js', '/media/sample/one', '/media/download/one', '/nothing', '/socket', '/upload']

  it('nobody without a session', async () => {
    for (const path of paths)
      for (const Cookie of [undefined, '', 'gan-studio=1', `gan-studio-${site.server.port}=`, `gan-studio-${site.server.port}=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`])
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
          const { status } = await site.ask(path, { method, headers: { Origin: site.origin, ...(Cookie === undefined ? {} : { Cookie }) } })
          expect([path, method, status]).toEqual([path, method, 401])
        }
  })

  it('no other host name, origin or site, with a session', async () => {
    const Cookie = await site.enter()
    const { port } = site.server
    const wrong = [
      { Host: 'evil.example' }, { Host: `evil.example:${port}` }, { Host: '127.0.0.1' }, { Host: `127.0.0.1:${port + 1}` }, { Host: `127.0.0.1.evil.example:${port}` },
      { Origin: 'http://evil.example' }, { Origin: 'null' }, { Origin: `http://127.0.0.1:${port + 1}` }, { Origin: `https://127.0.0.1:${port}` }, { Origin: `http://localhost:${port}` },
      { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' },
    ]
    for (const path of paths)
      for (const headers of wrong) {
        const { status, headers: answered } = await site.ask(path, { headers: { Cookie, ...headers } })
        expect([path, headers, status >= 400 && status < 500]).toEqual([path, headers, true])
        expect(answered['access-control-allow-origin']).toBeUndefined()
      }
  })

  it('no token guess, even with the right length', async () => {
    const token = new URL(site.addresses[0] ?? '').searchParams.get('token') ?? ''
    for (const guess of ['', 'a', token.slice(1), `${token}a`, token.toUpperCase(), '%00'])
      expect((await site.ask(`/?token=${guess}`)).status).toBe(403)
    expect((await site.ask(`/?token=${token}`, { headers: { Host: 'evil.example' } })).status).toBe(421)
  })

  it('an upload only with an Origin', async () => {
    const Cookie = await site.enter()
    expect((await site.ask('/upload', { method: 'POST', headers: { Cookie } })).status).toBe(403)
    expect((await site.ask('/upload', { method: 'POST', headers: { Cookie, Origin: site.origin } })).status).toBe(201)
  })

  it('localhost as well as 127.0.0.1', async () => {
    const Cookie = await site.enter()
    const host = `localhost:${site.server.port}`
    expect((await site.ask('/', { headers: { Cookie, Host: host, Origin: `http://${host}` } })).status).toBe(200)
  })

  it('a WebSocket only with session, Host and Origin all right', async () => {
    const { port } = site.server
    const Cookie = await site.enter()
    const right = { Cookie, Origin: site.origin }
    expect(await handshake(port, '/socket', right)).toBe(101)
    const wrong = [
      { Origin: site.origin }, { ...right, Cookie: `gan-studio-${port}=wrong` }, { Cookie },
      { ...right, Origin: 'http://evil.example' }, { ...right, Origin: 'null' }, { ...right, Origin: `http://localhost:${port}` },
      { ...right, Host: 'evil.example' }, { ...right, Host: `evil.example:${port}` }, { ...right, Host: `127.0.0.1:${port + 1}` },
    ]
    for (const headers of wrong) {
      const status = await handshake(port, '/socket', headers)
      expect([headers, status >= 400 && status < 500]).toEqual([headers, true])
    }
    for (const path of ['/', '/socket/', '/socket?x=1', '/upload', '//socket']) expect(await handshake(port, path, right)).toBe(404)
  })
})

describe('the page', () => {
  it('comes with headers that let nothing foreign in', async () => {
    const Cookie = await site.enter()
    const { status, headers, body } = await site.ask('/', { headers: { Cookie } })
    expect(status).toBe(200)
    expect(body.toString()).toContain('GAN Studio')
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/)
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect((await site.ask('/')).headers['content-security-policy']).toBeDefined()
    expect((await site.ask('/assets/main-abc.js', { headers: { Cookie } })).headers['content-type']).toContain('javascript')
  })

  it('gives no file outside its folder', async () => {
    const Cookie = await site.enter()
    await symlink(join(site.folder, 'secret.js'), join(site.folder, 'page', 'assets', 'link.js'))
    const up = ['..', '%2e%2e', '.%2e', '%2E.', '..%2f', '%2e%2e%2f', '..%5c', '..\\', '%252e%252e', '....//', '%c0%ae%c0%ae']
    const tries = [
      ...up.flatMap((dots) => [`/${dots}/secret.js`, `/assets/${dots}/${dots}/secret.js`, `/${dots}secret.js`]),
      '//secret.js', '/./secret.js', '/%2fetc/passwd', '//etc/passwd', '/C:/Windows/win.ini', '/%5c%5chost%5cshare', '/assets/link.js',
      '/assets', '/assets/', '/index.html%00.js', '/index.html/', '/%', '/.env', '/assets/.hidden.js', `/${'a'.repeat(5000)}.js`, 'http://evil.example/secret.js', '*',
    ]
    for (const path of tries) {
      const { status, body } = await site.ask(path, { headers: { Cookie } })
      expect([path, status >= 400 && status < 500, body.includes('outside')]).toEqual([path, true, false])
    }
  })
})

describe('media', () => {
  it('are bytes that cannot run, with the full name of a download', async () => {
    const Cookie = await site.enter()
    const picture = await site.ask('/media/sample/one', { headers: { Cookie } })
    expect([...picture.body]).toEqual([0, 1, 254, 255])
    expect(picture.headers['content-security-policy']).toContain('sandbox')
    expect(picture.headers['cache-control']).toContain('immutable')
    const download = await site.ask('/media/download/one', { headers: { Cookie } })
    expect(download.headers['content-disposition']).toBe(`attachment; filename="__ _1_ 100_.zip"; filename*=UTF-8''%E6%89%8B%E5%8A%BF%20%221%22%20100%25.zip`)
    expect((await site.ask('/media/sample/two', { headers: { Cookie } })).status).toBe(404)
    expect((await site.ask('/media/sample/one', { method: 'HEAD', headers: { Cookie } })).body).toHaveLength(0)
  })
})

describe('sockets', () => {
  it('of several tabs see the same events', async () => {
    const cookie = await site.enter()
    const seen: number[][] = []
    for (let tab = 0; tab < 3; tab++) {
      const studio = connect(serverSocketPort(await openSocket(cookie)))
      const list: number[] = []
      seen.push(list)
      studio.on('run.changed', ({ imagesSeen }) => list.push(imagesSeen))
      await studio.call('settings.get')
    }
    site.studio.emit('run.changed', run('run_1', 7))
    await vi.waitFor(() => expect(seen).toEqual([[7], [7], [7]]))
  })

  it('have no host methods and refuse what is not a message', async () => {
    const socket = await openSocket(await site.enter())
    const studio = connect(serverSocketPort(socket))
    await expect(studio.call('host.registerSources' as 'studio.info')).rejects.toMatchObject({ code: 'unsupported' })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send('not json')
    expect(await closed).toBe(1007)
  })

  it('close on a message that is far too large', async () => {
    const socket = await openSocket(await site.enter())
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send(Buffer.alloc(17 << 20))
    expect(await closed).toBe(1009)
  })

  it('are 1,000 at once, and each is answered', async () => {
    const cookie = await site.enter()
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => openSocket(cookie)))
    const answers = await Promise.all(sockets.map((socket) => connect(serverSocketPort(socket)).call('settings.get')))
    expect(new Set(answers.map(({ theme }) => theme))).toEqual(new Set(['system']))
    for (const socket of sockets) socket.terminate()
  })

  it('connect anew when the studio behind them is another', async () => {
    const cookie = await site.enter()
    const socket = await openSocket(cookie)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const next = new WebStudio(site.folder)
    site.server.use(next)
    expect(await closed).toBe(1012)
    await connect(serverSocketPort(await openSocket(cookie))).call('settings.set', { theme: 'dark' })
    expect(next.calls.map(({ method }) => method)).toContain('settings.set')
  })
})

describe('the server', () => {
  it('listens on 127.0.0.1 alone and says so when its port is taken', async () => {
    const { startWebServer } = await import('../../../../src/hosts/web/server.ts')
    const second = startWebServer({ studio: site.studio, port: site.server.port, pageFolder: site.folder, log: () => {}, onAddress: () => {} })
    await expect(second).rejects.toMatchObject({ code: 'busy' })
    await expect(new Promise((resolve, reject) => connectSocket(site.server.port, '::1', () => resolve('open')).on('error', reject))).rejects.toThrow()
  })

  it('cuts off a request whose headers never end', { timeout: 30_000 }, async () => {
    const socket = connectSocket(site.server.port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${site.server.port}\r\n`)
    const drip = setInterval(() => socket.write('X-Slow: 1\r\n'), 500)
    socket.on('error', () => {})
    socket.resume()
    const started = Date.now()
    await new Promise((resolve) => socket.on('close', resolve))
    clearInterval(drip)
    expect(Date.now() - started).toBeLessThan(20_000)
  })
})
