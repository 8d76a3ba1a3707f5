/** The studio: its services behind the contract, opened and closed. */
import { mkdir } from 'node:fs/promises'
import { unreachable } from '../base/errors.ts'
import type { HostApi, Media, Studio } from '../contract/api.ts'
import type { CutShort } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { parseMediaPath } from '../contract/media.ts'
import { message } from '../contract/messages.ts'
import { answersOf } from './answers.ts'
import { markOpen, type OpenMark } from './open-mark.ts'
import { recover } from './recovery.ts'
import { openServices, type StudioDeps } from './services.ts'
import type { BeforeRest } from './storage-service.ts'

export interface StudioCore extends Studio, HostApi {
  /** For a host that moves the data folder: the path behind a ticket, which stays good. */
  peekTarget(ticket: string): string
  /** @throws `busy` */
  ensureAtRest(before: BeforeRest): void
  /** Saves and leaves resumable what trains, cancels the rest, closes the database. */
  close(): Promise<void>
}

/** @throws what opening the database throws: `newer-version`, `corrupt`, `no-permission`, `disk-full` */
export async function createStudio(deps: StudioDeps): Promise<StudioCore> {
  const { dataFolder, cacheFolder, log, version } = deps
  await mkdir(dataFolder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.dataFolder'))
  })
  const services = openServices(deps)
  const {
    store, journal, emitter, activities, tickets, decoders, datasets, sheets, features, means, places, runs, gallery, downloads, previews, explorer, snapshots, storage,
  } = services

  const { mark, cutShort } = await putRight().catch((error: unknown) => {
    store.close()
    throw error
  })
  async function putRight(): Promise<{ readonly mark: OpenMark; readonly cutShort: CutShort | null }> {
    const mark = await markOpen(dataFolder, store)
    const { cutShortAt: at, sameDatabase } = mark
    if (at !== null && !sameDatabase) log('warn', 'The database is another than the one that was cut short: whatever it does not name stays where it is')
    const runs = await recover({ store, log, dataFolder, journal, cutShort: at !== null, sameDatabase })
    const imports = await datasets.recover(sameDatabase)
    await features.sweep((id) => store.datasets.find(id) !== null)
    await mark.settle()
    return { mark, cutShort: at === null ? null : { at, runs: runs.map(({ id, name, imagesSeen }) => ({ id, name, imagesSeen })), imports } }
  }

  const answers = answersOf({ services, cutShort, dataFolder, cacheFolder, version })

  const readMedia = async (path: string): Promise<Media | null> => {
    const ref = parseMediaPath(path)
    switch (ref?.kind) {
      case undefined:
        return null
      case 'picture':
        return await datasets.readPicture(ref.id, ref.size)
      case 'snapshot':
        return await snapshots.read(ref.runId, ref.imagesSeen)
      case 'sample':
        return await gallery.media(ref.id)
      case 'download':
        return await downloads.read(ref.id)
      case 'preview':
        return sheets.media(ref.id)
      case 'mean':
        return await means.read(ref.datasetId, ref.classId, ref.revision)
      default:
        return unreachable(ref)
    }
  }

  let closing: Promise<void> | null = null
  const end = async (): Promise<void> => {
    await Promise.all([runs.close(), activities.close(), previews.close(), means.close(), explorer.close(), places.close()])
    decoders.close()
    emitter.clear()
    store.close()
    await mark.remove().catch((error: unknown) => log('warn', 'The mark of an open studio could not be removed', { error: String(error) }))
  }

  return {
    call: async (method, ...arg) => {
      if (closing !== null) throw refusal('disconnected', message('refused.closing'))
      try {
        return await answers[method](...arg)
      } catch (error) {
        // A disk that fails is no bug, wherever it was met.
        const failure = fromSystemError(error, message('doing.answering', { name: method }))
        throw failure.code === 'bug' ? error : failure
      }
    },
    on: (event, listener) => emitter.on(event, listener),
    registerSources: (paths) => tickets.registerSources(paths),
    neededSources: () => Promise.resolve(store.imports.neededPaths()),
    goOn: () => runs.goOn(),
    registerTarget: (choice) => tickets.registerTarget(choice),
    peekTarget: (ticket) => tickets.peekTarget(ticket).path,
    ensureAtRest: (before) => storage.ensureAtRest(before),
    readMedia,
    close: () => (closing ??= end()),
  }
}
