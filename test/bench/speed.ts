/**
 * A DCGAN step beside PyTorch and TensorFlow with the same networks, loss, optimiser and batch,
 * every contestant in turn:
 *
 *     npm run bench:speed [-- 32 64] [--quick]
 *
 * Prints medians and writes `results/speed.json`; docs/speed.md explains where the time goes.
 * `--quick` is for a minute between changes: fewer and shorter rounds, PyTorch in one variant.
 */
import { fork } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { presetOf } from '../../src/contract/options/presets.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { stepMultiplyAdds } from '../../src/engine/cost.ts'
import { tf } from '../../src/engine/tf.ts'
import { median } from './benchmark.ts'
import { randomJob, SteppedTraining } from './measures/stepped-training.ts'
import { DcganPeer, type DcganMode } from './peers/dcgan.ts'

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } })
const rounds = flags.quick ? 3 : 7
/** A round of each contestant takes about this long. */
const roundMs = flags.quick ? 700 : 1500
const torchModes: readonly DcganMode[] = flags.quick ? ['channels_last'] : ['eager', 'channels_last', 'compile']
/** Threads that spin between kernels are the faster ones, unless something else wants the processor. */
const policies = flags.quick ? (['passive'] as const) : (['active', 'passive'] as const)
const channels = 3

const cases = [
  { resolution: 32, width: 64, batchSize: 32 },
  { resolution: 64, width: 32, batchSize: 16 },
] as const
type Case = (typeof cases)[number]

interface Contestant {
  readonly name: string
  run(steps: number): Promise<number>
  close(): void
}

const optionsOf = (shape: Case, precision: TrainingOptions['precision']): TrainingOptions =>
  ({ ...defaultOptions, ...presetOf('dcgan', shape.resolution), ...shape, network: 'dcgan', conditional: false, augment: 'none', precision })

async function studio(shape: Case, precision: TrainingOptions['precision']): Promise<Contestant> {
  const { job, remove } = await randomJob(optionsOf(shape, precision), { engine: 'tensorflow', classes: 0 })
  const training = await SteppedTraining.open(job)
  return {
    name: `studio, ${precision}`,
    run: async (steps) => (await training.run(steps)).ms,
    close: () => {
      training.close()
      void remove()
    },
  }
}

async function peer(mode: DcganMode, shape: Case, waiting: 'active' | 'passive'): Promise<Contestant> {
  const opened = await DcganPeer.open(mode, shape, waiting)
  return { name: mode === 'function' ? 'TensorFlow function' : `PyTorch ${mode}, ${waiting}`, run: (steps) => opened.run(steps), close: () => opened.close() }
}

/** PyTorch's fastest way of those given: each is tried alone for a few steps. */
async function fastest(shape: Case, modes: readonly DcganMode[]): Promise<Contestant> {
  const tried: { contestant: Contestant; ms: number }[] = []
  for (const mode of modes) {
    for (const waiting of policies) {
      const contestant = await peer(mode, shape, waiting)
      await contestant.run(2)
      tried.push({ contestant, ms: (await contestant.run(4)) / 4 })
    }
  }
  tried.sort((a, b) => a.ms - b.ms)
  console.error(`  ${tried.map(({ contestant, ms }) => `${contestant.name} ${ms.toFixed(0)} ms`).join('; ')}`)
  for (const { contestant } of tried.slice(1)) contestant.close()
  return (tried[0] as (typeof tried)[number]).contestant
}

/** GFLOPS of one well-shaped convolution in float32: what this machine's kernels reach. */
async function convolutionPeak(): Promise<Contestant> {
  const backend = await openBackend('tensorflow')
  const x = tf.randomNormal([32, 32, 32, 64]) as tf.Tensor4D
  const kernel = tf.randomNormal([3, 3, 64, 64]) as tf.Tensor4D
  return {
    name: 'convolution peak',
    run: async (times) => {
      const start = performance.now()
      for (let i = 0; i < times; i++) tf.conv2d(x, kernel, 1, 'same').dispose()
      return performance.now() - start
    },
    close: () => void backend.close(),
  }
}
const peakFlop = 2 * 32 * 32 * 32 * 9 * 64 * 64

/** What their logs call convolutions and matrix products. */
const insideKinds = new Set(['convolution', 'matmul', 'inner_product', 'gemm_api'])

/**
 * Share of a step's time outside convolutions and matrix products, by the logs of oneDNN and of the studio's own kernels. They go to a
 * file: whoever read them meanwhile would take a processor's time from the step.
 */
async function shareOutside(shape: Case, precision: TrainingOptions['precision']): Promise<number> {
  const { job, remove } = await randomJob(optionsOf(shape, precision), { engine: 'tensorflow', classes: 0 })
  const file = join(job.folder, 'kernels.log')
  const log = openSync(file, 'w')
  const child = fork(join(import.meta.dirname, 'measures', 'training-child.ts'), { serialization: 'advanced', execArgv: [], stdio: ['ignore', log, 'ignore', 'ipc'], env: { ...process.env, ONEDNN_VERBOSE: '1', OWN_KERNELS_VERBOSE: '1' } })
  const answer = (): Promise<{ readonly ms: number }> => new Promise((resolve) => child.once('message', (message) => resolve(message as { ms: number })))
  const ask = async (message: object): Promise<{ readonly ms: number }> => {
    const next = answer()
    child.send(message)
    return next
  }
  await ask({ job })
  await ask({ steps: 4 })
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = fstatSync(log).size
    const { ms } = await ask({ steps: 10 })
    const inside = readFileSync(file, 'utf8').slice(before).split('\n').map((line) => line.split(',')).filter((parts) => parts[2] === 'primitive' && parts[3] === 'exec' && insideKinds.has(parts[5] ?? ''))
    shares.push(1 - inside.reduce((sum, parts) => sum + Number(parts.at(-1)), 0) / ms)
  }
  child.disconnect()
  closeSync(log)
  await remove()
  return median(shares)
}

async function measure(shape: Case): Promise<object> {
  console.error(`${shape.resolution} px, width ${shape.width}, batch ${shape.batchSize}`)
  const [float32, bfloat16, tensorflow, torch, peak] = [
    await studio(shape, 'float32'), await studio(shape, 'bfloat16'), await peer('function', shape, 'passive'), await fastest(shape, torchModes), await convolutionPeak(),
  ]
  const torchLow = flags.quick ? null : await fastest(shape, ['bfloat16'])
  const contestants = [float32, bfloat16, tensorflow, torch, ...(torchLow === null ? [] : [torchLow]), peak]
  const steps: number[] = []
  for (const contestant of contestants) {
    await contestant.run(3)
    steps.push(Math.max(2, Math.round(roundMs / ((await contestant.run(3)) / 3))))
  }
  const times = new Map(contestants.map((contestant): [Contestant, number[]] => [contestant, []]))
  for (let round = 0; round < rounds; round++) {
    const order = [...contestants.keys()]
    if (round % 2 === 1) order.reverse()
    for (const i of order) times.get(contestants[i] as Contestant)?.push((await (contestants[i] as Contestant).run(steps[i] ?? 1)) / (steps[i] ?? 1))
  }
  for (const contestant of contestants) contestant.close()

  const all = (contestant: Contestant): readonly number[] => times.get(contestant) ?? []
  const ms = (contestant: Contestant): number => median(all(contestant))
  const ratio = (ours: Contestant, theirs: Contestant): number => median(all(ours).map((time, round) => (all(theirs)[round] ?? NaN) / time))
  const gflop = (2 * stepMultiplyAdds(optionsOf(shape, 'float32'), 0, channels) * shape.batchSize) / 1e9
  const result = {
    ...shape, gflop,
    imagesPerSecond: Object.fromEntries(contestants.filter((contestant) => contestant !== peak).map((contestant) => [contestant.name, (shape.batchSize * 1000) / ms(contestant)])),
    ratios: {
      'float32 / TensorFlow function': ratio(float32, tensorflow), 'float32 / PyTorch': ratio(float32, torch), 'bfloat16 / PyTorch': ratio(bfloat16, torch),
      ...(torchLow === null ? {} : { 'bfloat16 / PyTorch bfloat16': ratio(bfloat16, torchLow) }),
    },
    convolutionPeakGflops: peakFlop / ms(peak) / 1e6,
    shareOfPeak: median(all(float32).map((time, round) => (gflop / time) / (peakFlop / 1e9 / (all(peak)[round] ?? NaN)))),
    shareOutsideConvolutions: { float32: await shareOutside(shape, 'float32'), bfloat16: await shareOutside(shape, 'bfloat16') },
  }
  console.log(JSON.stringify(result, null, 2))
  return result
}

const wanted = positionals.map(Number)
const results: object[] = []
for (const shape of cases) if (wanted.length === 0 || wanted.includes(shape.resolution)) results.push(await measure(shape))
const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'speed.json'), `${JSON.stringify({ measuredAt: new Date().toISOString(), processor: cpus()[0]?.model, cores: cpus().length, results }, null, 2)}\n`)
process.exit()
