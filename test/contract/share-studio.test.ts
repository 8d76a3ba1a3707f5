import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StudioError } from '../../src/base/errors.ts'
import { localSocketPort } from '../../src/hosts/ports/local-socket.ts'
import { readOwner } from '../../src/hosts/rendezvous.ts'
import { shareStudio } from '../../src/hosts/share-studio.ts'
import type { ClosableStudio, SharedStudio } from '../../src/hosts/share-studio.ts'
import { SmallStudio } from './small-studio.ts'

let folder: string
const children: ChildProcess[] = []
const opened: SharedStudio[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-é 图片-'))
})
afterEach(async () => {
  for (const studio of opened.splice(0).reverse()) await studio.close()
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const create = (): Promise<ClosableStudio & SmallStudio> => Promise.resolve(Object.assign(new SmallStudio(), { close: () => Promise.resolve() }))
async function open(make: () => Promise<ClosableStudio> = create): Promise<SharedStudio> {
  const studio = await shareStudio({ folder, create: make, log: () => {}, waitMs: 5000 })
  opened.push(studio)
  return studio
}
async function child(): Promise<{ readonly process: ChildProcess; readonly role: string }> {
  const process = fork(new URL('share-child.ts', import.meta.url), [folder])
  children.push(process)
  const [role] = (await once(process, 'message')) as [string]
  return { process, role }
}

describe('two shells on one data folder', () => {
  it('share one studio: calls, events and media', async () => {
    const core = await create()
    const first = await open(() => Promise.resolve(core))
    const second = await open()
    expect([first.owner, second.owner, first.guests()]).toEqual([true, false, 1])
    const themes: string[] = []
    first.on('settings.changed', ({ theme }) => themes.push(theme))
    await second.call('settings.set', { theme: 'dark' })
    expect(themes).toEqual(['dark'])
    expect((await second.readMedia('sample/one'))?.bytes).toHaveLength(4)
  })

  it('share it across processes, whoever comes first', async () => {
    const roles = await Promise.all(Array.from({ length: 4 }, async () => (await child()).role))
    expect(roles.toSorted()).toEqual(['guest', 'guest', 'guest', 'owner'])
    expect((await open()).owner).toBe(false)
  })

  it('take the folder over when its owner was killed', async () => {
    const { process, role } = await child()
    expect(role).toBe('owner')
    const guest = await open()
    const gone = vi.fn()
    guest.onClose(gone)
    process.kill('SIGKILL')
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce())
    await expect(guest.call('settings.get')).rejects.toMatchObject({ code: 'disconnected' })
    expect((await open()).owner).toBe(true)
  })

  it('free the folder when the owner closes, or cannot make its studio', async () => {
    const failing = open(() => Promise.reject(new StudioError('newer-version', 'The database is newer.')))
    await expect(failing).rejects.toMatchObject({ code: 'newer-version' })
    const first = await open()
    const guest = await open()
    await first.close()
    await expect(guest.call('settings.get')).rejects.toMatchObject({ code: 'disconnected' })
    expect((await open()).owner).toBe(true)
  })

  it('wait for an owner that is still starting', async () => {
    const slow = Promise.withResolvers<ClosableStudio>()
    const first = open(() => slow.promise)
    await vi.waitFor(async () => expect(await readOwner(folder)).not.toBeNull())
    const second = open()
    slow.resolve(await create())
    expect((await first).owner).toBe(true)
    expect((await second).owner).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('keep the socket and its secret from other users', async () => {
    await open()
    const owner = await readOwner(folder)
    expect((await stat(join(folder, 'studio.owner.json'))).mode & 0o077).toBe(0)
    expect((await stat(owner?.socket ?? '')).mode & 0o077).toBe(0)
  })

  it.each([
    ['a wrong secret', { type: 'hello', secret: '0'.repeat(64), protocol: 1 }],
    ['no greeting', { v: 1, type: 'call', id: 1, method: 'settings.get' }],
  ])('hang up on %s', async (_what, message) => {
    await open()
    const socket = connect((await readOwner(folder))?.socket ?? '')
    const port = localSocketPort(socket)
    const closed = vi.fn()
    const heard = vi.fn()
    port.onMessage(heard)
    port.onClose(closed)
    port.post(message)
    await vi.waitFor(() => expect(closed).toHaveBeenCalled())
    expect(heard).not.toHaveBeenCalled()
  })

  it('say what to do when the lock file is not ours', async () => {
    await writeFile(join(folder, 'studio.lock'), 'text of something else'.repeat(100))
    await expect(open()).rejects.toMatchObject({ code: 'corrupt' })
    expect(await readFile(join(folder, 'studio.lock'), 'utf8')).toContain('something else')
  })

  it('say what to do when the folder cannot be written', async () => {
    await expect(shareStudio({ folder: join(folder, 'missing'), create, log: () => {} })).rejects.toBeInstanceOf(StudioError)
  })
})
