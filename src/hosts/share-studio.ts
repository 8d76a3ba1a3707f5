/**
 * Two shells on one data folder share one studio: the first owns it, later ones reach it over the
 * owner's local socket.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { HostApi, Studio } from '../contract/api.ts'
import { connectHost } from '../transport/connect.ts'
import type { Port } from '../transport/port.ts'
import { serve } from '../transport/serve.ts'
import { lockFolder } from './folder-lock.ts'
import type { FolderLock } from './folder-lock.ts'
import { meetOwner, openRendezvous, readOwner, welcome } from './rendezvous.ts'

export interface ClosableStudio extends Studio, HostApi {
  close(): Promise<void>
}
export interface SharedStudio extends ClosableStudio {
  /** Whether this process owns the data folder; otherwise another one does. */
  readonly owner: boolean
  /** Other shells connected to this owner now. */
  guests(): number
  /** Called once when the studio is gone: the owner ended, or `close` was called. */
  onClose(listener: () => void): void
}

export interface ShareOptions {
  /** Exists, absolute. */
  readonly folder: string
  /** Makes the studio, once this process owns the folder. */
  readonly create: () => Promise<ClosableStudio>
  readonly log: Log
  readonly waitMs?: number
}

/** Rejects with `busy` where the owner neither answers nor goes away. */
export async function shareStudio(options: ShareOptions): Promise<SharedStudio> {
  // Not by the clock: it may be set in the meantime.
  const deadline = performance.now() + (options.waitMs ?? 20_000)
  for (;;) {
    const lock = lockFolder(options.folder)
    if (lock !== null) return await own(options, lock)
    const port = await meetOwner(options.folder)
    if (port !== null) return visit(port)
    if (performance.now() > deadline) throw await notAnswering(options.folder)
    await wait(50)
  }
}

async function notAnswering(folder: string): Promise<StudioError> {
  const owner = await readOwner(folder)
  const who = owner === null ? 'Another program' : `Another studio (process ${owner.pid})`
  return new StudioError('busy', `${who} has the data folder open and does not answer. Close it, or name another folder with --data.`)
}

async function own(options: ShareOptions, lock: FolderLock): Promise<SharedStudio> {
  const { folder, log } = options
  const creating = Promise.withResolvers<ClosableStudio>()
  creating.promise.catch(() => {})
  const guests = new Set<Port>()
  const admit = async (port: Port): Promise<void> => {
    const core = await creating.promise
    welcome(port)
    guests.add(port)
    port.onClose(() => guests.delete(port))
    serve(core, port, { host: core, log })
  }
  try {
    // Listening comes first: a guest that comes during a long migration waits instead of failing.
    const rendezvous = await openRendezvous(folder, admit)
    try {
      const core = await options.create()
      creating.resolve(core)
      return owned(core, guests, async () => {
        for (const guest of guests) guest.close()
        await rendezvous.close()
        await core.close()
        lock.release()
      })
    } catch (error) {
      creating.reject(error)
      await rendezvous.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function owned(core: ClosableStudio, guests: ReadonlySet<Port>, end: () => Promise<void>): SharedStudio {
  const closers: (() => void)[] = []
  let ending: Promise<void> | null = null
  return {
    owner: true,
    call: (method, ...arg) => core.call(method, ...arg),
    on: (event, listener) => core.on(event, listener),
    registerSources: (paths) => core.registerSources(paths),
    neededSources: () => core.neededSources(),
    goOn: () => core.goOn(),
    registerTarget: (choice) => core.registerTarget(choice),
    readMedia: (path) => core.readMedia(path),
    guests: () => guests.size,
    onClose: (listener) => closers.push(listener),
    close: () => (ending ??= end().finally(() => {
      for (const closer of closers) closer()
    })),
  }
}

function visit(port: Port): SharedStudio {
  const connection = connectHost(port)
  return {
    owner: false,
    call: (method, ...arg) => connection.call(method, ...arg),
    on: (event, listener) => connection.on(event, listener),
    registerSources: (paths) => connection.registerSources(paths),
    neededSources: () => connection.neededSources(),
    goOn: () => connection.goOn(),
    registerTarget: (choice) => connection.registerTarget(choice),
    readMedia: (path) => connection.readMedia(path),
    guests: () => 0,
    onClose: (listener) => connection.onClose(listener),
    close: () => {
      connection.close()
      return Promise.resolve()
    },
  }
}
