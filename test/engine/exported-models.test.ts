/** Every network as operations: what ONNX, TensorFlow.js and the player make of it is what the studio makes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import type { Palette } from '../../src/contract/palette.ts'
import { architectureOf, type Architecture } from '../../src/engine/architecture.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { initialValues, type Layout } from '../../src/engine/layout.ts'
import { lower, type NetworkPart } from '../../src/engine/lowered/networks.ts'
import { classScores } from '../../src/engine/heads.ts'
import { encode, generate, judge, redraw } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import type { HostTensor } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { openTestBackend } from '../training/helpers.ts'
import { everywhere } from './run-lowered.ts'

const count = 3
const classes = 3
const closeEnough = 1e-4
const options: TrainingOptions = { ...defaultOptions, resolution: 16, width: 8, depth: 1, latentSize: 8, encoder: true, spectralNorm: false }

interface Case {
  readonly name: string
  readonly change: Partial<TrainingOptions>
  readonly channels?: 1 | 3 | 4
  readonly palette?: Palette
}
const families = ['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const
const cases: readonly Case[] = [
  ...families.map((network): Case => ({ name: network, change: { network } })),
  ...families.map((network): Case => ({ name: `${network} without classes`, change: { network, conditional: false }, channels: 1 })),
  ...(['relu', 'lrelu', 'silu', 'tanh'] as const).map((activation): Case => ({ name: activation, change: { activation, network: 'fast' } })),
  ...(['none', 'batch', 'instance', 'layer', 'pixel'] as const).flatMap((norm): Case[] => [
    { name: `${norm} norm`, change: { normalisationG: norm, normalisationD: norm } },
    { name: `${norm} norm, fully connected`, change: { network: 'mlp', normalisationG: norm, normalisationD: norm } },
  ]),
  ...(['projection', 'classifier', 'k+1'] as const).map((classMethod): Case => ({ name: classMethod, change: { classMethod } })),
  { name: 'palette', change: {}, channels: 4, palette: [[0, 0, 0, 0], [255, 30, 60, 255], [20, 200, 90, 255]] },
  ...([3, 4] as const).map((channels): Case => ({ name: `colour at half its detail, ${channels} channels`, change: { colourDetail: 'half' }, channels })),
  ...families.flatMap((network): Case[] => [{ name: `${network} at 2:1`, change: { network, aspect: '2:1' } }, { name: `${network} at 3:4`, change: { network, aspect: '3:4' } }]),
  ...(['1:1', '3:4'] as const).map((aspect): Case => ({ name: `translator at ${aspect}`, change: { translate: true, aspect } })),
  { name: 'attention', change: { attention: true } },
  { name: 'excitation', change: { network: 'fast', resolution: 32 } },
]

let backend: Backend
beforeAll(async () => { backend = await openTestBackend() })
afterAll(async () => backend.close())

/** Drawn, with scales, biases and means as trained ones are: neither one nor zero. */
function drawn(layout: Layout, rng: Rng): Float32Array {
  const values = initialValues(layout, rng)
  const noise = rng.fillNormal(new Float32Array(values.length))
  return values.map((value, i) => value + 0.05 * (noise[i] ?? 0))
}
/** Variances about one: a network with others would blow up the rounding of any program. */
const drawnStatistics = (layout: Layout, rng: Rng): Float32Array =>
  Float32Array.from(layout.specs.flatMap(({ name, shape: [channels = 0] }) => Array.from({ length: channels }, () => (name.endsWith('.variance') ? 1 : 0) + 0.2 * rng.uniform())))
const views = (layout: Layout, values: Float32Array): Record<string, tf.Tensor> => ({ ...named(layout, split(layout, tf.tensor1d(values))) })

interface Known {
  readonly architecture: Architecture
  readonly tensors: ReadonlyMap<string, HostTensor>
  readonly inputs: Readonly<Record<string, tf.Tensor>>
  readonly expected: Readonly<Record<NetworkPart, Readonly<Record<string, tf.Tensor>>>>
}
function known({ change, channels = 3, palette = undefined }: Case): Known {
  const architecture = architectureOf({ ...options, ...change }, classes, channels, { palette: palette ?? null })
  const rng = Rng.fromSeed(11)
  const { layoutG, layoutD, layoutE, layoutStatistics, latentSize, height, width } = architecture
  const [G, D, E] = [layoutG, layoutD, layoutE].map((layout) => views(layout, drawn(layout, rng))) as [Record<string, tf.Tensor>, Record<string, tf.Tensor>, Record<string, tf.Tensor>]
  const statistics = layoutStatistics.total === 0 ? {} : views(layoutStatistics, drawnStatistics(layoutStatistics, rng))
  const latent = tf.tensor2d(rng.fillNormal(new Float32Array(count * latentSize)), [count, latentSize])
  // One of each kind: a class, another, none.
  const label = architecture.classes === 0 ? null : tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 0], [count, classes])
  const picture = tf.tensor4d(rng.fillNormal(new Float32Array(count * height * width * channels)).map(Math.tanh), [count, height, width, channels])
  const judged = judge(architecture, D, picture, label)
  const { latents, classLogits } = encode(architecture, E, picture)
  const scores = classScores(architecture, D, judged.features)
  const tensors = new Map(Object.entries({ ...G, ...D, ...E, ...statistics }).map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync() as Float32Array }]))
  return {
    architecture, tensors,
    inputs: { latent, picture, given: picture, ...(label === null ? {} : { label }) },
    expected: {
      G: { picture: architecture.task === 'translate' ? redraw(architecture, G, picture, label) : generate(architecture, G, latent, label, { statistics }) },
      D: { logit: judged.logits, ...(scores === null ? {} : { classes: scores }) },
      E: { latent: latents, ...(classLogits === null ? {} : { classes: classLogits }) },
    },
  }
}
const difference = (found: ArrayLike<number>, expected: tf.Tensor): number => {
  const values = expected.dataSync() as Float32Array
  expect(found.length).toBe(values.length)
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN)) / Math.max(1, Math.abs(value))), 0)
}

describe.each(cases)('$name', (one) => {
  it.each(['G', 'D', 'E'] as const)('%s agrees', async (part) => {
    const { architecture, tensors, inputs, expected } = known(one)
    const network = lower(architecture, part)
    const mine = Object.fromEntries(network.inputs.map(({ name }) => [name, inputs[name] as tf.Tensor]))

    const found = await everywhere(network, tensors, mine)

    const names = network.outputs.map(({ name }) => name)
    expect(names.toSorted()).toEqual(Object.keys(expected[part]).toSorted())
    for (const { name, shape } of network.outputs) {
      const wanted = expected[part][name] as tf.Tensor
      expect(wanted.shape).toEqual([count, ...shape.slice(1)])
      for (const [where, outputs] of Object.entries(found)) expect(difference(outputs[name] ?? [], wanted), `${where}, ${name}`).toBeLessThan(closeEnough)
    }
  })
})
