/** A classifier as operations: what ONNX, TensorFlow.js and the player make of it is what the studio makes. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { rawHeadLogits, rawHeadParameters } from '../../src/engine/class-head.ts'
import { initialValues, layoutOf, type Layout } from '../../src/engine/layout.ts'
import { classifierParameters, lowerDiscriminatorClassifier, lowerPretrainedClassifier } from '../../src/engine/lowered/classifier.ts'
import { judge } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { featureCount, featureSide, PictureFeatures } from '../../src/engine/pretrained/picture-features.ts'
import type { HostTensor } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { featureWidth } from '../../src/training/look/discriminator-features.ts'
import { openTestBackend } from '../training/helpers.ts'
import { everywhere } from './run-lowered.ts'

const count = 3
const classes = 4
const closeEnough = 1e-4
const options: TrainingOptions = { ...defaultOptions, resolution: 16, width: 8, depth: 1, latentSize: 8, spectralNorm: false }

let backend: Backend
beforeAll(async () => { backend = await openTestBackend() })
afterAll(async () => backend.close())

const drawn = (layout: Layout, rng: Rng): Float32Array => initialValues(layout, rng).map((value) => value + 0.05 * rng.normal())
const views = (layout: Layout, values: Float32Array): Record<string, tf.Tensor> => ({ ...named(layout, split(layout, tf.tensor1d(values))) })
const hosted = (parameters: Readonly<Record<string, tf.Tensor>>): ReadonlyMap<string, HostTensor> =>
  new Map(Object.entries(parameters).map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync() as Float32Array }]))
const prefixed = (parameters: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> => Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [`classifier.${name}`, tensor]))

const cases: readonly Partial<TrainingOptions>[] = [
  ...(['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const).map((network) => ({ network })),
  { conditional: false }, { classMethod: 'projection' }, { aspect: '3:4' }, { normalisationD: 'batch' },
]
it.each(cases)('on features of a discriminator, %o', async (change) => {
  const architecture = architectureOf({ ...options, ...change }, 3, 3, { palette: null })
  const { layoutD, height, width, channels } = architecture
  const rng = Rng.fromSeed(5)
  const dimensions = featureWidth(architecture)
  const layout = layoutOf(rawHeadParameters(dimensions, classes))
  const [D, head] = [views(layoutD, drawn(layoutD, rng)), views(layout, drawn(layout, rng))]
  const picture = tf.tensor4d(rng.fillNormal(new Float32Array(count * height * width * channels)).map(Math.tanh), [count, height, width, channels])
  const expected = tf.softmax(rawHeadLogits(head, judge(architecture, D, picture, null).features))
  expect(classifierParameters(dimensions, classes).map(({ name }) => name)).toEqual(Object.keys(prefixed(head)))
  await agree(await everywhere(lowerDiscriminatorClassifier(architecture, dimensions, classes), hosted({ ...D, ...prefixed(head) }), { picture }), expected)
})

it('on features of the pretrained network', async () => {
  const rng = Rng.fromSeed(6)
  const layout = layoutOf(rawHeadParameters(featureCount, classes))
  const head = views(layout, drawn(layout, rng))
  // A disc on a ramp: pictures of nothing leave most features at zero.
  const pixels = Uint8Array.from({ length: count * featureSide ** 2 * 3 }, (_, at) => {
    const [x, y, n] = [Math.floor(at / 3) % featureSide, Math.floor(at / 3 / featureSide) % featureSide, Math.floor(at / 3 / featureSide ** 2)]
    return Math.hypot(x - 30 - 15 * n, y - 48) < 25 ? [230, 40 + 80 * n, 20][at % 3] ?? 0 : 2 * x + 20 * (at % 3)
  })
  const network = new PictureFeatures()
  const seen = tf.tensor2d(await network.of(pixels, count, () => Promise.resolve(true)), [count, featureCount])
  network.dispose()
  const lowered = lowerPretrainedClassifier(classes)
  const picture = tf.sub(tf.div(tf.tensor4d(Float32Array.from(pixels), [count, featureSide, featureSide, 3]), 127.5), 1)
  await agree(await everywhere(lowered.network, new Map([...lowered.tensors, ...hosted(prefixed(head))]), { picture }), tf.softmax(rawHeadLogits(head, seen)))
}, 60_000)

async function agree(found: Awaited<ReturnType<typeof everywhere>>, expected: tf.Tensor): Promise<void> {
  const values = await expected.data()
  // Classes that differ: what is the same everywhere agrees with anything.
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.02)
  for (const [where, outputs] of Object.entries(found)) {
    expect(Object.keys(outputs), where).toEqual(['probabilities'])
    const own = outputs['probabilities'] ?? new Float32Array()
    expect(own.length, where).toBe(count * classes)
    expect(Math.max(...values.map((value, i) => Math.abs(value - (own[i] ?? NaN)))), where).toBeLessThan(closeEnough)
  }
}
