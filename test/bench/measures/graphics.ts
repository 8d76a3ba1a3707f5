/**
 * The graphics processor through WebGPU: its numbers beside plain JavaScript's, and its steps beside PyTorch on the
 * same card where `GAN_STUDIO_TORCH` names a Python that has it, else beside the embedded engine on all processors.
 */
import type { EngineId } from '../../../src/contract/data.ts'
import type { TrainJob } from '../../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../../src/contract/options.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import type { FindingsMessage } from '../../engine/findings-child.ts'
import { difference, findingsOf } from '../../engine/findings-of.ts'
import { median, Skipped, type Benchmark, type Measurement } from '../benchmark.ts'
import { namedPython } from '../peers/torch-python.ts'
import { TorchTrainer } from '../peers/torch-trainer.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

/** GRAPHICS_ROUNDS, GRAPHICS_MS: fewer and shorter rounds for a first look; GRAPHICS_CASES: a regular expression, those cases alone. */
const rounds = Number(process.env['GRAPHICS_ROUNDS'] ?? 5)
const roundMs = Number(process.env['GRAPHICS_MS'] ?? 1500)
const wanted = new RegExp(process.env['GRAPHICS_CASES'] ?? '')
const classes = 10

const proposed = (resolution: 32 | 64, pictureCount: number): TrainingOptions => proposeOptions({
  pictureCount, classCounts: new Array<number>(classes).fill(pictureCount / classes), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
}).options
/** What the peer has not is left out. */
const plain = { energy: 0, projected: 0, featureEnergy: 0 } as const
const [small, large] = [{ ...proposed(32, 50_000), ...plain }, { ...proposed(64, 2062), ...plain }]
const cases: readonly (readonly [what: string, options: TrainingOptions, hasPeer: boolean])[] = [
  ['32 px, batch 16', small, true],
  ['32 px, batch 64', { ...small, batchSize: 64 }, true],
  ['32 px, batch 256', { ...small, batchSize: 256 }, true],
  ['32 px, width 96, batch 64', { ...small, width: 96, batchSize: 64 }, true],
  ['64 px, batch 16', large, true],
  ['64 px, batch 64', { ...large, batchSize: 64 }, true],
  ['32 px, all that is proposed', proposed(32, 50_000), false],
]

interface Contestant {
  readonly label: string
  /** @returns milliseconds */
  run(steps: number): Promise<{ readonly ms: number; readonly processorMs?: number }>
  close(): void
}

export const graphics: Benchmark = {
  name: 'graphics',
  about: 'WebGPU: agreement with plain JavaScript, and training speed on the graphics processor',
  async run(log) {
    const measurements: Measurement[] = [...(await agreement())]
    for (const [what, options, hasPeer] of cases.filter(([what]) => wanted.test(what))) {
      const { job, remove } = await randomJob(options, { engine: 'webgpu', classes })
      try {
        measurements.push(...(await measured(what, job, hasPeer)))
        log(`${what}: ${measurements.slice(-2).map(({ value, unit, beside }) => `${value.toFixed(1)} ${unit}${beside === undefined ? '' : ` (${beside.what} ${beside.value.toFixed(1)})`}`).join(', ')}`)
      } catch (error) {
        log(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      } finally {
        await remove()
      }
    }
    return measurements
  },
}

/** Medians of both in turn, and the processor's time for a step, which a quick card waits for. */
async function measured(what: string, job: TrainJob, hasPeer: boolean): Promise<readonly Measurement[]> {
  const ours = await ourTraining(job)
  const peer = hasPeer ? await peerOf(job) : null
  try {
    const contestants = peer === null ? [ours] : [ours, peer]
    const steps: number[] = []
    for (const contestant of contestants) steps.push(await warmUp(contestant))
    const found = contestants.map((): { rate: number; processorMs: number }[] => [])
    for (let round = 0; round < rounds; round += 1) {
      for (const i of round % 2 === 0 ? contestants.keys() : [...contestants.keys()].reverse()) {
        const count = steps[i] as number
        const { ms, processorMs = NaN } = await (contestants[i] as Contestant).run(count)
        found[i]?.push({ rate: (count * job.options.batchSize * 1000) / ms, processorMs: processorMs / count })
      }
    }
    const rateOf = (i: number): number => median((found[i] ?? []).map(({ rate }) => rate))
    const beside = peer === null ? {} : { beside: { what: peer.label, value: rateOf(1) }, ratio: median((found[0] ?? []).map(({ rate }, round) => rate / (found[1]?.[round]?.rate ?? NaN))) }
    return [
      { what: `${what}, ${ours.label}`, value: rateOf(0), unit: 'images/s', ...beside },
      { what: `${what}: processor's time`, value: median((found[0] ?? []).map(({ processorMs }) => processorMs)), unit: 'ms a step' },
    ]
  } finally {
    ours.close()
    peer?.close()
  }
}

async function ourTraining(job: TrainJob): Promise<Contestant> {
  const training = await SteppedTraining.open(job)
  return { label: training.opened.engineLabel, run: (steps) => training.run(steps), close: () => training.close() }
}

async function peerOf(job: TrainJob): Promise<Contestant> {
  if (namedPython === undefined) return ourTraining({ ...job, engine: 'wasm' })
  const torch = await TorchTrainer.open(job, { channelsLast: true, waiting: 'passive', device: 'cuda' })
  return { label: 'PyTorch on the card, channels last', run: async (steps) => ({ ms: await torch.run(steps) }), close: () => torch.close() }
}

/** @returns how many steps fill a round */
async function warmUp({ run }: Contestant): Promise<number> {
  const { ms: first } = await run(1)
  if (first > 10 * roundMs) return 1
  await run(3)
  return Math.max(1, Math.round((5 * roundMs) / (await run(5)).ms))
}

/** Largest differences from plain JavaScript, as a share of the largest value. */
async function agreement(): Promise<readonly Measurement[]> {
  const [ours, reference] = [await foundBy('webgpu'), await foundBy('cpu')]
  const pairs = [
    ...(['fakes', 'logits', 'gradientD', 'gradientG', 'readings'] as const).map((what) => [what, ours.found[what], reference.found[what]] as const),
    ...Object.entries(reference.varied).map(([what, expected]) => [`two steps, ${what}`, ours.varied[what] ?? new Float32Array(), expected] as const),
  ]
  return pairs.map(([what, a, b]) => ({ what: `difference from plain JavaScript: ${what}`, value: 1e6 * difference(a, b), unit: 'millionths', goal: 'below 5,000' }))
}

type Found = Extract<FindingsMessage, { readonly found: unknown }>

async function foundBy(engine: EngineId): Promise<Found> {
  const message = await findingsOf(engine, { varied: true })
  if ('unavailable' in message) throw new Skipped(message.unavailable)
  if ('failed' in message) throw new Error(message.failed)
  return message
}
