/** Puts right at start-up what an earlier studio could not end itself: a crash, a power cut, kill -9. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message, type Message } from '../contract/messages.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { newestCheckpoint, olderCheckpointNotice } from './checkpoints.ts'
import type { ExportJournal } from './export-journal.ts'
import { downloadsFolder } from './folders.ts'
import { keptDeletedMs } from './kept-deleted.ts'
import { sweepTemporary, sweepUnnamed } from './left-overs.ts'
import { endOrphan } from './owned-process.ts'
import { activeStates } from './run-requests.ts'

export interface RecoveryOptions {
  readonly store: Store
  readonly log: Log
  readonly dataFolder: string
  readonly journal: ExportJournal
  /** Whether the studio before ended without closing. */
  readonly cutShort: boolean
  /** This database was open then, so that files which it does not name are left-overs. */
  readonly sameDatabase: boolean
}

/** @returns the runs that were cut short, as they are now */
export async function recover(options: RecoveryOptions): Promise<readonly RunRecord[]> {
  const { store, log, dataFolder, journal, cutShort, sameDatabase } = options
  const active = store.runs.inStates(activeStates)
  for (const run of active) await interrupted(run, options)
  try {
    await rm(downloadsFolder(dataFolder), { recursive: true, force: true })
    await journal.sweep(log)
    if (cutShort) await sweepTemporary(dataFolder)
    if (sameDatabase) await sweepUnnamed(store, dataFolder)
    await purge(options)
  } catch (error) {
    // Room that could not be freed is no reason not to open.
    log('warn', 'What is of no use any more could not be removed', { error: String(error) })
  }
  return active.flatMap(({ id }) => store.runs.get(id) ?? [])
}

/** No run is shown as training that does not; what its newest readable checkpoint has is what it has. */
async function interrupted(run: RunRecord, { store, log, dataFolder }: RecoveryOptions): Promise<void> {
  const folder = join(dataFolder, run.folder)
  if (await endOrphan(folder)) log('warn', 'An engine process had outlived its studio and was ended', { run: run.id })
  const said: Message[] = []
  let at: { readonly imagesSeen: number; readonly elapsedMs: number } | null = null
  try {
    const found = await newestCheckpoint(folder)
    at = found?.counters ?? null
    said.push(found === null ? message('notice.cutShortEarly') : message('notice.cutShort', { images: found.counters.imagesSeen }))
    const older = found === null ? null : olderCheckpointNotice(found)
    if (older !== null) said.push(older)
  } catch (error) {
    said.push(message('notice.text', { reason: fromSystemError(error, message('doing.findCheckpoints')).message }))
  }
  const imagesSeen = at?.imagesSeen ?? 0
  store.transaction(() => {
    store.ticks.removeAfter(run.id, imagesSeen)
    store.snapshots.removeAfter(run.id, imagesSeen)
    store.scores.removeAfter(run.id, imagesSeen)
    store.runs.update(run.id, {
      state: 'interrupted', imagesSeen, elapsedMs: at?.elapsedMs ?? 0, checkpointAt: at?.imagesSeen ?? null,
      remainingMs: null, memoryBytes: null, finishedAt: Date.now(), notices: said,
      ...(run.best !== null && run.best.imagesSeen > imagesSeen ? { best: null } : {}),
    })
  })
  log('info', 'A run was found interrupted', { run: run.id, imagesSeen })
}

async function purge({ store, dataFolder }: RecoveryOptions): Promise<void> {
  const before = Date.now() - keptDeletedMs
  for (const file of store.samples.purgeDeletedBefore(before)) await rm(join(dataFolder, file), { force: true })
  for (const run of store.runs.deletedBefore(before)) {
    await rm(join(dataFolder, run.folder), { recursive: true, force: true })
    store.runs.purge(run.id)
  }
}
