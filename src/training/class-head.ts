/**
 * The auxiliary classifier that a run learns before it begins: a head on MobileNetV2's features of its labelled
 * pictures. It stays as it is; the generator's pictures should be taken for the class they were asked for
 * (ACGAN's aim, Odena 2017, from a classifier that saw real pictures alone).
 */
import { StudioError } from '../base/errors.ts'
import { partCodes, type TrainJob } from '../contract/engine-jobs.ts'
import { message } from '../contract/messages.ts'
import type { EngineHost } from '../contract/trainer.ts'
import type { Architecture } from '../engine/architecture.ts'
import { rawHeadLogits } from '../engine/class-head.ts'
import { partsOf } from '../engine/layout.ts'
import { classLoss, type PictureWeights } from '../engine/losses.ts'
import { named, split } from '../engine/parameters.ts'
import { pooled, Projector } from '../engine/projected.ts'
import { pooledWidth } from '../engine/projected-heads.ts'
import { tf } from '../engine/tf.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { turn } from '../judgement/turns.ts'
import { learnHead, standardise } from './look/head.ts'
import { fromBytes } from './pictures.ts'

/** More make the start longer and the head hardly better. */
const mostPictures = 5000
const leastPictures = 20
/** Held back where the run holds nothing out, to end the learning by. */
const ownShare = 0.1
const batch = 32

/** @returns flat, as `layoutHead` says. @throws `bad-input` where too few pictures have a class */
export async function learnClassHead(architecture: Architecture, { data, options }: TrainJob, host: EngineHost): Promise<Float32Array> {
  const { train, validation } = lessons(data)
  const indices = Uint32Array.from([...train, ...validation])
  const labels = Int32Array.from(indices, (index) => data.labels[index] ?? -1)
  const rows = Uint32Array.from(indices.keys())
  const [learned, asked] = [rows.subarray(0, train.length), rows.subarray(train.length)]
  if (indices.length < leastPictures || asked.length === 0 || new Set(labels.subarray(0, train.length)).size < 2)
    throw new StudioError('bad-input', `Option classHead: a classifier needs at least ${leastPictures} pictures with a class, of two classes or more; found ${indices.length}. Give more pictures a class, or set classHead to 0.`)
  const { features, mean, scale } = standardise({ values: await featuresOf(architecture, data, indices), count: indices.length, dimensions: pooledWidth }, learned)
  const head = await learnHead({ features, labels, classes: architecture.classes, train: learned, validation: asked, seed: options.seed }, async () => {
    await turn()
    return true
  })
  if (head === null) throw new Error('learning the class head was ended, though nothing ends it')
  const flat = new Float32Array(architecture.layoutHead.total)
  const parts = partsOf(architecture.layoutHead, flat)
  parts.get('features.mean')?.set(mean)
  parts.get('features.scale')?.set(scale)
  flat.set(head.values, flat.length - head.values.length)
  const right = asked.filter((row) => best(head.logits.subarray(row * architecture.classes, (row + 1) * architecture.classes)) === labels[row]).length
  host.send({ type: 'notice', notice: message('notice.classHead', { pictures: train.length, percent: Math.round((100 * right) / asked.length), held: asked.length }) })
  return flat
}

/** @param fake [N,H,W,C] as G made them. @param values `state.head`, flat */
export function headLoss(architecture: Architecture, projector: Projector, values: tf.Tensor1D, fake: tf.Tensor4D, labels: tf.Tensor2D, weights: PictureWeights): tf.Scalar {
  const parameters = named(architecture.layoutHead, split(architecture.layoutHead, values))
  return classLoss(rawHeadLogits(parameters, pooled(projector.features(fake))), labels, weights)
}

function lessons(data: TrainJob['data']): { readonly train: Uint32Array; readonly validation: Uint32Array } {
  const labelled = (part: keyof typeof partCodes): Uint32Array => indicesOf(data, part).filter((index) => (data.labels[index] ?? -1) >= 0).subarray(0, mostPictures)
  const [train, validation] = [labelled('train'), labelled('validation')]
  if (validation.length >= leastPictures) return { train, validation }
  const own = Math.ceil(ownShare * train.length)
  return { train: train.subarray(own), validation: train.subarray(0, own) }
}

async function featuresOf(architecture: Architecture, data: TrainJob['data'], indices: Uint32Array): Promise<Float32Array> {
  const projector = new Projector(architecture)
  const values = new Float32Array(indices.length * pooledWidth)
  try {
    for (let at = 0; at < indices.length; at += batch) {
      const { pixels, count, size, channels } = await readPacked(data, indices.subarray(at, at + batch))
      const found = tf.tidy(() => pooled(projector.features(fromBytes(pixels, [count, size.height, size.width, channels]))))
      values.set(await found.data(), at * pooledWidth)
      found.dispose()
      await turn()
    }
  } finally {
    projector.dispose()
  }
  return values
}

const best = (scores: Float32Array): number => scores.reduce((most, score, i) => (score > (scores[most] ?? 0) ? i : most), 0)
