/** A run of a few steps at 64 px in an open studio, to measure what a generator costs. */
import type { EngineId } from '../../../src/contract/data.ts'
import type { architectureOf } from '../../../src/engine/architecture.ts'
import type { SharedStudio } from '../../../src/hosts/share-studio.ts'

export interface TrainedRun {
  readonly id: string
  readonly engine: EngineId
  readonly options: Parameters<typeof architectureOf>[0]
  readonly classNames: readonly string[]
}

/** Of pictures in a folder, after two batches: what a generator of this size costs, not what it makes. */
export async function trainedRun(studio: SharedStudio, folder: string): Promise<TrainedRun> {
  const ticket = await studio.registerSources([folder])
  const { datasetId, activityId } = await studio.call('datasets.import', { tickets: [ticket] })
  await ended(studio, activityId)
  const finished = Promise.withResolvers<TrainedRun>()
  studio.on('run.changed', (run) => {
    if (run.state === 'finished') finished.resolve(run)
    if (run.state === 'failed') finished.reject(new Error(run.error?.message))
  })
  await studio.call('runs.start', { datasetId, budget: { kind: 'images', images: 64 }, set: { resolution: 64 } })
  return await finished.promise
}

/** Resolves when an activity is done; rejects where it failed. */
export async function ended(studio: SharedStudio, activityId: string): Promise<void> {
  const end = Promise.withResolvers<void>()
  const see = ({ id, state, error }: { readonly id: string; readonly state: string; readonly error: { readonly message: string } | null }): void => {
    if (id !== activityId || state === 'running') return
    if (state === 'done') end.resolve()
    else end.reject(new Error(error?.message ?? state))
  }
  const stop = studio.on('activity.changed', see)
  for (const activity of await studio.call('activities.list')) see(activity)
  await end.promise.finally(stop)
}
