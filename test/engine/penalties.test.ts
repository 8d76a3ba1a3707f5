/**
 * Each penalty's gradient in the weights, on every engine that opens here, against finite
 * differences. A slope jumps where a rectifier's input changes its sign, and differences would
 * measure the jumps too, so for the exact penalties large biases of either sign hold every
 * rectifier on one side.
 */
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { engineIds } from '../../src/contract/data.ts'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf, type Architecture } from '../../src/engine/architecture.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { initialValues, partsOf } from '../../src/engine/layout.ts'
import { judge } from '../../src/engine/networks.ts'
import { flatten, named, split } from '../../src/engine/parameters.ts'
import { firstOrderPenalty, judgeWithSlopes, penaltyStep, slopePenalty, unitSlopePenalty, type Judge } from '../../src/engine/penalties.ts'
import { normalise, powerIteration } from '../../src/engine/spectral.ts'
import { tf } from '../../src/engine/tf.ts'

const count = 3
const classes = 2

interface Setting {
  readonly architecture: Architecture
  readonly weights: Float32Array
  readonly direction: Float32Array
  readonly pictures: Float32Array
  readonly steps: Float32Array
  /** How far differences reach: where nothing holds the rectifiers, not far. */
  readonly reach: number
}
function setting(change: Partial<TrainingOptions>, held: boolean): Setting {
  const architecture = architectureOf({ ...defaultOptions, resolution: 16, width: 4, depth: 1, latentSize: 8, spectralNorm: false, ...change }, classes, 3)
  const rng = Rng.fromSeed(5)
  const weights = initialValues(architecture.layoutD, rng)
  let bound = 8
  const features = architecture.classMethod === 'k+1' ? 1e-3 : 1
  if (held) for (const [name, part] of partsOf(architecture.layoutD, weights)) {
    if (!name.endsWith('.bias') || name === 'D.head.bias') continue
    part.forEach((_, i) => (part[i] = rng.uniform() < 0.5 ? -bound : bound))
    bound *= architecture.spectralNorm ? 3 : 5
  }
  const direction = rng.fillNormal(new Float32Array(weights.length))
  // Else biases so large decide the softmax alone.
  if (held) for (const flat of [weights, direction]) partsOf(architecture.layoutD, flat).get('D.classes.embedding')?.forEach((value, i, part) => (part[i] = value * features))
  const size = 2 * count * 16 * 16 * 3
  return {
    architecture, weights, reach: held ? 2e-4 : 3e-5, direction,
    pictures: rng.fillNormal(new Float32Array(size)).map((value) => Math.tanh(value)),
    steps: rng.fillUniform(new Float32Array(size)).map((value) => (value < 0.5 ? -1 : 1)),
  }
}

type Penalty = (judgeBoth: Judge, x: tf.Tensor4D, parts: Setting) => tf.Scalar
const ofClassifier = ({ classMethod }: Architecture): number => (classMethod === 'projection' ? 0 : classes)
const penalties: Readonly<Record<string, Penalty>> = {
  'r1+r2': (judgeBoth, x, { architecture }) => slopePenalty(tf.scalar(1), judgeWithSlopes(judgeBoth, x, ofClassifier(architecture)).slopes, count),
  'unit-slope': (judgeBoth, x, { architecture }) => unitSlopePenalty(tf.scalar(1), judgeWithSlopes(judgeBoth, x, ofClassifier(architecture)).slopes),
  'first-order': (judgeBoth, x, { steps }) =>
    firstOrderPenalty(tf.scalar(1), judgeBoth(x).logits, judgeBoth(tf.add(x, tf.mul(tf.tensor(steps, x.shape), penaltyStep)) as tf.Tensor4D).logits),
  // The outputs that come with the slopes are differentiated too.
  'r1+r2 beside a loss': (judgeBoth, x, { architecture }) => {
    const { logits, classLogits, slopes } = judgeWithSlopes(judgeBoth, x, ofClassifier(architecture))
    return tf.addN([slopePenalty(tf.scalar(1), slopes, count), tf.mean(tf.softplus(logits)), ...(classLogits === null ? [] : [tf.mean(tf.square(classLogits))])]) as tf.Scalar
  },
}

/** Spectral norm's vectors are constants of a step. */
function parametersOf({ architecture: { layoutD, spectralNorm, vectorsTotal }, weights }: Setting, views: readonly tf.Tensor[]): ReturnType<typeof named> {
  const raw = named(layoutD, views)
  if (!spectralNorm) return raw
  const start = Rng.fromSeed(6).fillNormal(new Float32Array(vectorsTotal))
  const flat = tf.tensor1d(weights)
  return normalise(layoutD, raw, powerIteration(layoutD, { flat, parameters: named(layoutD, split(layoutD, flat)) }, tf.tensor1d(start)).pairs)
}

function penaltyAt(penalty: Penalty, parts: Setting, views: readonly tf.Tensor[]): tf.Scalar {
  const x = tf.tensor4d(parts.pictures, [2 * count, 16, 16, 3])
  const labels = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 1, 0], 'int32'), classes) as tf.Tensor2D
  const parameters = parametersOf(parts, views)
  return penalty((input) => judge(parts.architecture, parameters, input, labels), x, parts)
}

/** @returns the slope along the random direction, by differentiation and by differences, and the gradient's length */
function slopes(penalty: Penalty, parts: Setting): readonly [found: number, measured: number, norm: number] {
  const { architecture: { layoutD }, weights, direction, reach: step } = parts
  const at = (values: Float32Array): number => tf.tidy(() => penaltyAt(penalty, parts, split(layoutD, tf.tensor1d(values))).dataSync()[0] ?? NaN)
  // A slope does not depend on the last bias; tfjs wants every weight to take part.
  const every = (views: readonly tf.Tensor[]): tf.Scalar => tf.mul(0, tf.addN(views.map((view) => tf.sum(view) as tf.Scalar)))
  const gradient = tf.tidy(() => flatten(tf.grads((...views: tf.Tensor[]) => tf.add(penaltyAt(penalty, parts, views), every(views)))(split(layoutD, tf.tensor1d(weights)))).dataSync<'float32'>())
  const found = gradient.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0)
  const measured = (at(weights.map((value, i) => value + step * (direction[i] ?? 0))) - at(weights.map((value, i) => value - step * (direction[i] ?? 0)))) / (2 * step)
  return [found, measured, Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0))]
}

const penaltyOf = (kind: string, parts: Setting): number =>
  tf.tidy(() => penaltyAt(penalties[kind] as Penalty, parts, split(parts.architecture.layoutD, tf.tensor1d(parts.weights))).dataSync()[0] ?? NaN)

function firstOrderOnAverage(): number {
  const parts = setting({}, false)
  const rng = Rng.fromSeed(8)
  const draws = 60
  const values = Array.from({ length: draws }, () =>
    penaltyOf('first-order', { ...parts, steps: rng.fillUniform(new Float32Array(parts.steps.length)).map((draw) => (draw < 0.5 ? -1 : 1)) }))
  return values.reduce((sum, value) => sum + value, 0) / draws
}

const variants: readonly (readonly [string, Partial<TrainingOptions>])[] = [
  ['projection', {}],
  ['classifier', { classMethod: 'classifier' }],
  ['k+1', { classMethod: 'k+1' }],
  ['spectral norm', { spectralNorm: true }],
]

/** Every family and normalisation; silu has no kinks that would have to be held. */
const networks: readonly (readonly [string, Partial<TrainingOptions>])[] = [
  ...(['mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const).map((network) => [`${network}, silu`, { network, activation: 'silu' }] as const),
  ...(['mlp', 'resnet', 'r3'] as const).map((network) => [network, { network }] as const),
  ...(['batch', 'instance', 'layer', 'pixel'] as const).map((normalisationD) => [`${normalisationD} norm, silu`, { normalisationD, activation: 'silu' }] as const),
  ['tanh', { activation: 'tanh' }],
]

describe.each(engineIds)('on %s', (id) => {
  it('every penalty has the gradient that differences measure, and the first-order one is R1+R2 on average', async (context) => {
    const backend = await openBackend(id).catch((error: unknown) => {
      console.warn(`Skipped: ${error instanceof Error ? error.message : String(error)}`)
      return null
    })
    if (backend === null) return context.skip()
    try {
      for (const [name, change] of variants)
        for (const [kind, penalty] of Object.entries(penalties)) {
          const [found, measured, norm] = slopes(penalty, setting(change, kind !== 'first-order'))
          expect(norm, `${kind}, ${name}`).toBeGreaterThan(1e-3)
          expect(Math.abs(found - measured) / norm, `${kind}, ${name}: ${found} against ${measured}`).toBeLessThan(kind === 'first-order' ? 0.1 : 0.01)
        }
      // Plain JavaScript takes seconds for each.
      for (const [name, change] of id === 'cpu' ? networks.slice(0, 3) : networks) {
        const [found, measured, norm] = slopes(penalties['r1+r2'] as Penalty, setting(change, change.activation === undefined))
        expect(norm, name).toBeGreaterThan(1e-3)
        expect(Math.abs(found - measured) / norm, `${name}: ${found} against ${measured}`).toBeLessThan(0.01)
      }
      expect(Math.abs(firstOrderOnAverage() / penaltyOf('r1+r2', setting({}, false)) - 1)).toBeLessThan(0.15)
    } finally {
      await backend.close()
    }
  })
})
