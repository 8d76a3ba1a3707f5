/** Starts long work and stays with it: progress, Ctrl-C, result. */
import { CancelledError, StudioError } from '../../base/errors.ts'
import type { Activity, ActivityResult } from '../../contract/data.ts'
import { disconnected } from '../../transport/connect.ts'
import type { SharedStudio } from '../share-studio.ts'
import type { Interrupts } from './interrupt.ts'
import type { Output } from './output.ts'

/** What a command works with. */
export interface Watch {
  readonly studio: SharedStudio
  readonly output: Output
  readonly interrupts: Interrupts
  /** Opens the same data folder anew, after its owner ended. */
  readonly reopen: () => Promise<SharedStudio>
}

/** Rejects with the activity's error, or with `cancelled` after Ctrl-C. */
export async function follow(watch: Watch, start: () => Promise<{ readonly activityId: string }>): Promise<ActivityResult> {
  const { studio, output, interrupts } = watch
  const newest = new Map<string, Activity>()
  const ended = Promise.withResolvers<ActivityResult>()
  ended.promise.catch(() => {})
  let activityId: string | null = null
  const see = (activity: Activity): void => {
    newest.set(activity.id, activity)
    if (activity.id !== activityId) return
    if (activity.state === 'running') show(output, activity)
    else settle(activity, ended)
  }
  // Listening comes before starting: a quick activity may end before its id is known here.
  const stopListening = studio.on('activity.changed', see)
  studio.onClose(() => ended.reject(disconnected()))
  const stopInterrupts = interrupts.on(() => {
    if (activityId !== null) studio.call('activities.cancel', { id: activityId }).catch(ended.reject)
  })
  try {
    activityId = (await start()).activityId
    const seen = newest.get(activityId) ?? (await studio.call('activities.list')).find(({ id }) => id === activityId)
    if (seen !== undefined) see(seen)
    if (interrupts.count > 0) await studio.call('activities.cancel', { id: activityId })
    return await ended.promise
  } finally {
    stopListening()
    stopInterrupts()
  }
}

function show(output: Output, activity: Activity): void {
  const { id, kind, title, done, total, detail, remainingMs } = activity
  output.progress({ title, done, total, detail, remainingMs }, { type: 'progress', activity: kind, id, done, total, detail, remainingMs })
}

function settle(activity: Activity, ended: PromiseWithResolvers<ActivityResult>): void {
  if (activity.state === 'done') ended.resolve(activity.result ?? { kind: 'none' })
  else if (activity.state === 'cancelled') ended.reject(new CancelledError(`${activity.title}: cancelled.`))
  else ended.reject(new StudioError(activity.error?.code ?? 'bug', activity.error?.message ?? `${activity.title} failed.`))
}
