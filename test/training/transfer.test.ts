import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { axesOf } from '../../src/engine/axes.ts'
import { architectureOf, type Architecture } from '../../src/engine/architecture.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { families } from '../../src/engine/families/index.ts'
import { partsOf } from '../../src/engine/layout.ts'
import { generate, judge } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { decodeSafetensors, encodeSafetensors, type HostTensor } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { metadataOf, type SavedModel } from '../../src/export/models/saved-model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { readDonor, type Donor } from '../../src/training/transfer/donor.ts'
import { followed, frozenBlocks } from '../../src/training/transfer/follow.ts'
import { matchedBlocks, transferredValues } from '../../src/training/transfer/transfer.ts'
import { openTestBackend, smallOptions, temporaryFolder } from './helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

const classNames = ['red', 'green']
const plain: TrainingOptions = { ...smallOptions, spectralNorm: false }
const archOf = (options: TrainingOptions, channels: 1 | 3 | 4 = 3, classes = classNames): Architecture => architectureOf(options, classes.length, channels)

function donorWith(options: TrainingOptions, channels: 1 | 3 | 4 = 3, classes = classNames): Donor {
  const architecture = archOf(options, channels, classes)
  const { G, D, E, average, statistics } = freshValues(architecture, 5)
  return { options, channels, architecture, classNames: classes, networks: ['G', 'D'], imagesSeen: 0, metadata: {}, values: { G, D, E, average, statistics } }
}

/** [2,R,R,C] of the first latents, for the first class. */
function pictures(architecture: Architecture, G: Float32Array, latents = 16): tf.Tensor4D {
  const z = tf.tensor2d(Array.from({ length: 2 * architecture.latentSize }, (_, i) => (i % architecture.latentSize < latents ? Math.sin(3 * (i % architecture.latentSize) + Math.floor(i / architecture.latentSize)) : 0)), [2, architecture.latentSize])
  return generate(architecture, named(architecture.layoutG, split(architecture.layoutG, tf.tensor1d(G))), z, tf.tensor2d([[1, 0], [1, 0]]))
}
const apart = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] ?? NaN
/** Of all numbers of both. */
const correlation = (a: tf.Tensor, b: tf.Tensor): number => {
  const [x, y] = [a, b].map((one) => tf.sub(one, tf.mean(one))) as [tf.Tensor, tf.Tensor]
  return (tf.sum(tf.mul(x, y)).dataSync()[0] ?? 0) / Math.sqrt((tf.sum(tf.square(x)).dataSync()[0] ?? 0) * (tf.sum(tf.square(y)).dataSync()[0] ?? 0))
}

describe('the meaning of axes', () => {
  it.each(Object.keys(families) as TrainingOptions['network'][])('multiplies to the shape of every tensor of %s, at every size', (network) => {
    for (const [resolution, channels, more] of [[16, 3, {}], [32, 1, { attention: true, depth: 1 }], [64, 4, { encoder: true, classMethod: 'classifier' }], [32, 3, { aspect: '3:4' }], [16, 3, { aspect: '2:1' }]] as const) {
      const architecture = archOf({ ...plain, network, resolution, ...more }, channels)
      const axes = axesOf(architecture)
      for (const { name, shape } of [architecture.layoutG, architecture.layoutD, architecture.layoutE].flatMap(({ specs }) => specs)) {
        const product = axes.get(name)?.reduce((size, axis) => size * axis.size, 1)
        expect(product, `${name} of ${shape.join()}`).toBe(shape.reduce((size, side) => size * side, 1))
      }
    }
  })
})

describe('starting from networks of another width', () => {
  it.each(['light', 'dcgan', 'resnet', 'r3', 'mlp'] as const)('a wider %s makes the same pictures and judges them alike', (network) => {
    const norms = { normalisationG: 'none', normalisationD: 'none' } as const
    const donor = donorWith({ ...plain, ...norms, network, width: 8 })
    const wide = archOf({ ...plain, ...norms, network, width: 16, latentSize: 24 })
    const { values, matched } = transferredValues(wide, classNames, donor, 9)
    tf.tidy(() => {
      const before = pictures(donor.architecture, donor.values.average)
      expect(apart(pictures(wide, values.average), before)).toBeLessThan(1e-4)
      const judged = (architecture: Architecture, D: Float32Array): tf.Tensor =>
        judge(architecture, named(architecture.layoutD, split(architecture.layoutD, tf.tensor1d(D))), before, tf.tensor2d([[1, 0], [0, 1]])).logits
      expect(apart(judged(wide, values.D), judged(donor.architecture, donor.values.D))).toBeLessThan(1e-3)
    })
    expect(matched.parameters).toBe(donor.architecture.layoutG.total + donor.architecture.layoutD.total)
  })

  it('a narrower one takes the first channels and says so block by block', () => {
    const donor = donorWith({ ...plain, width: 16 })
    const narrow = archOf(plain)
    const blocks = matchedBlocks(narrow, classNames, donor)
    expect(blocks.every(({ parameters, copied, whole }) => copied === parameters && !whole || whole)).toBe(true)
    expect(blocks.find(({ block }) => block === 'G.stage8')).toMatchObject({ whole: false })
    expect(blocks.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(narrow.layoutG.total + narrow.layoutD.total)
  })
})

describe('growing to a higher resolution', () => {
  it.each(['light', 'dcgan', 'resnet', 'r3'] as const)('%s begins with the smaller pictures enlarged, and keeps its inner blocks', (network) => {
    const donor = donorWith({ ...plain, network, width: 16, normalisationG: 'none' })
    const grown = archOf({ ...plain, network, width: 16, resolution: 32, normalisationG: 'none' })
    const { values } = transferredValues(grown, classNames, donor, 9)
    tf.tidy(() => {
      const before = pictures(donor.architecture, donor.values.average)
      const after = pictures(grown, values.average)
      expect(after.shape).toEqual([2, 32, 32, 3])
      expect(correlation(tf.avgPool(after, 2, 2, 'same'), before)).toBeGreaterThan(network === 'resnet' ? 0.2 : 0.5)
    })
    const half = { ...plain, network, width: 8, resolution: 32 } as const
    const blocks = matchedBlocks(archOf({ ...half, width: network === 'r3' ? 12 : 8 }), classNames, donor)
    if (network === 'light') {
      expect(blocks.filter(({ whole }) => whole).map(({ block }) => block)).toEqual(['G.embedding', 'G.base', 'G.stage8', 'G.stage16', 'D.stage8', 'D.stage4', 'D.head', 'D.embedding'])
      expect(blocks.filter(({ copied }) => copied === 0).map(({ block }) => block)).toEqual(['G.stage32', 'D.stage16'])
    }
  })

  it('proposes the width at which the inner blocks fit, and the source\'s kind of network', () => {
    const donor = donorWith({ ...plain, network: 'light', width: 32, depth: 1, loss: 'hinge', learningRateG: 1e-4 })
    const options = { ...plain, width: 64, resolution: 32 } as const
    expect(followed(donor, { options, classNames, channels: 3 })).toMatchObject({ width: 16, depth: 1, loss: 'hinge', learningRateG: 1e-4 })
    expect(followed({ ...donor, networks: ['G'] }, { options, classNames, channels: 3 })).not.toHaveProperty('loss')
  })
})

describe('starting from pictures of another colour mode', () => {
  it('makes grey pictures in three colours, and the mean of colours in grey', () => {
    const [grey, colour] = [donorWith(plain, 1), donorWith(plain, 3)]
    tf.tidy(() => {
      const coloured = pictures(archOf(plain, 3), transferredValues(archOf(plain, 3), classNames, grey, 9).values.average)
      expect(apart(coloured, tf.tile(pictures(grey.architecture, grey.values.average), [1, 1, 1, 3]))).toBeLessThan(1e-5)
      const faded = pictures(archOf(plain, 1), transferredValues(archOf(plain, 1), classNames, colour, 9).values.average)
      const mean = tf.tanh(tf.mean(tf.atanh(tf.clipByValue(pictures(colour.architecture, colour.values.average), -0.9999, 0.9999)), 3, true))
      expect(apart(faded, mean)).toBeLessThan(0.05)
    })
  })

  it('judges a grey picture in three colours as it judged it in one', () => {
    const grey = donorWith(plain, 1)
    const colour = archOf(plain, 3)
    const { values } = transferredValues(colour, classNames, grey, 9)
    tf.tidy(() => {
      const x = pictures(grey.architecture, grey.values.average)
      const judged = (architecture: Architecture, D: Float32Array, of: tf.Tensor4D): tf.Tensor =>
        judge(architecture, named(architecture.layoutD, split(architecture.layoutD, tf.tensor1d(D))), of, tf.tensor2d([[1, 0], [1, 0]])).logits
      expect(apart(judged(colour, values.D, tf.tile(x, [1, 1, 1, 3])), judged(grey.architecture, grey.values.D, x))).toBeLessThan(1e-4)
    })
  })

  it('says that transparency starts fresh', () => {
    const blocks = matchedBlocks(archOf(plain, 4), classNames, donorWith(plain, 3))
    expect(blocks.find(({ block }) => block === 'G.picture')).toMatchObject({ whole: false, parameters: 4 * (9 * 8 + 1), copied: 3 * (9 * 8 + 1) })
  })
})

describe('starting with other classes', () => {
  it('takes embeddings by name and leaves the rest fresh', () => {
    const donor = donorWith(plain)
    const ours = ['blue', 'red']
    const architecture = archOf(plain, 3, ours)
    const { values } = transferredValues(architecture, ours, donor, 9)
    const rows = (of: Architecture, flat: Float32Array): Float32Array => partsOf(of.layoutG, flat).get('G.embedding') as Float32Array
    expect(rows(architecture, values.G).slice(16, 32)).toEqual(rows(donor.architecture, donor.values.G).slice(0, 16))
    expect(rows(architecture, values.G).slice(0, 16)).toEqual(rows(architecture, freshValues(architecture, 9).G).slice(0, 16))
  })
})

describe('frozen blocks', () => {
  it('are those at the picture\'s end that were copied as they are, on few pictures alone', () => {
    const donor = donorWith({ ...plain, resolution: 32 })
    const architecture = archOf({ ...plain, resolution: 32 })
    expect(frozenBlocks(architecture, classNames, donor, 200)).toBe('D.picture=0 D.stage16=0')
    expect(frozenBlocks(architecture, classNames, donor, 20_000)).toBe('')
    expect(frozenBlocks(archOf({ ...plain, resolution: 64 }), classNames, donor, 200)).toBe('')
    expect(frozenBlocks(architecture, classNames, { ...donor, networks: ['G'] }, 200)).toBe('')
  })
})

describe('a model file', () => {
  const exported = async (change: (tensors: [string, HostTensor][], metadata: Record<string, string>) => readonly Uint8Array[] | void = () => {}): Promise<string> => {
    const folder = await temporaryFolder()
    const file = join(folder.path, 'hands.safetensors')
    const architecture = archOf(plain)
    const G = partsOf(architecture.layoutG, freshValues(architecture, 5).average)
    const model: SavedModel = {
      config: { runName: 'hands', resolution: plain.resolution, latentSize: plain.latentSize, options: plain, classNames, channels: 3, palette: null, imagesSeen: 7 },
      tensors: new Map(architecture.layoutG.specs.map(({ name, shape }) => [name, { shape, data: G.get(name) as Float32Array }])),
    }
    const { tensors, metadata } = decodeSafetensors(Buffer.concat(encodeSafetensors(model.tensors, metadataOf(model, 'G', ''))), 'hands')
    const list: [string, HostTensor][] = [...tensors]
    const rewritten = change(list, metadata as Record<string, string>) ?? encodeSafetensors(list, metadata)
    await writeFile(file, Buffer.concat(rewritten))
    return file
  }

  it('gives its generator and leaves the discriminator fresh', async () => {
    const donor = await readDonor(await exported())
    const architecture = archOf(plain)
    const { values, matched } = transferredValues(architecture, classNames, donor, 9)
    expect(values.average).toEqual(freshValues(architecture, 5).average)
    expect(values.D).toEqual(freshValues(architecture, 9).D)
    expect(matched).toMatchObject({ parameters: architecture.layoutG.total })
    expect(donor).toMatchObject({ networks: ['G'], imagesSeen: 7, classNames })
  })

  it.each([
    ['cut short', /hands\.safetensors.*outside the file/, (tensors: [string, HostTensor][], metadata: Record<string, string>) => [Buffer.concat(encodeSafetensors(tensors, metadata)).subarray(0, -8)]],
    ['with a wrong shape', /G\.picture\.bias.*F32 or F16 of 3 and is F32 of 4/, (tensors: [string, HostTensor][]) => { replace(tensors, 'G.picture.bias', { shape: [4], data: new Float32Array(4) }) }],
    ['with a tensor missing', /"G\.base\.bias" is missing/, (tensors: [string, HostTensor][]) => { tensors.splice(tensors.findIndex(([name]) => name === 'G.base.bias'), 1) }],
    ['with numbers that are none', /number 2 of tensor "G\.picture\.bias" is NaN/, (tensors: [string, HostTensor][]) => { replace(tensors, 'G.picture.bias', { shape: [3], data: Float32Array.of(0, 0, NaN) }) }],
    ['of whole numbers', /is I32 of 3/, (tensors: [string, HostTensor][]) => { replace(tensors, 'G.picture.bias', { shape: [3], data: new Int32Array(3) }) }],
    ['from a later studio', /newer GAN Studio/, (_: unknown, metadata: Record<string, string>) => { metadata['version'] = '2' }],
    ['of another program', /not a model of GAN Studio/, (_: unknown, metadata: Record<string, string>) => { metadata['format'] = 'pt' }],
    ['without a description', /description/, (_: unknown, metadata: Record<string, string>) => { delete metadata['config'] }],
    ['that asks for too much', /Option width.*found 80000\. Export/, (_: unknown, metadata: Record<string, string>) => { metadata['config'] = metadata['config']?.replace('"width":8', '"width":80000') ?? '' }],
    ['whose classes are no texts', /class names/, (_: unknown, metadata: Record<string, string>) => { metadata['config'] = metadata['config']?.replace('["red","green"]', '[1,{}]') ?? '' }],
    ['whose header claims all memory', /header claims/, () => [Buffer.from([255, 255, 255, 255, 255, 255, 255, 255, 1])]],
    ['that is empty', /0 bytes/, () => [new Uint8Array()]],
  ] as const)('%s is refused by name and reason', async (_, words, change) => {
    await expect(readDonor(await exported(change as never))).rejects.toThrow(words)
  })
})

function replace(tensors: [string, HostTensor][], wanted: string, tensor: HostTensor): void {
  tensors[tensors.findIndex(([name]) => name === wanted)] = [wanted, tensor]
}
