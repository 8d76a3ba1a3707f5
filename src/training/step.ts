/**
 * One step of each network. A step is a pure function of the model and its feed: everything
 * random or read from disk comes in as tensors, so a seed gives the same run, and a step can be
 * recorded and replayed.
 */
import { augment, type AugmentTensors } from '../engine/augment.ts'
import { updateAverage } from '../engine/ema.ts'
import { needsRealInG } from '../engine/loss-kinds.ts'
import { lossD, lossG, penalty, penaltyStep } from '../engine/losses.ts'
import { discriminate, generate } from '../engine/networks.ts'
import { adam } from '../engine/optimiser.ts'
import { flatten, named, type Parameters } from '../engine/parameters.ts'
import { normalise, powerIteration } from '../engine/spectral.ts'
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'

export interface StepFeed {
  /** [N,R,R,C] in [-1,1] */
  readonly real: tf.Tensor4D
  /** One-hot [N,classes], of the reals and of the fakes; null: unconditional. */
  readonly labels: tf.Tensor2D | null
  /** [N,latentSize], standard normal; both steps use the same. */
  readonly z: tf.Tensor2D
  readonly augmentReal: AugmentTensors
  readonly augmentFake: AugmentTensors
  /** [2N,R,R,C] of ±1, the penalty's directions; null without penalty. */
  readonly directions: tf.Tensor4D | null
}

/** What changes from step to step, as scalars. */
export interface StepRates {
  /** Adam's learning rate with bias correction. */
  readonly stepG: tf.Scalar
  readonly stepD: tf.Scalar
  /** 1 - β of the average. */
  readonly average: tf.Scalar
  readonly gamma: tf.Scalar
}

/**
 * Updates D.
 * @returns [lossD, pReal, pFake, penalty], which the caller owns
 */
export function stepD(model: Model, feed: StepFeed, rates: StepRates): tf.Tensor1D {
  const { architecture, options } = model
  return tf.tidy(() => {
    const fake = generate(architecture, model.G.parameters, feed.z, feed.labels)
    const x = tf.concat4d([augment(feed.real, feed.augmentReal), augment(fake, feed.augmentFake)], 0)
    const labels = feed.labels === null ? null : tf.concat2d([feed.labels, feed.labels], 0)
    const moved = feed.directions === null ? null : tf.add(x, tf.mul(feed.directions, penaltyStep))
    const iteration = options.spectralNorm ? powerIteration(architecture.layoutD, model.D.parameters, model.vectors.flat) : null

    let report: tf.Tensor1D | null = null
    const { grads } = tf.valueAndGrads((...views: tf.Tensor[]) => {
      const raw = named(architecture.layoutD, views)
      const parameters = iteration === null ? raw : normalise(architecture.layoutD, raw, iteration.pairs)
      const both = discriminate(architecture, parameters, x as tf.Tensor4D, labels)
      const [real, fakes] = tf.split(both, 2) as [tf.Tensor1D, tf.Tensor1D]
      const main = lossD(options.loss, real, fakes)
      const extra = moved === null ? tf.scalar(0) : penalty(rates.gamma, both, discriminate(architecture, parameters, moved as tf.Tensor4D, labels))
      report = tf.keep(tf.stack([main, tf.mean(tf.sigmoid(real)), tf.mean(tf.sigmoid(fakes)), extra]) as tf.Tensor1D)
      return tf.add(main, extra) as tf.Scalar
    })([...model.D.views])

    update(model, 'D', flatten(grads), rates.stepD)
    if (iteration !== null) model.vectors.replace(iteration.vectors)
    return report as unknown as tf.Tensor1D
  })
}

/**
 * Updates G and its average; leaves D as it is.
 * @returns [lossG], which the caller owns
 */
export function stepG(model: Model, feed: StepFeed, rates: StepRates): tf.Tensor1D {
  const { architecture, options } = model
  return tf.tidy(() => {
    const frozen = frozenD(model)
    const real = needsRealInG(options.loss) ? discriminate(architecture, frozen, augment(feed.real, feed.augmentReal), feed.labels) : null
    const { value, grads } = tf.valueAndGrads((...views: tf.Tensor[]) => {
      const fake = generate(architecture, named(architecture.layoutG, views), feed.z, feed.labels)
      return lossG(options.loss, real, discriminate(architecture, frozen, augment(fake, feed.augmentFake), feed.labels))
    })([...model.G.views])

    update(model, 'G', flatten(grads), rates.stepG)
    model.average.replace(updateAverage(model.average.flat, model.G.flat, rates.average))
    return tf.reshape(value, [1]) as tf.Tensor1D
  })
}

/**
 * D's step, then G's against the D so improved, on the same pictures and latents.
 * @returns [lossD, pReal, pFake, penalty, lossG], which the caller owns
 */
export const stepBoth = (model: Model, feed: StepFeed, rates: StepRates): tf.Tensor1D =>
  tf.tidy(() => tf.concat1d([stepD(model, feed, rates), stepG(model, feed, rates)]))

/** D's parameters as constants, normalised with the vectors of the last D step. */
function frozenD({ architecture, options, D, vectors }: Model): Parameters {
  if (!options.spectralNorm) return D.parameters
  const { pairs } = powerIteration(architecture.layoutD, D.parameters, vectors.flat)
  return normalise(architecture.layoutD, D.parameters, pairs)
}

function update({ state, options }: Model, network: 'G' | 'D', gradient: tf.Tensor1D, step: tf.Scalar): void {
  const m = state[`adam.${network}.m`]
  const v = state[`adam.${network}.v`]
  const next = adam(state[network].flat, gradient, { m: m.flat, v: v.flat }, { step, beta1: options.beta1, beta2: options.beta2 })
  state[network].replace(next.values)
  m.replace(next.moments.m)
  v.replace(next.moments.v)
}
