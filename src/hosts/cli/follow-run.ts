/** Stays with a training run: progress, Ctrl-C (first: stop and save; second: stop now), result. */
import { CancelledError, StudioError } from '../../base/errors.ts'
import { hasEnded, type Run, type Tick } from '../../contract/data.ts'
import type { Score } from '../../contract/judgement.ts'
import { phrase } from '../../contract/messages.ts'
import { disconnected } from '../../transport/connect.ts'
import { follow, type Watch } from './activity.ts'
import { nextCommand } from './next-command.ts'
import { duration, thousands } from './output.ts'
import { adviceText, scoreLine, scoreText } from './score-text.ts'

export async function followRun(watch: Watch, started: Run, { score }: { readonly score: boolean }): Promise<void> {
  const run = await untilEnded(watch, started)
  const { studio, output, interrupts } = watch
  if (run.state === 'failed' || run.state === 'interrupted')
    throw new StudioError(run.error?.code ?? 'engine-failed', `${run.error?.message ?? 'Training ended early.'} ${keptSentence(run)}`)
  const full = interrupts.count === 0 ? await finalScore(watch, run, score) : null
  const advice = await studio.call('runs.advice', { id: run.id })
  const summary = `${run.name} (${run.id}): ${thousands(run.imagesSeen)} images in ${duration(run.elapsedMs)}, ${run.state}.`
  output.result({ id: run.id, run, score: full, advice }, `${summary}\n${full === null ? '' : `${scoreText(full)}\n`}${adviceText(advice)}\nNext: ${nextCommand(run)}`)
  if (interrupts.count > 0) throw new InterruptedRun(keptSentence(run))
}

/** The studio scores a run that has ended by itself: stays with that, or calls it off. Ctrl-C ends it alone. */
async function finalScore(watch: Watch, { id }: Run, wanted: boolean): Promise<Score | null> {
  const { studio } = watch
  const scoring = (await studio.call('activities.list')).find(({ kind, subjectId, state }) => kind === 'score' && subjectId === id && state === 'running')
  if (scoring === undefined) return null
  if (!wanted) {
    await studio.call('activities.cancel', { id: scoring.id })
    return null
  }
  const done = await follow(watch, async () => ({ activityId: scoring.id }))
  return done.kind === 'score' ? done.score : null
}

/** The result is printed already; only the exit code still has to say what happened. */
export class InterruptedRun extends CancelledError {}

function keptSentence({ id, checkpointAt, error }: Run): string {
  const smaller = error?.smallerBatch === undefined ? '' : ` --batch ${error.smallerBatch}`
  if (checkpointAt === null) return `No checkpoint was written.${smaller === '' ? '' : ` Begin again with: gan-studio resume ${id}${smaller}`}`
  return `Saved at ${thousands(checkpointAt)} images. Go on with: gan-studio resume ${id}${smaller}`
}

async function untilEnded(watch: Watch, started: Run): Promise<Run> {
  const { studio, output, interrupts } = watch
  const end = Promise.withResolvers<Run>()
  end.promise.catch(() => {})
  let run = started
  let last: Tick | null = null
  /** How many of the run's notices have been said. */
  let told = 0
  const see = (changed: Run): void => {
    if (changed.id !== started.id) return
    const before = run.state
    for (const notice of changed.notices.slice(told)) output.note(phrase(notice, 'en'))
    told = changed.notices.length
    run = changed
    if (hasEnded(run)) return end.resolve(run)
    if (before !== run.state && run.state !== 'training') output.note(`${run.name}: ${run.state}`)
    show(watch, run, last)
  }
  const stops = [
    studio.on('run.changed', see),
    studio.on('run.tick', ({ runId, tick }) => {
      if (runId !== started.id) return
      last = tick
      if (output.json) output.item({ type: 'tick', runId, ...tick }, null)
      else show(watch, run, tick)
    }),
    studio.on('run.snapshot', ({ runId, snapshot }) => {
      if (runId === started.id) output.item({ type: 'snapshot', runId, ...snapshot }, null)
    }),
    studio.on('run.score', ({ runId, score }) => {
      if (runId === started.id) output.item({ type: 'score', runId, ...score }, scoreLine(score))
    }),
    interrupts.on((count) => {
      if (count > 2) return end.reject(new CancelledError('Ended at once.'))
      output.note(count === 1 ? 'Stopping and saving … (Ctrl-C again: stop now)' : 'Stopping now …')
      studio.call('runs.stop', { id: started.id, save: count === 1 }).catch((error: unknown) => {
        if (!hasEnded(run)) end.reject(error)
      })
    }),
  ]
  studio.onClose(() => end.reject(disconnected()))
  try {
    output.item({ type: 'run', run: started }, null)
    see(await studio.call('runs.get', { id: started.id }))
    return await end.promise
  } finally {
    for (const stop of stops) stop()
  }
}

function show({ output }: Watch, run: Run, tick: Tick | null): void {
  const imagesSeen = Math.max(run.imagesSeen, tick?.imagesSeen ?? 0)
  const speed = tick?.imagesPerSecond ?? run.imagesPerSecond
  const { done, total } = run.totalImages !== null || run.remainingMs === null
    ? { done: imagesSeen, total: run.totalImages }
    : { done: run.elapsedMs / 1000, total: (run.elapsedMs + run.remainingMs) / 1000 }
  const detail = [
    ...(speed === null ? [] : [`${thousands(speed)} images/s`]),
    ...(tick === null ? [] : [`D(real) ${tick.pReal.toFixed(2)}`, `D(fake) ${tick.pFake.toFixed(2)}`]),
    `${thousands(imagesSeen)} images`,
  ].join(', ')
  output.progress(
    { title: run.state === 'preparing' ? 'Preparing' : 'Training', done, total, remainingMs: run.remainingMs, detail },
    { type: 'progress', activity: 'train', id: run.id, state: run.state, imagesSeen, totalImages: run.totalImages, remainingMs: run.remainingMs },
  )
}
