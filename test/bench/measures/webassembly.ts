/**
 * The embedded engine: its products beside what the processor's 128-bit multiply-adds could do, and its steps,
 * on one processor and on all, beside TensorFlow held to one processor.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { presetOf } from '../../../src/contract/options/presets.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { tf } from '../../../src/engine/tf.ts'
import { countDown, i32, ModuleWriter, v128 } from '../../../src/engine/wasm/assembler.ts'
import { hasRelaxedSimd } from '../../../src/engine/wasm/tasks-module.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import { median, Skipped, type Benchmark, type Measurement } from '../benchmark.ts'
import { onOneProcessor, randomJob, SteppedTraining } from './stepped-training.ts'

/** WEBASSEMBLY_ROUNDS: fewer for a first look. */
const rounds = Number(process.env['WEBASSEMBLY_ROUNDS'] ?? 7)
/** A round of each contestant takes about this long. */
const roundMs = Number(process.env['WEBASSEMBLY_MS'] ?? 1500)

const recipe = proposeOptions({ pictureCount: 50_000, classCounts: new Array<number>(10).fill(5000), resolution: 32, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 } }).options
const steps: readonly { readonly what: string; readonly classes: number; readonly options: TrainingOptions }[] = [
  {
    what: 'DCGAN step, 32 px, width 64, batch 32', classes: 0,
    options: { ...defaultOptions, ...presetOf('dcgan', 32), resolution: 32, width: 64, batchSize: 32, network: 'dcgan', conditional: false, augment: 'none', precision: 'float32' },
  },
  // As it is compared with PyTorch: without the energy score and the pretrained network.
  { what: 'proposed step for CIFAR-10, 32 px', classes: 10, options: { ...recipe, energy: 0, projected: 0, featureEnergy: 0, precision: 'float32' } },
]

interface Contestant {
  readonly label: string
  /** In whatever unit is measured, more is better. */
  rate(): Promise<number>
}

/** Medians of all in turn, each round in the other order; and of the ratios to the last. */
async function inTurn(contestants: readonly Contestant[]): Promise<{ readonly rates: readonly number[]; readonly ratios: readonly number[] }> {
  const found = contestants.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    const order = [...contestants.keys()]
    for (const i of round % 2 === 0 ? order : order.reverse()) found[i]?.push(await (contestants[i] as Contestant).rate())
  }
  const last = found.at(-1) as number[]
  return { rates: found.map(median), ratios: found.map((rates) => median(rates.map((rate, round) => rate / (last[round] as number)))) }
}

/** GFLOPS of multiply-adds in registers, one thread: nothing in 128 bits can be faster. */
function registerLoop(): () => number {
  const module = new ModuleWriter()
  const [sums, repeats] = [12, 2_000_000]
  module.define('peak', 1, (scope) => {
    const [left, factor] = [scope.make('i32'), scope.make('v128')]
    const chains = scope.several(sums, 'v128')
    return [
      ...left.set(i32(repeats)),
      ...factor.set(v128.load(scope.parameter(0).get)),
      ...countDown(left, ...chains.map((chain) => chain.set(hasRelaxedSimd()
        ? v128.relaxedMultiplyAdd(chain.get, factor.get, factor.get)
        : v128.add(v128.multiply(chain.get, factor.get), factor.get)))),
      ...chains.flatMap((chain, i) => v128.store(scope.parameter(0).get, chain.get, 16 * i)),
    ]
  })
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes(false)), { host: { memory } })
  const peak = exports['peak'] as (at: number) => void
  return () => {
    const start = performance.now()
    peak(0)
    return (sums * 8 * repeats) / (performance.now() - start) / 1e6
  }
}

async function products(log: (line: string) => void): Promise<Measurement[]> {
  const backend = await openBackend('wasm')
  const peak = registerLoop()
  const cases: readonly { readonly what: string; readonly flop: number; run(): tf.Tensor }[] = [
    { what: 'product, 512³', flop: 2 * 512 ** 3, run: matrices(512) },
    { what: 'convolution 3x3, 64 → 64, 16 pictures of 32 px', flop: 2 * 16 * 32 * 32 * 9 * 64 * 64, run: convolution() },
    { what: 'its gradient by the pictures', flop: 2 * 16 * 32 * 32 * 9 * 64 * 64, run: inputGradient() },
    { what: 'its gradient by the filters', flop: 2 * 16 * 32 * 32 * 9 * 64 * 64, run: filterGradient() },
  ]
  const measurements: Measurement[] = []
  for (const { what, flop, run } of cases) {
    const { rates: [value, bare], ratios: [ratio] } = await inTurn([
      { label: what, rate: async () => {
        const start = performance.now()
        for (let i = 0; i < 5; i++) run().dispose()
        return (5 * flop) / (performance.now() - start) / 1e6
      } },
      { label: 'in registers', rate: async () => peak() },
    ])
    log(`${what}: ${value?.toFixed(1)} GFLOPS, in registers ${bare?.toFixed(1)}`)
    measurements.push({ what, value: value ?? NaN, unit: 'GFLOPS', beside: { what: 'registers alone, one thread', value: bare ?? NaN }, ratio: ratio ?? NaN, note: backend.label })
  }
  await backend.close()
  return measurements
}

function matrices(size: number): () => tf.Tensor {
  const [a, b] = [tf.randomNormal<tf.Rank.R2>([size, size]), tf.randomNormal<tf.Rank.R2>([size, size])]
  return () => tf.matMul(a, b)
}
function convolution(): () => tf.Tensor {
  const [x, filter] = [tf.randomNormal<tf.Rank.R4>([16, 32, 32, 64]), tf.randomNormal<tf.Rank.R4>([3, 3, 64, 64])]
  return () => tf.conv2d(x, filter, 1, 'same')
}
function inputGradient(): () => tf.Tensor {
  const [dy, filter] = [tf.randomNormal([16, 32, 32, 64]), tf.randomNormal([3, 3, 64, 64])]
  return () => tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', inputShape: [16, 32, 32, 64] })
}
function filterGradient(): () => tf.Tensor {
  const [x, dy] = [tf.randomNormal([16, 32, 32, 64]), tf.randomNormal([16, 32, 32, 64])]
  return () => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 64, 64] })
}

export const webassembly: Benchmark = {
  name: 'webassembly',
  about: 'the embedded engine: its products, and its steps beside TensorFlow held to one processor',
  async run(log) {
    if (!existsSync(onOneProcessor.execPath)) throw new Skipped('It holds processes to one processor by taskset, which only Linux has.')
    const measurements = await products(log)
    for (const { what, classes, options } of steps) {
      const { job, remove } = await randomJob(options, { engine: 'wasm', classes })
      const opened = [
        { label: 'WebAssembly, one processor', training: await SteppedTraining.open(job, { held: true }) },
        { label: `WebAssembly, ${availableParallelism()} processors`, training: await SteppedTraining.open(job) },
        { label: 'TensorFlow, one processor', training: await SteppedTraining.open({ ...job, engine: 'tensorflow' }, { held: true }) },
      ]
      const contestants: Contestant[] = []
      for (const { label, training } of opened) {
        await training.run(3)
        const count = Math.max(1, Math.round(roundMs / ((await training.run(3)).ms / 3)))
        contestants.push({ label, rate: async () => (count * options.batchSize * 1000) / (await training.run(count)).ms })
      }
      const { rates, ratios } = await inTurn(contestants)
      log(`${what}: ${contestants.map(({ label }, i) => `${label} ${rates[i]?.toFixed(1)}`).join('; ')}`)
      for (const [i, { label }] of contestants.slice(0, -1).entries())
        measurements.push({ what: `${what}, ${label}`, value: rates[i] ?? NaN, unit: 'images/s', beside: { what: 'TensorFlow, one processor', value: rates.at(-1) ?? NaN }, ratio: ratios[i] ?? NaN, ...(i === 1 ? { goal: '≥ 0.4' } : {}) })
      for (const { training } of opened) training.close()
      await remove()
    }
    return measurements
  },
}
