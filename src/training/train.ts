/** A training run inside an engine process, from job to last checkpoint. */
import { StudioError } from '../base/errors.ts'
import { pictureSize, sizeText } from '../contract/data.ts'
import { saysOutOfMemory } from '../base/out-of-memory.ts'
import type { TrainJob } from '../contract/engine-jobs.ts'
import { message } from '../contract/messages.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import { openBackend, type Backend } from '../engine/backend.ts'
import { stepsByOwnKernels } from '../engine/processor.ts'
import { BatchSource } from './batches.ts'
import { BesideTraining } from './beside.ts'
import { learnClassHead } from './class-head.ts'
import { architectureOfHead, freshCounters, freshWatch, readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { disposeFeed, FeedSource } from './feed.ts'
import { Model } from './model.ts'
import { freshValues, type ModelValues } from './model-values.ts'
import { groupingOf } from './groups.ts'
import { findPalette } from './palette.ts'
import { disposeRates } from './rates.ts'
import { TrainingRun } from './run.ts'
import { stepBoth, stepD, stepSideBySide } from './step.ts'
import { stepperFor, type Step, type Stepper } from './stepper.ts'
import { Teachers } from './teachers.ts'
import { readDonor } from './transfer/donor.ts'
import { transferredValues, type MatchCounts } from './transfer/transfer.ts'

/**
 * Runs until the budget is used up or the host asks to stop, then says `done`.
 * @throws StudioError `diverged`, `out-of-memory`, `corrupt`, `disk-full` …
 */
export async function runTraining(job: TrainJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine, { stepsByOwnKernels: stepsByOwnKernels(job.options.precision) })
  try {
    await train(job, host, backend)
  } catch (error) {
    throw outOfMemory(error, job) ?? error
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open; leaves it open. */
export async function train(job: TrainJob, host: EngineHost, backend: Backend): Promise<void> {
  const start = await startingPoint(job, host)
  const { batchSize, seed, mirror } = job.options
  const batches = await BatchSource.open(job.data, { batchSize, seed, mirror, palette: start.architecture.palette, ...groupingOf(job.options) })
  let model: Model | null = null
  let stepper: Stepper | null = null
  let run: TrainingRun | null = null
  let teachers: Teachers | null = null
  const beside = new BesideTraining()
  try {
    model = new Model(start.architecture, job.options, start.values)
    model.bfloat16 = start.checkpoint?.bfloat16 ?? null
    stepper = stepperFor(model, backend.id, (reason) => host.send({ type: 'notice', notice: message('notice.notCompiled', { reason }) }))
    if (job.teachers !== undefined && job.teachers.length > 0) teachers = await Teachers.open(job.teachers, start.architecture, job.classNames)
    const feeds = new FeedSource(start.architecture, job.options, teachers)
    if (start.checkpoint !== null) {
      feeds.restore(start.checkpoint.streams)
      batches.restore(start.checkpoint.streams.batches)
    }
    const { layoutG, layoutD } = start.architecture
    host.send({ type: 'ready', engineLabel: backend.label, parameters: { G: layoutG.total, D: layoutD.total }, matched: start.matched })

    const counters = start.checkpoint?.counters ?? { ...freshCounters, elapsedMs: job.elapsedMs }
    const watch = start.checkpoint?.watch ?? freshWatch
    run = new TrainingRun({ job, host, backend, batches, feeds, model, stepper, beside, counters, watch })
    await run.rememberStart()
    await loop(run, { stepper, batches, feeds, beside }, host)
  } finally {
    // Nothing is written any more once it has ended; what failed first is what is said.
    await beside.done().catch(() => {})
    run?.dispose()
    teachers?.dispose()
    stepper?.dispose()
    model?.dispose()
    await batches.close()
  }
}

interface LoopParts {
  readonly stepper: Stepper
  readonly batches: BatchSource
  readonly feeds: FeedSource
  readonly beside: BesideTraining
}

async function loop(run: TrainingRun, { stepper, batches, feeds, beside }: LoopParts, host: EngineHost): Promise<void> {
  let pixels: Uint8Array | undefined
  const update = async (step: Step): Promise<void> => {
    const batch = await batches.next(pixels)
    pixels = batch.pixels
    const feed = feeds.next(batch, run.plan())
    const rates = run.rates()
    await stepper.prepare(step, feed, rates)
    run.read(stepper.run(step, feed, rates))
    disposeFeed(feed)
    disposeRates(rates)
    run.advance(batch.labels.length, step !== stepD)
  }
  while (!run.reached && host.stopRequested() === null) {
    await run.maintain()
    if (host.paused()) {
      await run.checkpoint()
      await beside.done()
    }
    await waitWhilePaused(run, host)

    const { phase } = run.plan()
    // D goes first, as often as asked; then both, D before G or side by side.
    for (let k = 1; phase === 'adversarial' && k < run.stepsD; k++) await update(stepD)
    await update(phase === 'bootstrap' ? stepSideBySide : stepBoth)
  }
  const stop = host.stopRequested()
  if (stop === null) await run.finalScore()
  if (stop === null || stop.save) {
    await run.checkpoint()
    await run.sheet()
  }
  await beside.done()
  host.send({ type: 'done', outcome: run.reached ? 'reached' : 'stopped' })
}

/** Always gives the event loop a turn, so that commands arrive between steps. */
async function waitWhilePaused(run: TrainingRun, host: EngineHost): Promise<void> {
  const wasPaused = host.paused()
  await host.waitWhilePaused()
  if (wasPaused) run.restartClock()
}

interface StartingPoint {
  readonly architecture: Architecture
  readonly values: ModelValues
  readonly checkpoint: Checkpoint | null
  readonly matched: MatchCounts | null
}

async function startingPoint(job: TrainJob, host: EngineHost): Promise<StartingPoint> {
  const { options, classNames, data } = job
  if (job.resumeFrom !== null) {
    const checkpoint = await readCheckpoint(job.resumeFrom)
    return { architecture: architectureOfHead(checkpoint), values: checkpoint.values, checkpoint, matched: null }
  }
  const architecture = architectureOf(options, classNames.length, data.channels, { palette: await findPalette(data, options) })
  const { values, matched } = job.initialiseFrom === null ? { values: freshValues(architecture, options.seed), matched: null } : transferredValues(architecture, classNames, await readDonor(job.initialiseFrom), options.seed)
  const learned = architecture.layoutHead.total === 0 ? {} : { head: await learnClassHead(architecture, job, host) }
  return { architecture, values: { ...values, ...learned }, checkpoint: null, matched }
}

function outOfMemory(error: unknown, { options }: TrainJob): StudioError | null {
  if (error instanceof StudioError || !(error instanceof Error)) return null
  if (!saysOutOfMemory(error.message)) return null
  return new StudioError('out-of-memory', `The engine ran out of memory at batch size ${options.batchSize}, ${sizeText(pictureSize(options))} and width ${options.width}.`, { cause: error })
}
