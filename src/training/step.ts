/**
 * One update of the networks. A step is a pure function of the model and its feed: everything
 * random or read from disk comes in as tensors, so a seed gives the same run, and a step can be
 * recorded and replayed.
 */
import { updateAverage } from '../engine/ema.ts'
import { adam, clipped, decayed } from '../engine/optimiser.ts'
import { tf } from '../engine/tf.ts'
import { gradientE } from './encoder.ts'
import { gradientD, gradientG, type GradientD, type GradientG } from './gradients.ts'
import type { Model } from './model.ts'
import { opened } from './packed-feed.ts'
import type { StepFeed, StepRates } from './step-feed.ts'
import type { Step } from './stepper.ts'

/** A step opens its feed and leaves nothing behind but its readings. */
const stepOf = (update: (model: Model, feed: StepFeed, rates: StepRates) => tf.Tensor1D): Step =>
  (model, feed, rates) => tf.tidy(() => update(model, opened(model.architecture, feed), rates))

/** Updates D. Returns what `reportD` lists, which the caller owns. */
export const stepD = stepOf((model, feed, rates) => {
  const found = gradientD(model, feed)
  applyD(model, found, rates)
  return found.report
})

/** Updates G with its average, and the encoder; leaves D as it is. Returns what `reportG` lists, which the caller owns. */
export const stepG = stepOf((model, feed, rates) => {
  const found = gradientG(model, feed)
  applyG(model, found, rates)
  applyE(model, feed, rates)
  return found.report
})

/**
 * D's step, then G's against the D so improved, on the same pictures and latents. The numbers are those of `stepD` and
 * then `stepG`; G makes its pictures once. Returns what `reportD` and then `reportG` list, which the caller owns.
 */
export const stepBoth = stepOf((model, feed, rates) => {
  const reports: tf.Tensor1D[] = []
  const ofG = gradientG(model, feed, (fake) => {
    const ofD = gradientD(model, feed, fake)
    applyD(model, ofD, rates)
    reports.push(tf.keep(ofD.report))
  })
  applyG(model, ofG, rates)
  applyE(model, feed, rates)
  const report = tf.concat1d([...reports, ofG.report])
  tf.dispose(reports)
  return report
})

/**
 * A step of the bootstrap phase: both networks move side by side, each against the other as it
 * was before. Returns what `reportD` and then `reportG` list, which the caller owns.
 */
export const stepSideBySide = stepOf((model, feed, rates) => {
  const ofG = gradientG(model, feed)
  const ofD = gradientD(model, feed)
  applyD(model, ofD, rates)
  applyG(model, ofG, rates)
  applyE(model, feed, rates)
  return tf.concat1d([ofD.report, ofG.report])
})

function applyD(model: Model, { gradient, vectors }: GradientD, rates: StepRates): void {
  update(model, 'D', gradient, { step: rates.stepD, decay: rates.decayD, scale: rates.scaleD })
  if (vectors !== null) model.vectors.replace(vectors)
}

function applyG(model: Model, { gradient }: GradientG, rates: StepRates): void {
  update(model, 'G', gradient, { step: rates.stepG, decay: rates.decayG, scale: rates.scaleG })
  model.average.replace(updateAverage(model.average.flat, model.G.flat, rates.average))
}

/** Where there is one: against the average, which pictures come from. */
function applyE(model: Model, feed: StepFeed, rates: StepRates): void {
  const { architecture, average, state: { E }, perceptual } = model
  if (architecture.encoder !== null && perceptual !== null) update(model, 'E', gradientE({ architecture, average, E, perceptual }, feed), { step: rates.stepG, decay: null, scale: null })
}

interface UpdateRates {
  readonly step: tf.Scalar
  readonly decay: tf.Scalar | null
  readonly scale: tf.Tensor1D | null
}

function update(model: Model, network: 'G' | 'D' | 'E', found: tf.Tensor1D, { step, decay, scale }: UpdateRates): void {
  const { state, options } = model
  const gradient = options.gradientClip === 0 ? found : clipped(found, options.gradientClip)
  const values = decay === null || network === 'E' ? state[network].flat : decayed(model[network], decay)
  const m = state[`adam.${network}.m`]
  const v = state[`adam.${network}.v`]
  const next = adam(values, gradient, { m: m.flat, v: v.flat }, { step, beta1: options.beta1, beta2: options.beta2 })
  const before = state[network].flat
  state[network].replace(scale === null ? next.values : tf.add(before, tf.mul(scale, tf.sub(next.values, before))))
  m.replace(next.moments.m)
  v.replace(next.moments.v)
}
