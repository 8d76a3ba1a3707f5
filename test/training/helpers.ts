/** A small model, synthetic pictures and a host without a studio. */
import { copyFileSync, existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rng } from '../../src/base/rng.ts'
import { pixelsOf, square, type EngineId, type Size } from '../../src/contract/data.ts'
import type { PackedSet, TrainJob } from '../../src/contract/engine-jobs.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import type { EngineHost, EngineMessage } from '../../src/contract/trainer.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { tf } from '../../src/engine/tf.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { readDonorHead } from '../../src/training/transfer/donor.ts'
import { countMatches, type MatchCounts } from '../../src/training/transfer/transfer.ts'
import { planOf, type StepPlan } from '../../src/training/schedule.ts'
import type { StepRates } from '../../src/training/step-feed.ts'
import { train } from '../../src/training/train.ts'

export const smallOptions: TrainingOptions = {
  ...defaultOptions, resolution: 16, width: 8, latentSize: 16, batchSize: 4, augment: 'colour+translation+cutout',
  precision: 'float32',
}

/** A step of the adversarial phase, the first unless said otherwise. */
export const planFor = (options: TrainingOptions, updatesD = 0): StepPlan =>
  planOf(options, { imagesSeen: 0, updatesD, augmentProbability: options.augmentProbability, regularised: 0 }, 1)

/** What a run with these options would take from a file. */
export const matchesOf = async (file: string, options: TrainingOptions, classNames: readonly string[], channels: 1 | 3 | 4): Promise<MatchCounts> =>
  countMatches(architectureOf(options, classNames.length, channels), classNames, await readDonorHead(file))

/** Rates without bias correction. */
export const ratesOf = ({ weightDecay }: TrainingOptions, rate: number, average = 0.1): StepRates => ({
  stepG: tf.scalar(rate), stepD: tf.scalar(rate), average: tf.scalar(average),
  decayG: weightDecay === 0 ? null : tf.scalar(rate * weightDecay), decayD: weightDecay === 0 ? null : tf.scalar(rate * weightDecay), scaleG: null, scaleD: null,
})

/** TensorFlow where it is installed, as a person's run would have it; else the reference engine. */
export async function openTestBackend(): Promise<Backend> {
  try {
    return await openBackend('tensorflow')
  } catch {
    return openBackend('cpu')
  }
}
export const testEngine = (backend: Backend): EngineId => backend.id

export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'gan-studio-training-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Two-coloured gradients, a different pair for each class. */
export async function packedSet(folder: string, { count = 40, size = square(16), channels = 3, classes = 2 }: { readonly count?: number; readonly size?: Size; readonly channels?: 1 | 3 | 4; readonly classes?: number } = {}): Promise<PackedSet> {
  const rng = Rng.fromSeed(7)
  const bytes = new Uint8Array(count * pixelsOf(size) * channels)
  const labels = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    const label = classes === 0 ? -1 : n % classes
    labels[n] = label
    const shade = rng.integer(60)
    for (let i = 0; i < pixelsOf(size); i++)
      for (let c = 0; c < channels; c++) bytes[(n * pixelsOf(size) + i) * channels + c] = c === Math.max(0, label) % channels ? 150 + shade : Math.floor((i / pixelsOf(size)) * 100)
  }
  const path = join(folder, `set-${count}-${size.width}x${size.height}-${channels}.bin`)
  await writeFile(path, bytes)
  return { path, count, size, channels, labels }
}

export function trainJob(folder: string, data: PackedSet, change: Partial<TrainJob> = {}): TrainJob {
  return {
    kind: 'train', runId: 'run_test', engine: 'cpu', options: smallOptions, classNames: ['red', 'green'], data, folder,
    totalImages: 40, totalMs: null, elapsedMs: 0, resumeFrom: null, initialiseFrom: null, ...change,
  }
}

/** Keeps every message; `during` sees each and may ask the run to pause or stop. */
export class TestHost implements EngineHost {
  readonly messages: EngineMessage[] = []
  stop: { readonly save: boolean } | null = null
  #during: (message: EngineMessage, host: TestHost) => void
  #stopAfterSteps: number
  constructor(options: { readonly stopAfterSteps?: number; readonly during?: (message: EngineMessage, host: TestHost) => void } = {}) {
    this.#stopAfterSteps = options.stopAfterSteps ?? Infinity
    this.#during = options.during ?? (() => {})
  }
  send(message: EngineMessage): void {
    this.messages.push(message)
    this.#during(message, this)
  }
  paused(): boolean {
    return false
  }
  /** Called once before each step. */
  async waitWhilePaused(): Promise<void> {
    if (--this.#stopAfterSteps <= 0) this.stop ??= { save: true }
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  stopRequested(): { readonly save: boolean } | null {
    return this.stop
  }
  of<T extends EngineMessage['type']>(type: T): Extract<EngineMessage, { type: T }>[] {
    return this.messages.filter((message): message is Extract<EngineMessage, { type: T }> => message.type === type)
  }
  get lastCheckpoint(): string {
    const file = this.of('checkpoint').at(-1)?.checkpoint.file
    if (file === undefined) throw new Error('No checkpoint was written.')
    return file
  }
}

/**
 * Trains, and keeps the first checkpoint of the second half: another run goes on from it without having been made for that.
 * A run's first step costs more than the others together.
 */
export async function trainKeepingHalf(job: TrainJob, backend: Backend): Promise<{ readonly host: TestHost; readonly half: string }> {
  const half = join(job.folder, 'half.safetensors')
  const host = new TestHost({
    during: (message) => {
      if (message.type !== 'checkpoint' || existsSync(half)) return
      const done = message.checkpoint.imagesSeen / (job.totalImages ?? Infinity)
      if (done >= 0.5 && done < 1) copyFileSync(message.checkpoint.file, half)
    },
  })
  await train(job, host, backend)
  return { host, half }
}

/** What is learned by half of a run, by all of it, and by another that goes on from that half. */
export async function trainWholeAndFromHalf(data: Parameters<typeof trainJob>[1], job: Parameters<typeof trainJob>[2], backend: Backend): Promise<Readonly<Record<'half' | 'whole' | 'rest', Values>>> {
  const [one, other] = [await temporaryFolder(), await temporaryFolder()]
  const { host, half } = await trainKeepingHalf(trainJob(one.path, data, job), backend)
  const rest = new TestHost()
  await train(trainJob(other.path, data, { ...job, resumeFrom: half }), rest, backend)
  const [ofHalf, ofWhole, ofRest] = await Promise.all([half, host.lastCheckpoint, rest.lastCheckpoint].map(async (file) => (await readCheckpoint(file)).values)) as [Values, Values, Values]
  await Promise.all([one.remove(), other.remove()])
  return { half: ofHalf, whole: ofWhole, rest: ofRest }
}
type Values = Awaited<ReturnType<typeof readCheckpoint>>['values']
