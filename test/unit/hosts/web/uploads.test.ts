import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { numbered, safeUploadPath } from '../../../../src/hosts/web/upload-names.ts'
import { Uploads } from '../../../../src/hosts/web/uploads.ts'
import { connect } from '../../../../src/transport/connect.ts'
import { upload } from '../../../../src/transport/upload.ts'
import { serverSocketPort } from '../../../../src/hosts/ports/socket-server.ts'
import WebSocket from 'ws'
import { importEnded, startSite } from './web-harness.ts'
import type { Site } from './web-harness.ts'

let site: Site
let headers: Record<string, string>
beforeEach(async () => {
  site = await startSite()
  headers = { Cookie: await site.enter(), Origin: site.origin }
})
afterEach(() => site.dispose())

const asBrowser: typeof fetch = async (input, init) => await fetch(input, { ...init, headers })
const stagings = (): Promise<string[]> => readdir(join(site.folder, 'uploads')).catch(() => [])
const begin = async (): Promise<string> => {
  const { body } = await site.ask('/upload', { method: 'POST', headers })
  return (JSON.parse(body.toString()) as { upload: string }).upload
}
const put = async (id: string, path: string, body = 'x'): Promise<number> => (await site.ask(`/upload/${id}/${path}`, { method: 'PUT', headers, body })).status

describe('an upload', () => {
  it('keeps the folders and names of what was dropped and ends with a ticket', async () => {
    const files = ['手势/零/图 1é#%?.jpg', '手势/壹/😀.png', 'loose.jpg'].map((path) => ({ path, body: new Blob([path]) }))
    const progress = vi.fn()
    const ticket = await upload({ base: site.origin, fetch: asBrowser, files, onProgress: progress })
    const sources = site.studio.sources.get(ticket) ?? []
    expect(sources.map((path) => path.split('/').at(-1)).toSorted()).toEqual(['loose.jpg', '手势'])
    const root = join(sources[0] ?? '', '..')
    expect(await readFile(join(root, '手势', '零', '图 1é#%_.jpg'), 'utf8')).toBe('手势/零/图 1é#%?.jpg')
    expect(await readFile(join(root, '手势', '壹', '😀.png'), 'utf8')).toBe('手势/壹/😀.png')
    expect(progress).toHaveBeenLastCalledWith(expect.objectContaining({ files: 3 }))
  })

  it('streams a file of 64 MiB without loss', async () => {
    const body = new Blob([new Uint8Array(64 << 20).fill(7)])
    const ticket = await upload({ base: site.origin, fetch: asBrowser, files: [{ path: 'set.zip', body }] })
    const bytes = await readFile(site.studio.sources.get(ticket)?.[0] ?? '')
    expect([bytes.byteLength, bytes[0], bytes.at(-1)]).toEqual([64 << 20, 7, 7])
  })

  it('writes nothing outside its staging folder', async () => {
    const id = await begin()
    for (const path of ['../x.jpg', '%2e%2e/x.jpg', 'a/../../x.jpg', 'a%2f..%2fx.jpg', '/etc/x', '.', '%00/../x', 'a//b', '%', `${'a/'.repeat(40)}b`])
      expect([path, await put(id, path)]).toEqual([path, 400])
    expect(await readdir(join(site.folder, 'uploads', id))).toEqual([])
    for (const path of ['..%5cx.jpg', 'C:%5cx.jpg', 'CON.txt', 'a%00b.jpg', 'dots..', '%E2%80%AEgpj.exe']) expect([path, await put(id, path)]).toEqual([path, 204])
    expect((await readdir(join(site.folder, 'uploads', id))).length).toBe(6)
    expect((await readdir(site.folder)).toSorted()).toEqual(['page', 'secret.js', 'uploads'])
  })

  it('keeps both of two files whose names become the same', async () => {
    const id = await begin()
    await put(id, 'a%3f.jpg', '1')
    await put(id, 'A_.jpg', '2')
    expect((await readdir(join(site.folder, 'uploads', id))).toSorted()).toEqual(['A_ (2).jpg', 'a_.jpg'])
  })

  it('is refused for an unknown id, an empty set, a file on a folder, and in too great a number', async () => {
    expect(await put('1-unknown', 'a.jpg')).toBe(404)
    const id = await begin()
    expect((await site.ask(`/upload/${id}`, { method: 'POST', headers })).status).toBe(400)
    await put(id, 'a/b.jpg')
    expect(await put(id, 'a/b.jpg/c.jpg')).toBe(400)
    for (let number = 1; number < 20; number++) await begin()
    expect((await site.ask('/upload', { method: 'POST', headers })).status).toBe(429)
  })

  it('goes when the browser cancels it', async () => {
    const stop = new AbortController()
    const failing = upload({
      base: site.origin, fetch: asBrowser, signal: stop.signal,
      files: Array.from({ length: 50 }, (_, index) => ({ path: `${index}.jpg`, body: new Blob(['x']) })),
      onProgress: () => stop.abort(),
    })
    await expect(failing).rejects.toThrow()
    await vi.waitFor(async () => expect(await stagings()).toEqual([]))
  })

  it('goes when its import has ended', async () => {
    const ticket = await upload({ base: site.origin, fetch: asBrowser, files: [{ path: 'a.jpg', body: new Blob(['x']) }] })
    const socket = new WebSocket(`${site.origin.replace('http', 'ws')}/socket`, { headers })
    await new Promise((resolve) => socket.on('open', resolve))
    await connect(serverSocketPort(socket)).call('datasets.import', { tickets: [ticket] })
    expect(await stagings()).toHaveLength(1)
    site.studio.emit('activity.changed', importEnded('act_1'))
    await vi.waitFor(async () => expect(await stagings()).toEqual([]))
  })

  it('is swept when its server is no more', async () => {
    await mkdir(join(site.folder, 'uploads', '999999999-dead'), { recursive: true })
    await writeFile(join(site.folder, 'uploads', '999999999-dead', 'a.jpg'), 'x')
    await new Uploads(site.folder).sweep([])
    expect(await stagings()).toEqual([])
  })
})

describe('names from a browser', () => {
  it('are made safe for every file system', () => {
    expect(safeUploadPath('a/b.jpg')).toEqual(['a', 'b.jpg'])
    expect(safeUploadPath('x<>:"|?*\\\u0007.jpg')).toEqual(['x_________.jpg'])
    expect(safeUploadPath('nul.txt')).toEqual(['_nul.txt'])
    expect(safeUploadPath('a ./b.')).toEqual(['a__', 'b_'])
    for (const path of ['', '/a', 'a/', '..', 'a/../b', './a', 'a//b']) expect(safeUploadPath(path)).toBeNull()
    const long = safeUploadPath(`${'图'.repeat(100)}.jpeg`)?.[0] ?? ''
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200)
    expect(long.endsWith('.jpeg')).toBe(true)
    expect(numbered('a.b.jpg', 2)).toBe('a.b (2).jpg')
  })
})
