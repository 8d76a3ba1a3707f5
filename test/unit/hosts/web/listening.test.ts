/** Listening anywhere but on this computer: only with a token of the person's own, and only by the names they give. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostsOf, isReadByOthers, listeningOf, thisComputer } from '../../../../src/hosts/web/listening.ts'
import { send, startSite } from './web-harness.ts'

const token = '0123456789abcdefghijklmnopqrstuv'
let folder = ''
let tokenFile = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-listening-'))
  tokenFile = join(folder, 'token')
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('where to listen', () => {
  it('is this computer, unless said otherwise', async () => {
    expect(await listeningOf({})).toEqual(thisComputer)
    expect(await listeningOf({ listen: '127.0.0.2', tokenFile, names: ' Studio.Local, 10.0.0.7' })).toEqual({ address: '127.0.0.2', names: ['studio.local', '10.0.0.7'], token })
    expect(hostsOf({ address: '::1', names: ['a.b'], token })).toEqual(['[::1]', 'a.b'])
    expect(hostsOf({ address: '0.0.0.0', names: ['a.b'], token })).toEqual(['a.b'])
  })

  it.each([
    ['no token file', { listen: '127.0.0.2' }, /needs --token-file/],
    ['a name instead of an address', { listen: 'localhost', tokenFile: 'token' }, /expected an IP address of this computer, found "localhost"/],
    ['all addresses without a name', { listen: '0.0.0.0', tokenFile: 'token' }, /say with --names/],
    ['names with a port', { listen: '127.0.0.2', tokenFile: 'token', names: 'studio:80' }, /without ports, found "studio:80"/],
    ['a token for this computer', { tokenFile: 'token' }, /go with --listen/],
    ['names for this computer', { names: 'studio' }, /go with --listen/],
  ])('is refused with %s', async (_, options, words) => {
    await expect(listeningOf(options)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(words) as string })
  })

  it.each([['short', token.slice(1)], ['empty', ''], ['with a space', `${token} ${token}`], ['with other letters', `${token}é`], ['endless', token.repeat(40)]])('is refused with a token that is %s', async (name, text) => {
    const file = join(folder, name)
    await writeFile(file, text)
    await expect(listeningOf({ listen: '127.0.0.2', tokenFile: file })).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining(`${file}: expected a token of 32 to 1024`) as string })
  })

  it('names a token file that is not there', async () => {
    await expect(listeningOf({ listen: '127.0.0.2', tokenFile: join(folder, 'none') })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('none') as string })
  })

  it.skipIf(process.platform === 'win32')('knows a token file that others can read', async () => {
    expect(await isReadByOthers(tokenFile)).toBe(false)
    const open = join(folder, 'open')
    await writeFile(open, token)
    await chmod(open, 0o644)
    expect(await isReadByOthers(open)).toBe(true)
  })

  it('is said to be no address of this computer where it is none', async () => {
    await expect(startSite(undefined, { address: '192.0.2.1', names: [], token })).rejects.toMatchObject({ code: 'bad-input', message: '--listen: 192.0.2.1 is no address of this computer.' })
  })
})

describe.skipIf(process.platform === 'darwin')('a token of one\'s own', () => {
  it('lets any browser in, as often as it is shown, and is not told to anyone', async () => {
    const site = await startSite(undefined, { address: '127.0.0.2', names: [], token })
    const cookies = [await site.enter(), await site.enter()]
    expect(new Set(cookies).size).toBe(2)
    for (const Cookie of cookies) expect((await site.ask('/', { headers: { Cookie } })).status).toBe(200)
    expect((await site.ask(`/?token=${token.slice(1)}`)).status).toBe(403)
    expect(site.addresses).toHaveLength(1)
    expect(site.logged.join()).not.toContain(token)
    await expect(send(site.server.port, '/', {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await site.dispose()
  })
})
