/** The two networks' objectives, differentiated; nothing is changed here. */
import { apartFromGradients } from '../engine/apart.ts'
import { augment } from '../engine/augment.ts'
import type { Architecture } from '../engine/architecture.ts'
import type { Judgement } from '../engine/heads.ts'
import { needsRealInG } from '../engine/loss-kinds.ts'
import { classLoss, energyScore, featureMatching, lossD, lossG, withPseudoLabels } from '../engine/losses.ts'
import { generate, judge, madeSmall, rebuildingLoss, redraw, type Pass } from '../engine/networks.ts'
import { flatten, named, type Parameters } from '../engine/parameters.ts'
import { firstOrderPenalty, judgeWithSlopes, penaltyStep, slopePenalty, unitSlopePenalty, type Judge } from '../engine/penalties.ts'
import { normalise, powerIteration } from '../engine/spectral.ts'
import { tf } from '../engine/tf.ts'
import { varietyOf } from '../engine/variety.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Model } from './model.ts'
import { headLoss } from './class-head.ts'
import { enlargedLosses } from './enlarged-losses.ts'
import { besideD, besideG, halfOf, otherPictures } from './pretrained.ts'
import type { PenaltyFeed, StepFeed, Taught } from './step-feed.ts'
import { translatedLosses } from './translated-losses.ts'

export interface GradientD {
  readonly gradient: tf.Tensor1D
  /** Spectral norm's vectors after this step's iteration; null without it. */
  readonly vectors: tf.Tensor1D | null
  /** As `reportD` lists it. */
  readonly report: tf.Tensor1D
}
export interface GradientG {
  readonly gradient: tf.Tensor1D
  /** As `reportG` lists it. */
  readonly report: tf.Tensor1D
}

/**
 * Call inside `tf.tidy`.
 * @param known what G makes of the feed, where that has been computed; null: not yet
 */
export function gradientD(model: Model, feed: StepFeed, known: tf.Tensor4D | null = null): GradientD {
  const { architecture, options } = model
  const shown = shownLabels(feed)
  const fake = known ?? made(architecture, model.G.parameters, feed, shown)
  const augmentedReal = augment(feed.real, feed.augmentReal)
  const augmentedFake = augment(fake, feed.augmentFake)
  const x = tf.concat4d([augmentedReal, augmentedFake], 0) as tf.Tensor4D
  const labels = shown === null ? null : tf.concat2d([shown, shown], 0) as tf.Tensor2D
  const iteration = options.spectralNorm ? powerIteration(architecture.layoutD, model.D, model.vectors.flat) : null
  const variety = [varietyOf(feed.real), varietyOf(fake)]

  const beside = model.projector === null ? () => [] : besideD(model, { projector: model.projector, real: augmentedReal, fake: augmentedFake, labels: shown }, feed)
  let report: tf.Tensor1D | null = null
  const { grads } = tf.valueAndGrads((...views: tf.Tensor[]) => {
    const raw = named(architecture.layoutD, views)
    const parameters = iteration === null ? raw : normalise(architecture.layoutD, raw, iteration.pairs)
    const { logits, classLogits, penalty } = judgeAndPenalise({
      x, labels, classes: architecture.classMethod === 'projection' ? 0 : architecture.classes, kind: options.penalty, feed: feed.penalty,
      judge: (pictures, theirs) => judge(architecture, parameters, pictures, theirs, passOf(feed, pictures)),
    })
    const [real, fakes] = tf.split(logits, 2) as [tf.Tensor1D, tf.Tensor1D]
    const main = lossD(options, real, fakes, feed.weights)
    const classes = classLossOfReals(options, classLogits, feed)
    report = tf.keep(tf.stack([
      main, tf.mean(tf.sigmoid(real)), tf.mean(tf.sigmoid(fakes)), penalty, classes, certainty(options.loss, real, fakes), ...variety,
    ]) as tf.Tensor1D)
    const rebuilding = rebuildingLoss(architecture, parameters, augmentedReal, passOf(feed, augmentedReal))
    return tf.addN([main, penalty, tf.mul(classes, options.classLoss), ...beside(parameters), ...(rebuilding === null ? [] : [rebuilding])]) as tf.Scalar
  })([...model.D.views])
  const kept = report as unknown as tf.Tensor1D
  const readings = tf.clone(kept)
  kept.dispose()
  return { gradient: flatten(grads), vectors: iteration?.vectors ?? null, report: readings }
}

/**
 * Call inside `tf.tidy`. D stays as it is, but for what `first` does.
 * @param first called with what G makes of the feed before D sees it: D's own update needs the same pictures
 */
export function gradientG(model: Model, feed: StepFeed, first: (fake: tf.Tensor4D) => void = () => {}): GradientG {
  const { architecture, options } = model
  const shown = shownLabels(feed)
  const { value, grads } = tf.valueAndGrads((...views: tf.Tensor[]) => {
    const parameters = named(architecture.layoutG, views)
    const fake = made(architecture, parameters, feed, shown)
    const { frozen, augmentedReal, real } = apartFromGradients(() => {
      first(fake)
      const frozen = frozenD(model)
      const augmentedReal = augment(feed.real, feed.augmentReal)
      return { frozen, augmentedReal, real: needsRealInG(options) ? judge(architecture, frozen, augmentedReal, shown, passOf(feed, augmentedReal)) : null }
    })
    const augmented = augment(fake, feed.augmentFake)
    const judged = judge(architecture, frozen, augmented, shown, passOf(feed, fake))
    const parts = [lossG(options, real?.logits ?? null, judged.logits, feed.weights)]
    if (model.projector !== null) parts.push(...besideG(model, { projector: model.projector, real: augmentedReal, fake: augmented, labels: shown }, frozen, parameters, feed))
    if (judged.classLogits !== null && feed.labels !== null) parts.push(tf.mul(shared(classLoss(judged.classLogits, feed.labels, feed.weights), feed), options.classLoss))
    if (real !== null && options.featureMatching > 0) parts.push(tf.mul(featureMatching(real.features, judged.features), options.featureMatching))
    if (options.energy > 0) parts.push(tf.mul(energyScore(tf.slice(fake, 0, halfOf(feed)), otherPictures(model, parameters, feed), tf.slice(feed.real, 0, halfOf(feed))), options.energy))
    if (architecture.layoutHead.total > 0 && model.projector !== null && feed.labels !== null) parts.push(tf.mul(shared(headLoss(architecture, model.projector, model.state.head.flat, fake, feed.labels, feed.weights), feed), options.classHead))
    if (architecture.task === 'enlarge') parts.push(...enlargedLosses(model, fake, feed.real))
    if (feed.given !== null) parts.push(...translatedLosses(model, parameters, fake, feed, feed.given))
    if (feed.taught !== null) parts.push(...taughtLosses(model, frozen, shown, fake, judged.features, feed, feed.taught))
    return tf.addN(parts) as tf.Scalar
  })([...model.G.views])
  return { gradient: flatten(grads), report: tf.reshape(value, [1]) as tf.Tensor1D }
}

/** From the feed's latents, by an enlarger from its pictures made small, by a translator from those it is given. */
function made(architecture: Architecture, parameters: Parameters, { real, z, given }: StepFeed, labels: tf.Tensor2D | null): tf.Tensor4D {
  if (given !== null) return redraw(architecture, parameters, given.pictures, labels)
  return architecture.task === 'enlarge' ? redraw(architecture, parameters, madeSmall(real, architecture.enlarge), null) : generate(architecture, parameters, z, labels, { learning: true })
}

/** How far the fakes are from what the teachers made of the same latents: in pixels, and in what D sees under the same augmentation. */
function taughtLosses({ architecture, options }: Model, frozen: Parameters, labels: tf.Tensor2D | null, fake: tf.Tensor4D, seen: tf.Tensor2D, feed: StepFeed, { pictures, known }: Taught): tf.Scalar[] {
  const mean = (differences: tf.Tensor): tf.Scalar => tf.mean(tf.mul(tf.mean(tf.reshape(differences, [known.shape[0], -1]), 1), known)) as tf.Scalar
  const losses: tf.Scalar[] = []
  if (options.teachPixels > 0) losses.push(tf.mul(mean(tf.abs(tf.sub(fake, pictures))), options.teachPixels))
  if (options.teachFeatures > 0) {
    const wanted = judge(architecture, frozen, augment(pictures, feed.augmentFake), labels, passOf(feed, pictures)).features
    // Relative to their size, which differs by network and grows along a run.
    const size = tf.add(tf.mean(tf.abs(wanted)), 1e-3)
    losses.push(tf.mul(tf.div(mean(tf.abs(tf.sub(seen, wanted))), size), options.teachFeatures))
  }
  return losses
}

/** Batch norm takes reals and fakes of one batch apart; half a batch takes the first masks. */
function passOf({ real, masks }: StepFeed, pictures: tf.Tensor4D): Pass {
  const [rows] = pictures.shape
  const all = Object.values(masks)
  if (rows === 2 * real.shape[0]) return { groups: 2, masks: all }
  return { masks: all.map((mask) => tf.slice(mask, 0, rows)) }
}

interface Penalised {
  readonly judge: (x: tf.Tensor4D, labels: tf.Tensor2D | null) => Judgement
  /** [2N,…]: reals, then as many fakes. */
  readonly x: tf.Tensor4D
  readonly labels: tf.Tensor2D | null
  /** How many class logits D has. */
  readonly classes: number
  readonly kind: TrainingOptions['penalty']
  readonly feed: PenaltyFeed | null
}

function judgeAndPenalise({ judge: judgeOf, x, labels, classes, kind, feed }: Penalised): Pick<Judgement, 'logits' | 'classLogits'> & { readonly penalty: tf.Scalar } {
  const judgeBoth: Judge = (pictures) => judgeOf(pictures, labels)
  if (feed === null) return { ...judgeBoth(x), penalty: tf.scalar(0) }
  const count = x.shape[0] / 2
  switch (kind) {
    case 'first-order': {
      const said = judgeBoth(x)
      const moved = tf.add(x, tf.mul(feed.directions as tf.Tensor4D, penaltyStep)) as tf.Tensor4D
      return { ...said, penalty: firstOrderPenalty(feed.gamma, said.logits, judgeBoth(moved).logits) }
    }
    case 'r1+r2':
    case 'r1': {
      const { slopes, ...said } = judgeWithSlopes(judgeBoth, x, classes)
      return { ...said, penalty: slopePenalty(feed.gamma, kind === 'r1' ? tf.slice(slopes, 0, count) : slopes, count) }
    }
    case 'unit-slope': {
      const [real, fake] = tf.split(x, 2) as [tf.Tensor4D, tf.Tensor4D]
      const between = tf.add(fake, tf.mul(feed.mix as tf.Tensor4D, tf.sub(real, fake))) as tf.Tensor4D
      const theirs = labels === null ? null : tf.slice(labels, [0, 0], [count, labels.shape[1]])
      return { ...judgeBoth(x), penalty: unitSlopePenalty(feed.gamma, judgeWithSlopes((pictures) => judgeOf(pictures, theirs), between, classes).slopes) }
    }
  }
}

/** The transitional start (Shahbazi 2022) lets the class embeddings grow in; without a class there is nothing to grow. */
const shownLabels = ({ labels, classShare }: StepFeed): tf.Tensor2D | null => (labels === null || classShare === null ? labels : tf.mul(labels, classShare))
/** What depends on classes counts as much as they are shown. */
const shared = (loss: tf.Scalar, { classShare }: StepFeed): tf.Scalar => (classShare === null ? loss : tf.mul(loss, classShare))

/** The classifier learns from labelled reals alone: early fakes would teach it noise. */
function classLossOfReals(options: TrainingOptions, classLogits: tf.Tensor2D | null, feed: StepFeed): tf.Scalar {
  const { labels, weights } = feed
  if (classLogits === null || labels === null) return tf.scalar(0)
  const ofReals = tf.slice(classLogits, [0, 0], [labels.shape[0], labels.shape[1]])
  const targets = options.pseudoLabels === 0 ? labels : withPseudoLabels(ofReals, labels, options.pseudoLabels)
  return shared(classLoss(ofReals, targets, weights), feed)
}

/**
 * How sure D is of training pictures, the sign of overfitting that StyleGAN2-ADA steers by:
 * E sign D(x). Losses that see only differences leave D's zero anywhere, so there it is
 * E sign (D(x) - D(G(z))).
 */
function certainty(loss: TrainingOptions['loss'], real: tf.Tensor1D, fake: tf.Tensor1D): tf.Scalar {
  return tf.mean(tf.sign(loss === 'relativistic' || loss === 'wasserstein' ? tf.sub(real, fake) : real))
}

/** D's parameters as constants, normalised with the vectors of the last D step. */
export function frozenD({ architecture, options, D, vectors }: Model): Parameters {
  if (!options.spectralNorm) return D.parameters
  const { pairs } = powerIteration(architecture.layoutD, D, vectors.flat)
  return normalise(architecture.layoutD, D.parameters, pairs)
}
