/** A classifier on kept features of a data set's labelled pictures: how well it does on those held out, and labels that it proposes. */
import { stat } from 'node:fs/promises'
import type { Argument } from '../contract/api.ts'
import { pictureSize, type Activity, type Dataset, type HeadReport, type SplitPart } from '../contract/data.ts'
import { partCodes } from '../contract/engine-jobs.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { partsOf, splitOf } from '../dataset/split.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import { architectureOfHead } from '../training/checkpoint.ts'
import { featureWidth } from '../training/look/discriminator-features.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { labelsOf, mostAsked, rowsOf, spread, type DatasetLooks, type DatasetLooksOptions } from './dataset-looks.ts'
import { engineAnswer } from './engine-answer.ts'
import { commonestOf, confusionOf, headPart, outcomesOf } from './head-report.ts'
import { proposed } from './label-service.ts'
import { pretrainedSource, usable, type FeatureSource } from './picture-features.ts'
import type { RunsService } from './runs-service.ts'

export interface ClassHeadsOptions extends Pick<DatasetLooksOptions, 'store' | 'engines' | 'spawn' | 'files' | 'ready'> {
  readonly activities: Activities
  readonly looks: DatasetLooks
  readonly runs: RunsService
}
export interface TrainedHead {
  readonly report: HeadReport
  /** Flat, as `rawHeadParameters` lists it. */
  readonly values: Float32Array
  /** What its features are taken by, and how pictures are made ready for that. */
  readonly source: FeatureSource
}
interface Head extends TrainedHead {
  readonly classIds: readonly string[]
  /** The pictures asked about that could be read, and a row of probabilities for each. */
  readonly asked: readonly { readonly picture: KeptPicture; readonly probabilities: Float32Array }[]
}

/** More make it slower and hardly better. */
const mostLabelled = 20_000
/** Held out of each class where the data set's split holds none out. */
const ownShares = { validation: 0.1, test: 0.2 } as const

export class ClassHeads {
  readonly #options: ClassHeadsOptions

  constructor(options: ClassHeadsOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where there is nothing to choose between, or too little to check it on */
  train(request: Argument<'datasets.trainHead'>): Activity {
    const { work } = this.trained(request)
    return this.#options.activities.start({ kind: 'head', title: 'Train a classifier', subjectId: request.id }, async (progress) => ({ kind: 'head', report: (await work(progress)).report }))
  }

  /** What `train` does, to be done in an activity of somebody else's. @throws as `train` */
  trained({ id, seed = 0, runId }: Argument<'datasets.trainHead'>): { readonly dataset: Dataset; readonly work: (progress: ActivityProgress) => Promise<TrainedHead> } {
    return { dataset: this.#begin(id, runId), work: (progress) => this.#head(id, { seed, runId }, [], progress) }
  }

  /** The same head, asked about pictures without a class; nothing is changed. */
  proposeLabels(id: string, runId?: string): Activity {
    const { name, unlabelledCount } = this.#begin(id, runId)
    if (unlabelledCount === 0) throw refusal('bad-input', message('refused.allLabelled', { name }))
    const { store, activities, ready } = this.#options
    return activities.start({ kind: 'label', title: 'Propose labels', subjectId: id }, async (progress) => {
      const unknown = store.pictures.all(id).filter(({ standing, classId }) => standing === 'in' && classId === null)
      const { report: { test }, classIds, asked } = await this.#head(id, { seed: 0, runId }, unknown.slice(0, mostAsked), progress)
      const dataset = ready(id)
      const labels = asked.flatMap(({ picture, probabilities }) => proposed({ id: picture.id, name: picture.sourcePath }, probabilities, classIds, dataset) ?? [])
      return {
        kind: 'label',
        proposal: { runId: null, datasetId: id, imagesSeen: null, calibration: { part: 'test', count: test.count, accuracy: test.accuracy }, labels: labels.sort((a, b) => a.probability - b.probability), left: unknown.length - Math.min(unknown.length, mostAsked) },
      }
    })
  }

  #begin(id: string, runId: string | undefined): Dataset {
    const { looks, ready, runs } = this.#options
    const dataset = ready(id)
    const run = runId === undefined ? null : runs.record(runId)
    if (run !== null && run.datasetId !== id) throw refusal('bad-input', message('refused.otherSet', { run: run.name, learned: run.datasetName, name: dataset.name }))
    if (dataset.classes.filter(({ count }) => count > 0).length < 2) throw refusal('bad-input', message('refused.fewClasses', { name: dataset.name }))
    looks.refuseTwo(id)
    return dataset
  }

  /** Of the run's best checkpoint; null: of the pretrained network. */
  async #source(runId: string | undefined): Promise<{ readonly source: FeatureSource; readonly run: HeadReport['run'] }> {
    if (runId === undefined) return { source: pretrainedSource, run: null }
    const { runs } = this.#options
    const { id, name } = runs.record(runId)
    const checkpoint = await runs.checkpoint(id, 'features')
    const { file, options, channels, counters: { imagesSeen } } = checkpoint
    const written = Math.round((await stat(file)).mtimeMs)
    return {
      run: { id, name, imagesSeen },
      source: { name: `${id}-${imagesSeen}-${written}`, count: featureWidth(architectureOfHead(checkpoint)), square: { size: pictureSize(options), fit: options.fit, channels }, checkpoint: file },
    }
  }

  async #head(id: string, { seed, runId }: { readonly seed: number; readonly runId: string | undefined }, unknown: readonly KeptPicture[], progress: ActivityProgress): Promise<Head> {
    const { store, engines, spawn, files, looks, ready } = this.#options
    const { name, classes } = ready(id)
    const labelled = spread(store.pictures.all(id).filter(({ standing, classId }) => standing === 'in' && classId !== null), mostLabelled)
    const { source, run } = await this.#source(runId)
    const found = await looks.features(id, [...labelled, ...unknown], progress, source)
    const { parts, ownSplit } = partedForHead(labelled)
    const known = labelled.flatMap((picture, i) => {
      const part = parts[i] ?? null
      return part === null || !found.rows.has(picture.seq) ? [] : { picture, part }
    })
    const rowsIn = (part: SplitPart): readonly number[] => known.flatMap((one, row) => (one.part === partCodes[part] ? row : []))
    const learned = rowsIn('train')
    if (new Set(learned.map((row) => known[row]?.picture.classId)).size < 2 || rowsIn('validation').length === 0 || rowsIn('test').length === 0)
      throw refusal('bad-input', message('refused.headFew', { name, pictures: labelled.length }))
    const seen = [...known.map(({ picture }) => picture), ...unknown.filter(({ seq }) => found.rows.has(seq))]
    const present = new Set(known.map(({ picture }) => picture.classId))
    const chosen = classes.filter((one) => present.has(one.id))
    const classIds = chosen.map((one) => one.id)
    const total = labelled.length + unknown.length
    const labels = labelsOf(seen, classIds)
    const { probabilities, passes, values } = await engineAnswer({
      spawn, type: 'head', signal: progress.signal, engines: usable(engines),
      job: (engine) => ({ kind: 'head', engine, features: files.file(id, source), dimensions: source.count, rows: rowsOf(seen, found), labels, classes: classIds.length, parts: Uint8Array.from(seen, (_, i) => known[i]?.part ?? partCodes.train), seed }),
      onProgress: (part) => progress.report({ done: total + Math.round((0.1 * total * part.done) / part.total) }),
    })
    const outcomes = (part: SplitPart) => outcomesOf({ probabilities, classes: classIds.length, labels }, rowsIn(part))
    const tested = outcomes('test')
    const report: HeadReport = {
      classIds, classNames: chosen.map((one) => one.name), seed, run, learned: learned.length, passes, ownSplit,
      validation: headPart(outcomes('validation'), classIds.length), test: headPart(tested, classIds.length),
      commonest: commonestOf(tested, classIds.length), confusion: confusionOf(tested, classIds.length),
      tested: rowsIn('test').map((row, i) => ({ pictureId: known[row]?.picture.id ?? '', is: tested[i]?.is ?? 0, found: tested[i]?.found ?? 0 })),
    }
    const row = (i: number): Float32Array => probabilities.subarray(i * classIds.length, (i + 1) * classIds.length)
    return { report, values, source, classIds, asked: seen.slice(known.length).map((picture, i) => ({ picture, probabilities: row(known.length + i) })) }
  }
}

/**
 * By the data set's split; a part that it lacks is held out of the pictures to train on.
 * @param labelled pictures with a class. @returns one of `partCodes` for each; null: a copy of one that is held out
 */
export function partedForHead(labelled: readonly Pick<KeptPicture, 'id' | 'sha256' | 'classId' | 'part' | 'parentId'>[]): { readonly parts: readonly (number | null)[]; readonly ownSplit: boolean } {
  const originals = labelled.filter(({ parentId }) => parentId === null)
  const share = (part: 'validation' | 'test'): number => (originals.some((one) => one.part === part) ? 0 : ownShares[part])
  const shares = { validation: share('validation'), test: share('test') }
  const open = originals.filter(({ part }) => part === null || part === 'train')
  const codes = splitOf(open.map(({ sha256, classId }) => ({ sha256, label: classId })), shares)
  const names = new Map<number, SplitPart>(Object.entries(partCodes).map(([name, code]) => [code, name as SplitPart]))
  const made = new Map(open.map(({ id }, i) => [id, names.get(codes[i] ?? partCodes.train) ?? 'train']))
  const parts = partsOf(labelled.map((one) => ({ ...one, label: 0, part: made.get(one.id) ?? one.part })), shares)
  return { parts, ownSplit: shares.validation === 0 && shares.test === 0 }
}
