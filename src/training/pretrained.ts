/**
 * What a network that others trained adds to the objectives: discriminators on its features
 * (`projected-heads.ts`), and an energy score of them. Features of augmented pictures, so that the
 * reals' are computed once for both updates and the fakes' are those that the discriminators see.
 */
import { augment } from '../engine/augment.ts'
import { energyDistance, lossD, lossG } from '../engine/losses.ts'
import { generate } from '../engine/networks.ts'
import type { Parameters } from '../engine/parameters.ts'
import { pooled, projectedLogits, type Projector } from '../engine/projected.ts'
import { mapLeaves, type TensorTree } from '../engine/tensor-tree.ts'
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'
import type { StepFeed } from './step-feed.ts'

type Maps = readonly tf.Tensor4D[]

export interface SeenPictures {
  readonly projector: Projector
  /** [N,H,W,C], as discriminators see them. */
  readonly real: tf.Tensor4D
  readonly fake: tf.Tensor4D
  /** [N,classes], of either. */
  readonly labels: tf.Tensor2D | null
}

/**
 * What the discriminators on features lose, by their weight.
 * @returns a function of D's parameters; the features are computed once, before
 */
export function besideD({ architecture, options }: Model, { projector, real, fake, labels }: SeenPictures, { weights }: StepFeed): (parameters: Parameters) => tf.Scalar[] {
  const heads = architecture.projected
  if (heads.length === 0) return () => []
  const [ofReals, ofFakes] = [projector.features(real), projector.features(fake)]
  return (parameters) => {
    const [r, f] = [ofReals, ofFakes].map((maps) => projectedLogits(heads, parameters, maps, labels)) as [readonly tf.Tensor1D[], readonly tf.Tensor1D[]]
    return [mean(heads.map((_, i) => lossD(options, r[i] as tf.Tensor1D, f[i] as tf.Tensor1D, weights)), options.projected)]
  }
}

/** What G loses by them, and by the spread of its pictures' features. */
export function besideG(model: Model, { projector, real, fake, labels }: SeenPictures, frozenD: Parameters, G: Parameters, feed: StepFeed): tf.Scalar[] {
  const { architecture, options } = model
  const heads = architecture.projected
  const ofFakes = projector.features(fake)
  const parts: tf.Scalar[] = []
  if (heads.length > 0) {
    const f = projectedLogits(heads, frozenD, ofFakes, labels)
    const r = options.loss === 'relativistic' ? projectedLogits(heads, frozenD, projector.features(real), labels) : null
    parts.push(mean(heads.map((_, i) => lossG(options, r?.[i] ?? null, f[i] as tf.Tensor1D, feed.weights)), options.projected))
  }
  if (options.featureEnergy > 0) {
    const half = halfOf(feed)
    const first = (maps: Maps): tf.Tensor2D => tf.slice(pooled(maps), 0, half)
    const others = pooled(projector.features(augment(otherPictures(model, G, feed), otherDraws(feed))))
    parts.push(tf.mul(energyDistance(first(ofFakes), others, first(projector.features(real))), options.featureEnergy))
  }
  return parts
}

const mean = (losses: readonly tf.Scalar[], weight: number): tf.Scalar => tf.mul(tf.addN([...losses]), weight / losses.length)

/** Energy scores compare half a batch with as many others. */
export const halfOf = ({ z }: StepFeed): number => Math.ceil(z.shape[0] / 2)

/** Pictures of the classes of the first half, from latents of the other half, [half,H,W,C]. */
export function otherPictures({ architecture }: Model, G: Parameters, feed: StepFeed): tf.Tensor4D {
  const { z, labels } = feed
  const firstOf = (x: tf.Tensor2D): tf.Tensor2D => tf.slice2d(x, [0, 0], [halfOf(feed), x.shape[1]])
  return generate(architecture, G, firstOf(tf.reverse(z, 0)), labels === null ? null : firstOf(labels), { learning: true })
}

/** The augmentation of the other half; what is not drawn for each picture stays. */
const otherDraws = (feed: StepFeed): StepFeed['augmentFake'] =>
  mapLeaves(feed.augmentFake as unknown as TensorTree, (path, draws) => (path === 'noise.pool' ? draws : tf.slice(tf.reverse(draws, 0), 0, halfOf(feed)))) as unknown as StepFeed['augmentFake']
