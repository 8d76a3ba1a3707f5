/** Every family of networks learns, resumes exactly and lends its weights only where they fit. */
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import { presetOf } from '../../src/contract/options/presets.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { families } from '../../src/engine/families/index.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { generate, rebuildingLoss } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { calibrate } from '../../src/training/calibrate.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { generatePictures } from '../../src/training/generate.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { matchesOf, packedSet, smallOptions, temporaryFolder, TestHost, trainJob, trainKeepingHalf } from './helpers.ts'

const names = Object.keys(families) as TrainingOptions['network'][]
const optionsOf = (network: TrainingOptions['network']): TrainingOptions =>
  ({ ...smallOptions, ...presetOf(network, 16), network, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 })

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await packedSet(bed.folder)
})

const tensorsOf = async (file: string) => {
  const { tensors } = decodeSafetensors(await readFile(file), file)
  return Object.fromEntries([...tensors].map(([name, { data: numbers }]) => [name, Buffer.from(numbers.buffer).toString('hex')]))
}
async function run(network: TrainingOptions['network'], change: Parameters<typeof trainJob>[2] = {}): Promise<TestHost> {
  const host = new TestHost()
  const own = await temporaryFolder()
  await train(trainJob(own.path, data, { options: optionsOf(network), ...change }), host, bed.backend)
  return host
}

describe.each(names)('%s', (network) => {
  it('resumed halfway equals one that was never interrupted, byte for byte', async () => {
    const { host: whole, half } = await trainKeepingHalf(trainJob((await temporaryFolder()).path, data, { options: optionsOf(network) }), bed.backend)
    const rest = await run(network, { resumeFrom: half })
    expect(await tensorsOf(half)).not.toEqual(await tensorsOf(whole.lastCheckpoint))
    expect(await tensorsOf(rest.lastCheckpoint)).toEqual(await tensorsOf(whole.lastCheckpoint))
  })
})

describe('starting from another family', () => {
  it('copies embeddings and heads of the same shape at most', async () => {
    const source = (await run('dcgan', { totalImages: 4 })).lastCheckpoint
    const same = await matchesOf(source, optionsOf('dcgan'), ['red', 'green'], 3)
    expect(same.parameters).toBe(same.totalParameters)
    for (const network of names.filter((name) => name !== 'dcgan')) {
      const match = await matchesOf(source, optionsOf(network), ['red', 'green'], 3)
      expect(match.parameters, network).toBeLessThan(match.totalParameters / 2)
      const started = await run(network, { initialiseFrom: source, totalImages: 4 })
      expect(started.of('ready')[0]?.matched).toEqual(match)
    }
  })
})

describe('the discriminator of fast', () => {
  it('learns to rebuild the pictures it sees', async () => {
    const losses: number[] = []
    for (const totalImages of [4, 160]) {
      const { values } = await readCheckpoint((await run('fast', { totalImages })).lastCheckpoint)
      const architecture = architectureOf(optionsOf('fast'), 2, 3)
      const pixels = Float32Array.from(await readFile(data.path), (byte) => byte / 127.5 - 1)
      losses.push(tf.tidy(() => rebuildingLoss(architecture, named(architecture.layoutD, split(architecture.layoutD, tf.tensor1d(values.D))), tf.tensor4d(pixels, [data.count, 16, 16, 3]))?.dataSync()[0] ?? NaN))
    }
    expect(losses[1]).toBeLessThan(0.7 * (losses[0] ?? 0))
  })
})

describe('batch norm', () => {
  it('gives the same picture alone and among others, with statistics that checkpoints keep', async () => {
    const host = await run('dcgan')
    const { values } = await readCheckpoint(host.lastCheckpoint)
    expect(values.statistics.length).toBe(2 * (16 + 8))
    const picture = async (seeds: readonly number[]): Promise<Buffer> => {
      const out = new TestHost()
      await generatePictures({ kind: 'generate', engine: 'cpu', checkpoint: host.lastCheckpoint, truncation: 1, items: seeds.map((seed) => ({ seed, classIndex: 0 })) }, out, 'test')
      return Buffer.from(out.of('pictures')[0]?.pixels.slice(0, 16 * 16 * 3) ?? [])
    }
    expect(await picture([3])).toEqual(await picture([3, 900, 901, 902]))
  })

  it('measures the statistics a large batch has', () => {
    const architecture = architectureOf(optionsOf('dcgan'), 0, 3)
    const weights = tf.tensor1d(freshValues(architecture, 1).average)
    const parameters = named(architecture.layoutG, split(architecture.layoutG, weights))
    const z = tf.randomNormal([512, architecture.latentSize], 0, 1, 'float32', 1) as tf.Tensor2D
    const own = generate(architecture, parameters, z, null)
    const calibrated = generate(architecture, parameters, z, null, { statistics: named(architecture.layoutStatistics, split(architecture.layoutStatistics, calibrate(architecture, weights))) })
    expect(tf.mean(tf.abs(tf.sub(own, calibrated))).dataSync()[0]).toBeLessThan(0.02)
  })
})
