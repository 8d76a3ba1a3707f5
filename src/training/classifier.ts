/**
 * A small classifier of real pictures, trained once per packed set: how often it names the class
 * that a generated picture was asked for tells whether classes are recognisable. It is a plain
 * convolutional network of its own, so that neither the judge's nor D's view decides.
 */
import { readFile } from 'node:fs/promises'
import { Rng } from '../base/rng.ts'
import { pixelsOf } from '../contract/data.ts'
import { partCodes, type PackedSet } from '../contract/engine-jobs.ts'
import { defaultOptions } from '../contract/options.ts'
import { augment } from '../engine/augment.ts'
import { drawAugment, type AugmentShape } from '../engine/augment-draw.ts'
import { augmentPolicy } from '../engine/augment-policy.ts'
import { convolution } from '../engine/convolution.ts'
import { initialValues, layoutOf, type Layout, type ParameterSpec } from '../engine/layout.ts'
import { adam, correctedRate } from '../engine/optimiser.ts'
import { flatten, named, parameter, Weights, type Parameters } from '../engine/parameters.ts'
import { decodeSafetensors, encodeSafetensors } from '../engine/safetensors.ts'
import { StateVector } from '../engine/state-vector.ts'
import { tf } from '../engine/tf.ts'
import type { PictureBytes } from '../judgement/judge.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { writeAtomically } from './atomic-file.ts'
import { oneHot } from './feed.ts'
import { fromBytes } from './pictures.ts'

export interface Trained {
  readonly classifier: Classifier
  /** Share of real pictures it never saw that it names rightly. */
  readonly testAccuracy: number
}

const batch = 32
/** At 32 px; larger pictures take fewer steps in about the same time. */
const mostSteps = 1500
const mostPasses = 60
const learningRate = 2e-3
/** Fewer pictures, or fewer of a class, are too few to learn from and to test on. */
const leastPictures = 200
const leastPerClass = 10
const mostTested = 1000
const version = '1'

/** Null where there are too few pictures, and where `goOn` ended it. */
export async function trainedClassifier(set: PackedSet, classes: number, goOn: () => boolean | Promise<boolean>): Promise<Trained | null> {
  const { train, test } = parted(set)
  const counts = Array.from({ length: classes }, (_, label) => train.filter((index) => set.labels[index] === label).length)
  if (classes < 2 || train.length + test.length < leastPictures || Math.min(...counts) < leastPerClass) return null
  const layout = classifierLayout(set, classes)
  const file = `${set.path}.classifier-${train.length}.safetensors`
  const kept = await read(file, layout)
  if (kept !== null) return { classifier: new Classifier(layout, kept.values, classes), testAccuracy: kept.testAccuracy }

  const values = await learn(set, train, layout, classes, goOn)
  if (values === null) return null
  const classifier = new Classifier(layout, values, classes)
  const testAccuracy = await classifier.accuracy(await readPacked(set, test), Array.from(test, (index) => set.labels[index] ?? -1))
  // A cache that cannot be written is only slower next time.
  await write(file, values, testAccuracy).catch(() => {})
  return { classifier, testAccuracy }
}

export class Classifier {
  readonly #weights: Weights
  readonly #classes: number

  constructor(layout: Layout, values: Float32Array, classes: number) {
    this.#weights = new Weights(layout, values)
    this.#classes = classes
  }

  /** Share of pictures with a class (label ≥ 0) that are taken for it. */
  async accuracy(pictures: PictureBytes, labels: ArrayLike<number>): Promise<number> {
    const { pixels, count, size, channels } = pictures
    const each = pixelsOf(size) * channels
    let right = 0
    let asked = 0
    for (let at = 0; at < count; at += batch) {
      const taken = Math.min(batch, count - at)
      const best = tf.tidy(() => tf.argMax(logits(this.#weights.parameters, fromBytes(pixels.subarray(at * each, (at + taken) * each), [taken, size.height, size.width, channels])), 1))
      const found = await best.data()
      best.dispose()
      for (let i = 0; i < taken; i++) {
        const label = labels[at + i] ?? -1
        if (label < 0 || label >= this.#classes) continue
        asked += 1
        right += found[i] === label ? 1 : 0
      }
    }
    return asked === 0 ? 0 : right / asked
  }

  dispose(): void {
    this.#weights.dispose()
  }
}

/** What is held out tests; where too little is, a tenth of the rest does, and is not learned from. */
function parted(set: PackedSet): { readonly train: Uint32Array; readonly test: Uint32Array } {
  const labelled = indicesOf(set, 'all').filter((index) => (set.labels[index] ?? -1) >= 0)
  const part = (index: number): number => set.parts?.[index] ?? partCodes.train
  const heldOut = labelled.filter((index) => part(index) !== partCodes.train)
  const train = labelled.filter((index) => part(index) === partCodes.train)
  if (heldOut.length >= leastPictures / 4) return { train, test: heldOut.subarray(0, mostTested) }
  const tenth = Math.floor(train.length / 10)
  return { train: train.subarray(tenth), test: train.subarray(0, Math.min(tenth, mostTested)) }
}

// ---------------------------------------------------------------- the network

/** 3x3 convolutions, each halving the picture down to 4 px along its longer side, then the mean over places. */
function classifierLayout({ size, channels }: PackedSet, classes: number): Layout {
  const longer = Math.max(size.height, size.width)
  const first = Math.max(8, Math.min(32, 1024 / longer))
  const specs: ParameterSpec[] = []
  const layer = (name: string, shape: readonly number[], fanIn: number): void => {
    specs.push({ name: `${name}.kernel`, shape, initialiser: { kind: 'normal', deviation: Math.sqrt(2 / fanIn) } })
    specs.push({ name: `${name}.bias`, shape: [shape.at(-1) ?? 0], initialiser: { kind: 'zeros' } })
  }
  layer('start', [3, 3, channels, first], 9 * channels)
  let width = first
  for (let side = longer; side > 4; side /= 2) {
    const next = Math.min(128, 2 * width)
    layer(`down.${side}`, [3, 3, width, next], 9 * width)
    width = next
  }
  layer('head', [width, classes], width)
  return layoutOf(specs)
}

function logits(parameters: Parameters, x: tf.Tensor): tf.Tensor2D {
  const of = (name: string): tf.Tensor => parameter(parameters, name)
  let y = convolution(x, of('start.kernel'), of('start.bias'), 'same', 'lrelu')
  for (let side = Math.max(x.shape[1] ?? 4, x.shape[2] ?? 4); side > 4; side /= 2) y = convolution(y, of(`down.${side}.kernel`), of(`down.${side}.bias`), 'down', 'lrelu')
  return tf.add(tf.matMul(tf.mean(y, [1, 2]) as tf.Tensor2D, of('head.kernel') as tf.Tensor2D), of('head.bias'))
}

// ---------------------------------------------------------------- learning

async function learn(set: PackedSet, train: Uint32Array, layout: Layout, classes: number, goOn: () => boolean | Promise<boolean>): Promise<Float32Array | null> {
  const { size, channels } = set
  const rng = Rng.fromSeed(0, 'classifier')
  const steps = Math.min(Math.round((mostSteps * 32) / Math.max(32, size.height, size.width)), Math.ceil((mostPasses * train.length) / batch))
  const weights = new Weights(layout, initialValues(layout, rng))
  const moments = { m: new StateVector(new Float32Array(layout.total)), v: new StateVector(new Float32Array(layout.total)) }
  const shape: AugmentShape = { count: batch, ...size, channels }
  const policy = augmentPolicy({ ...defaultOptions, augment: 'translation' })
  const byClass = Array.from({ length: classes }, (_, label) => train.filter((index) => set.labels[index] === label))
  try {
    for (let step = 1; step <= steps; step++) {
      if (step % 5 === 1 && !(await goOn())) return null
      // Every class equally often: a rare one counts as much.
      const chosen = Uint32Array.from({ length: batch }, () => pick(byClass[rng.integer(classes)] ?? train, rng))
      const pictures = await readPacked(set, chosen)
      const rate = learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
      tf.tidy(() => {
        const places = drawAugment(policy, shape, 1, rng)
        const x = augment(fromBytes(pictures.pixels, [batch, size.height, size.width, channels]), places)
        const wanted = oneHot(Array.from(chosen, (index) => set.labels[index] ?? -1), classes)
        const { grads } = tf.valueAndGrads((...views: tf.Tensor[]) => crossEntropy(wanted, logits(named(layout, views), x)))([...weights.views])
        const next = adam(weights.flat, flatten(grads), { m: moments.m.flat, v: moments.v.flat }, { step: tf.scalar(correctedRate(rate, 0.9, 0.99, step)), beta1: 0.9, beta2: 0.99 })
        weights.replace(next.values)
        moments.m.replace(next.moments.m)
        moments.v.replace(next.moments.v)
      })
    }
    return Float32Array.from(await weights.flat.data())
  } finally {
    weights.dispose()
    moments.m.dispose()
    moments.v.dispose()
  }
}

const pick = (from: Uint32Array, rng: Rng): number => from[rng.integer(from.length)] ?? 0
const crossEntropy = (wanted: tf.Tensor2D, found: tf.Tensor2D): tf.Scalar => tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(found)), 1)))

// ---------------------------------------------------------------- kept

async function write(file: string, values: Float32Array, testAccuracy: number): Promise<void> {
  await writeAtomically(file, encodeSafetensors([['classifier', { shape: [values.length], data: values }]], { version, testAccuracy: String(testAccuracy) }))
}

async function read(file: string, layout: Layout): Promise<{ readonly values: Float32Array; readonly testAccuracy: number } | null> {
  try {
    const { metadata, tensors } = decodeSafetensors(await readFile(file), file)
    const values = tensors.get('classifier')?.data
    const testAccuracy = Number(metadata['testAccuracy'])
    if (metadata['version'] !== version || !(values instanceof Float32Array) || values.length !== layout.total || !values.every(Number.isFinite)) return null
    return { values, testAccuracy }
  } catch {
    return null
  }
}
