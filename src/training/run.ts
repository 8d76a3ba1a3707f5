/** One run's state, and the maintenance between its steps. */
import { StudioError } from '../base/errors.ts'
import type { TrainingPhase } from '../contract/data.ts'
import type { TrainJob } from '../contract/engine-jobs.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'
import type { EngineHost } from '../contract/trainer.ts'
import type { Backend } from '../engine/backend.ts'
import { tf } from '../engine/tf.ts'
import type { BatchSource } from './batches.ts'
import type { BesideTraining } from './beside.ts'
import { BlockScales } from './block-rates.ts'
import { calibrate } from './calibrate.ts'
import { isFiniteVector, type Checkpoint, type RunCounters, type RunWatch } from './checkpoint.ts'
import type { FeedSource } from './feed.ts'
import type { Model } from './model.ts'
import { OverfitWatch } from './overfit-watch.ts'
import { learningRates, stepRates } from './rates.ts'
import { Responses, windowSteps } from './responses.ts'
import { checkpointDue, heldBackBy, planOf, progressOf, reached, sheetDue, type Spent, type StepPlan } from './schedule.ts'
import { SafePlace } from './safe-place.ts'
import { RunScoring } from './scoring.ts'
import { drawSheet, keepSheet } from './sheets.ts'
import { isFinite, StepStats } from './stats.ts'
import type { StepRates } from './step-feed.ts'
import type { Stepper } from './stepper.ts'
import { WorkingTime } from './working-time.ts'

const tickMs = 500
const mostRollbacks = 3
const leastRateScale = 1 / 16
/** Steps of adaptive augmentation that a person is told of. */
const told = 0.2

export interface RunParts {
  readonly job: TrainJob
  readonly host: EngineHost
  readonly backend: Backend
  readonly batches: BatchSource
  readonly feeds: FeedSource
  readonly model: Model
  readonly stepper: Stepper
  /** Where files are written. */
  readonly beside: BesideTraining
  /** Of a checkpoint to go on from; absent: from the start. */
  readonly counters: RunCounters
  readonly watch: RunWatch
}

export class TrainingRun {
  readonly #parts: RunParts
  /** Since the last tick. */
  readonly #stats = new StepStats()
  /** Since troubles were last looked for. */
  readonly #window = new StepStats()
  readonly #responses: Responses
  readonly #safe: SafePlace
  readonly #scoring: RunScoring
  readonly #overfit: OverfitWatch | null
  readonly #scales: BlockScales
  #counters: RunCounters
  #lastCheckpoint: Spent
  readonly #time = new WorkingTime()
  #tickAt: { readonly clock: number; readonly imagesSeen: number }
  #windowAt: number
  #sheetMs = 0
  #phase: TrainingPhase | null = null

  constructor(parts: RunParts) {
    this.#parts = parts
    this.#counters = parts.counters
    this.#lastCheckpoint = parts.counters
    this.#safe = new SafePlace(parts.job.folder, parts.job.resumeFrom, parts.beside, (checkpoint) => parts.host.send({ type: 'checkpoint', checkpoint }))
    this.#scoring = new RunScoring(parts.job, parts.host)
    this.#overfit = OverfitWatch.of(parts.job)
    this.#scales = new BlockScales(parts.model.architecture, parts.job.options)
    this.#responses = new Responses(parts.job.options, parts.watch.responses, this.#overfit !== null)
    this.#tickAt = { clock: performance.now(), imagesSeen: parts.counters.imagesSeen }
    this.#window.restore(parts.watch.window)
    this.#windowAt = parts.watch.windowAt
  }

  get counters(): RunCounters {
    return this.#counters
  }
  get reached(): boolean {
    return reached(this.#parts.job, this.#counters)
  }
  /** Updates of D for one of G. */
  get stepsD(): number {
    return this.#parts.job.options.stepsD
  }
  get #progress(): number | null {
    return progressOf(this.#parts.job, this.#counters)
  }

  /** The rates of the next step; the caller disposes them. */
  rates(): StepRates {
    return stepRates(this.#parts.job.options, this.#counters, this.#progress, this.#scales)
  }

  /** What kind of step comes next. */
  plan(): StepPlan {
    const plan = planOf(this.#parts.job.options, this.#counters, this.#progress)
    if (plan.phase !== this.#phase && this.#phase === 'bootstrap') this.#say('notice.adversarial', { images: this.#counters.imagesSeen })
    this.#phase = plan.phase
    return plan
  }

  /** Takes ownership of a step's readings. */
  read(report: tf.Tensor1D): void {
    this.#window.add(tf.clone(report))
    this.#stats.add(report)
  }

  /** Counts an update of D, and of G with it unless it was D's alone, and the time since the last one. */
  advance(pictures: number, both: boolean): void {
    this.#counters = {
      ...this.#counters,
      imagesSeen: this.#counters.imagesSeen + pictures,
      updates: this.#counters.updates + (both ? 1 : 0),
      updatesD: this.#counters.updatesD + 1,
      elapsedMs: this.#counters.elapsedMs + this.#time.lap(),
    }
  }

  /** Time until the next call of `advance` starts to count now: after a pause. */
  restartClock(): void {
    this.#time.lap()
    this.#tickAt = { clock: performance.now(), imagesSeen: this.#counters.imagesSeen }
  }

  /** Reports, sheets, scores and checkpoints, each when it is due. */
  async maintain(): Promise<void> {
    const { job } = this.#parts
    await this.#parts.beside.turn()
    if (this.#counters.updates > 0 && this.#counters.updates % windowSteps === 0) await this.#respond()
    if (performance.now() - this.#tickAt.clock >= tickMs) await this.#tick()
    const { sheetsTaken, lastSheetAtMs } = this.#counters
    if (sheetDue(job.options, job, this.#counters, { taken: sheetsTaken, lastAtMs: lastSheetAtMs, tookMs: this.#sheetMs })) await this.sheet()
    const step = this.#scoring.step(this.#counters, this.#progress)
    if (step === 'pace') this.#counters = { ...this.#counters, ...(await this.#scoring.pace(this.#counters, this.#progress)) }
    if (step === 'score') await this.score()
    if (!this.#responses.suspicious && checkpointDue(job, this.#lastCheckpoint, this.#counters)) await this.checkpoint()
  }

  async sheet(): Promise<void> {
    const { model, stepper, job, host } = this.#parts
    const { imagesSeen, elapsedMs, sheetsTaken } = this.#counters
    const time = new WorkingTime()
    stepper.pull(['average'])
    const drawn = await drawSheet(model, job.data)
    this.#sheetMs = time.lap()
    this.#counters = { ...this.#counters, sheetsTaken: sheetsTaken + 1, lastSheetAtMs: elapsedMs }
    this.#parts.beside.begin(async () => host.send({ type: 'snapshot', imagesSeen, ...(await keepSheet(drawn, job.folder, imagesSeen)) }))
  }

  /** The last one, which tells whether the end is better than the best before; none where time was too short for any. */
  async finalScore(): Promise<void> {
    if (this.#scoring.finalDue(this.#counters)) await this.score()
  }

  /**
   * Compares samples with real pictures; the best moment's checkpoint is written at once and kept.
   * Of moments that differ by less than half a deviation the later is the better: it has learned more.
   */
  async score(): Promise<void> {
    const { model, stepper, host } = this.#parts
    stepper.pull()
    const { score, counters } = await this.#scoring.score(model, this.#counters)
    this.#counters = { ...this.#counters, ...counters }
    if (score === null) return
    const { imagesSeen } = this.#counters
    const { bestAt, lowestKid } = this.#counters
    const best = bestAt < 0 || score.kid < lowestKid + score.kidStd / 2
    if (best) {
      this.#counters = { ...this.#counters, bestAt: imagesSeen, lowestKid: bestAt < 0 ? score.kid : Math.min(lowestKid, score.kid) }
      await this.checkpoint()
    }
    // Numbers that were not finite took the run back to before this score. The best is said once it is kept.
    if (this.#counters.imagesSeen === imagesSeen) this.#parts.beside.begin(() => host.send({ type: 'score', score, best }))
  }

  dispose(): void {
    this.#stats.reset()
    this.#window.reset()
    this.#scoring.dispose()
    this.#scales.dispose()
  }

  /**
   * Takes a checkpoint, unless the newest is of this very step; it is written beside the next steps. Rolls back instead of
   * keeping numbers that are not finite.
   */
  async checkpoint(): Promise<void> {
    await this.#safe.ready()
    if (this.#counters.updates > 0 && this.#safe.isFile && this.#lastCheckpoint.imagesSeen === this.#counters.imagesSeen) return
    if (!(await this.#tick())) return
    const checkpoint = await this.#snapshot()
    if (!Object.values(checkpoint.values).every(isFiniteVector)) return this.#rollBack('notice.rolledBackBroken')
    this.#lastCheckpoint = this.#counters
    this.#safe.write(checkpoint)
  }

  async rememberStart(): Promise<void> {
    if (this.#safe.isEmpty) this.#safe.remember(await this.#snapshot())
  }

  /** Looks for troubles in the last steps and does something about them. */
  async #respond(): Promise<void> {
    const means = await this.#window.take()
    const { imagesSeen, updates, augmentProbability, regularised, learningRateScale, rollbacks } = this.#counters
    const images = imagesSeen - this.#windowAt
    this.#windowAt = imagesSeen
    // The next tick sees numbers that are not finite.
    if (means === null || !isFinite(means)) return
    const overfit = (await this.#overfit?.measureWhenDue(this.#parts, updates)) ?? null
    const judged = this.#responses.judge({ means, images, overfit }, { augmentProbability, regularised })
    this.#counters = { ...this.#counters, augmentProbability: judged.augmentProbability, regularised: judged.regularised }
    if (judged.regularised > regularised) this.#say('notice.heldBack', heldBackBy(this.#parts.job.options, judged.regularised, this.#progress, this.#responses.state.overfit))
    if (Math.floor(judged.augmentProbability / told) > Math.floor(augmentProbability / told))
      this.#say('notice.augmentedMore', { percent: Math.round(judged.augmentProbability * 100) })
    if (judged.trouble === null) return
    this.#responses.forget()
    // What is done about it must not depend on how fast the disk is.
    await this.#parts.beside.done()
    if (judged.trouble === 'collapsed' && this.#safe.isFile && rollbacks < mostRollbacks) return this.#rollBack('notice.rolledBackCollapsed')
    if (learningRateScale <= leastRateScale) return
    this.#counters = { ...this.#counters, learningRateScale: learningRateScale / 2 }
    this.#say('notice.slowedDown', { images: imagesSeen, share: learningRateScale / 2 })
  }

  #say(key: MessageKey, values: Message['values']): void {
    this.#parts.host.send({ type: 'notice', notice: message(key, values) })
  }

  /** @returns false where the numbers were not finite and the run went back */
  async #tick(): Promise<boolean> {
    const means = await this.#stats.take()
    if (means === null) return true
    if (!isFinite(means)) {
      await this.#rollBack('notice.rolledBackBroken')
      return false
    }
    const { host, backend, job } = this.#parts
    const { imagesSeen, elapsedMs } = this.#counters
    const clock = performance.now()
    host.send({
      type: 'tick',
      tick: {
        imagesSeen, elapsedMs,
        lossD: means.lossD, lossG: means.lossG, pReal: means.pReal, pFake: means.pFake, penalty: means.penalty,
        learningRate: learningRates(job.options, this.#counters, this.#progress).G,
        imagesPerSecond: ((imagesSeen - this.#tickAt.imagesSeen) * 1000) / Math.max(1, clock - this.#tickAt.clock),
        memoryBytes: backend.memoryBytes(),
        phase: this.#phase ?? 'adversarial',
        certainty: means.certainty,
        ...(this.#responses.state.overfit === null ? {} : { overfit: this.#responses.state.overfit }),
        augmentProbability: job.options.augmentAdapt ? this.#counters.augmentProbability : job.options.augmentProbability,
      },
    })
    this.#tickAt = { clock, imagesSeen }
    return true
  }

  async #snapshot(): Promise<Checkpoint> {
    const { job, model, stepper, feeds, batches } = this.#parts
    stepper.pull()
    model.state.statistics.replace(calibrate(model.architecture, model.average.flat))
    return {
      options: job.options, classNames: job.classNames, channels: job.data.channels, palette: model.architecture.palette,
      counters: this.#counters,
      streams: { ...feeds.state(), batches: batches.state() },
      watch: { window: await this.#window.state(), windowAt: this.#windowAt, responses: this.#responses.state },
      bfloat16: model.bfloat16,
      values: await model.values(),
    }
  }

  async #rollBack(why: MessageKey): Promise<void> {
    await this.#parts.beside.done()
    const rollbacks = this.#counters.rollbacks + 1
    if (!this.#parts.job.options.rollBack)
      throw new StudioError('diverged', 'Training became unstable: its numbers are no longer finite. Use a lower learning rate or spectral norm, or let the run go back by itself.')
    const safe = await this.#safe.read()
    if (safe === null || rollbacks > mostRollbacks)
      throw new StudioError('diverged', `Training became unstable ${rollbacks} times, although the learning rate was halved each time. Use a lower learning rate, spectral norm, or a larger batch.`)
    const { model, stepper, feeds, batches } = this.#parts
    model.load(safe.values)
    stepper.push()
    feeds.restore(safe.streams)
    batches.restore(safe.streams.batches)
    this.#stats.reset()
    this.#window.reset()
    this.#responses.forget()
    // Training time goes on; everything else returns.
    const { elapsedMs, sheetsTaken, lastSheetAtMs, scoringMs, lastScoreAtMs, scoreCount, scoreMs, learningRateScale } = this.#counters
    this.#counters = { ...safe.counters, elapsedMs, sheetsTaken, lastSheetAtMs, scoringMs, lastScoreAtMs, scoreCount, scoreMs, rollbacks, learningRateScale: learningRateScale / 2 }
    this.#lastCheckpoint = { imagesSeen: safe.counters.imagesSeen, elapsedMs }
    this.#windowAt = safe.counters.imagesSeen
    this.restartClock()
    this.#say(why, { images: safe.counters.imagesSeen })
  }
}
