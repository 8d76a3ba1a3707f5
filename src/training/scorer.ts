/**
 * Scores a generator against the pictures it learns from. Everything random comes from fixed
 * seeds of its own: a score neither disturbs a run nor depends on when it is taken, and two
 * checkpoints are compared on the same latents.
 */
import { Rng } from '../base/rng.ts'
import { partCodes, type PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart, Score } from '../contract/judgement.ts'
import { Judge, judgeName, type Features, type PictureBytes } from '../judgement/judge.ts'
import { NearestPictures } from '../judgement/memorisation.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { RealFeatures, type GoOn } from '../judgement/real-features.ts'
import { calibrate, compare, compareClasses, compareWithin } from '../judgement/score.ts'
import type { RunCounters } from './checkpoint.ts'
import { trainedClassifier } from './classifier.ts'
import { logitsOf } from './discriminator.ts'
import { ScoredEnlargement } from './enlargement-score.ts'
import type { Model } from './model.ts'
import { leastHeldOut, overfitOf } from './overfit.ts'
import { generateBatch, PictureMaker } from './pictures.ts'
import { ScoredTranslation } from './translation-score.ts'

export interface ScoreRequest {
  readonly scope: Score['scope']
  /** Pictures of each side, as far as there are real ones. */
  readonly count: number
  readonly part: PicturePart
  /** Asked between batches of the judge with the pictures looked at so far, real ones first. */
  readonly goOn: GoOn
}

/** Pictures D is asked about for the overfit light, of each kind. */
const askedPictures = 256
/** Enough to tell how fast the judge is. */
const pacedPictures = 16
/** Training pictures the nearest is looked for among. */
const mostTraining = 10_000

export class Scorer {
  readonly #set: PackedSet
  readonly #classNames: readonly string[]
  #judge: Judge | null = null
  #reals: RealFeatures | null = null

  constructor(set: PackedSet, classNames: readonly string[]) {
    this.#set = set
    this.#classNames = classNames
  }

  /** Real pictures of a score that the judge has not looked at; what it knows of them is kept. */
  async missing({ count, part }: Pick<ScoreRequest, 'count' | 'part'>): Promise<number> {
    return (await this.#realFeatures()).missing(indicesOf(this.#set, part).subarray(0, count))
  }

  /** Pictures a second that the judge looks at, measured on real ones of which scores need the features anyway; null where `goOn` ended it. */
  async pace({ part, goOn }: Pick<ScoreRequest, 'part' | 'goOn'>): Promise<number | null> {
    const judge = (this.#judge ??= new Judge())
    const reals = await this.#realFeatures()
    const indices = indicesOf(this.#set, part).subarray(0, pacedPictures)
    // The first picture takes longer.
    await reals.look(judge, indices.subarray(0, 1), goOn)
    const begun = performance.now()
    const { count } = await reals.look(judge, indices, goOn)
    return count < indices.length ? null : (1000 * count) / (performance.now() - begun)
  }

  /**
   * The model's tensors must be the current ones; they stay as they are.
   * @returns null where `goOn` ended it
   */
  async score(model: Model, { imagesSeen, elapsedMs }: Pick<RunCounters, 'imagesSeen' | 'elapsedMs'>, request: ScoreRequest): Promise<Score | null> {
    const { scope, part, goOn } = request
    const indices = indicesOf(this.#set, part).subarray(0, request.count)
    const judge = (this.#judge ??= new Judge())
    const reals = await this.#realFeatures()
    const known = reals.missing(indices)
    const real = await reals.take(judge, indices, goOn)
    if (real === null) return null
    const ofReal = this.#labelsFor(indices)
    const { task } = model.architecture
    const enlarging = task === 'enlarge' ? await ScoredEnlargement.of(model, this.#set, part, indices) : null
    const translating = task === 'translate' ? await ScoredTranslation.of(model, this.#set, part, indices) : null
    const labels = translating?.labels ?? ofReal
    const fakes = enlarging?.enlarged ?? translating?.translated ?? (await makePictures(model, labels))
    const fake = await judge.features(fakes, (done) => goOn(known + done))
    if (fake.count < fakes.count) return null
    const full = scope === 'full'
    // What bicubic enlargement reaches costs another look, and is the same all along a run.
    const bicubic = enlarging === null || !full ? null : await judge.features(enlarging.bicubic, () => goOn(known + fakes.count))
    if (enlarging !== null && bicubic !== null && bicubic.count < fakes.count) return null
    const given = translating === null ? null : await reals.take(judge, translating.given, () => goOn(known + fakes.count))
    if (translating !== null && given === null) return null
    return {
      imagesSeen, elapsedMs, scope, part,
      judge: judgeName,
      ...(await (translating === null ? compare(real, fake, { withFid: full }) : compareWithin(real, fake, { real: ofReal, fake: labels }, { withFid: full }))),
      calibration: await calibrate(real, { withFid: full }),
      perClass: full ? await this.#perClass(real, fake, indices, labels) : [],
      classifier: full ? await this.#classified(fakes, labels, () => goOn(known + fakes.count)) : null,
      memorisation: full && task === 'generate' ? await this.#memorisation(fakes) : null,
      overfit: await this.#overfit(model, fakes, labels),
      ...(enlarging === null ? {} : { enlargement: await enlarging.report(bicubic === null ? null : { real, bicubic }) }),
      ...(translating === null || given === null ? {} : { translation: await translating.report({ real, labels: ofReal, given }) }),
      createdAt: Date.now(),
    }
  }

  dispose(): void {
    this.#judge?.dispose()
  }

  async #realFeatures(): Promise<RealFeatures> {
    return (this.#reals ??= await RealFeatures.open(this.#set))
  }

  /** Generated pictures have the classes of the real ones, so that shares of classes do not count as a difference. */
  #labelsFor(indices: Uint32Array): Int32Array {
    return Int32Array.from(indices, (index) => (this.#classNames.length === 0 ? -1 : (this.#set.labels[index] ?? -1)))
  }

  #perClass(real: Features, fake: Features, indices: Uint32Array, labels: Int32Array): Promise<Score['perClass']> {
    return compareClasses(real, fake, { real: Int32Array.from(indices, (index) => this.#set.labels[index] ?? -1), fake: labels }, this.#classNames)
  }

  async #classified(fakes: PictureBytes, labels: Int32Array, goOn: () => boolean | Promise<boolean>): Promise<Score['classifier']> {
    const trained = await trainedClassifier(this.#set, this.#classNames.length, goOn)
    if (trained === null) return null
    try {
      return { accuracy: await trained.classifier.accuracy(fakes, labels), testAccuracy: trained.testAccuracy }
    } finally {
      trained.classifier.dispose()
    }
  }

  /** Median over the generated pictures. */
  async #memorisation(fakes: PictureBytes): Promise<number> {
    const train = await readPacked(this.#set, indicesOf(this.#set, 'train').subarray(0, mostTraining))
    const nearest = await NearestPictures.of(train)
    try {
      const ratios = (await nearest.find(fakes)).map(({ ratio }) => ratio).sort((a, b) => a - b)
      return ratios[Math.floor(ratios.length / 2)] ?? 0
    } finally {
      nearest.dispose()
    }
  }

  async #overfit(model: Model, fakes: PictureBytes, labels: Int32Array): Promise<number | null> {
    const heldOut = indicesOf(this.#set, 'validation').subarray(0, askedPictures)
    if (heldOut.length < leastHeldOut || !(this.#set.parts?.includes(partCodes.train) ?? false)) return null
    const train = indicesOf(this.#set, 'train').subarray(0, askedPictures)
    const asked = async (indices: Uint32Array): Promise<Float32Array> => logitsOf(model, { pixels: (await readPacked(this.#set, indices)).pixels, classes: this.#labelsFor(indices) })
    const some = Math.min(askedPictures, fakes.count)
    const each = fakes.pixels.length / fakes.count
    return overfitOf({
      train: await asked(train),
      heldOut: await asked(heldOut),
      fake: await logitsOf(model, { pixels: fakes.pixels.subarray(0, some * each), classes: labels.subarray(0, some) }),
    })
  }
}

/** Of the averaged generator, one for each label (-1: no class). */
export async function makePictures(model: Model, labels: Int32Array): Promise<PictureBytes> {
  const { architecture } = model
  const { latentSize, height, width } = architecture
  const channels = architecture.channels as 1 | 3 | 4
  const latents = Rng.fromSeed(0, 'judged').fillNormal(new Float32Array(labels.length * latentSize))
  const pixels = new Uint8Array(labels.length * height * width * channels)
  const maker = new PictureMaker(architecture, model.average.flat)
  try {
    for (let at = 0; at < labels.length; at += generateBatch)
      pixels.set(await maker.make(latents.slice(at * latentSize, (at + generateBatch) * latentSize), [...labels.slice(at, at + generateBatch)]), at * height * width * channels)
  } finally {
    maker.dispose()
  }
  return { pixels, count: labels.length, size: { height, width }, channels }
}
