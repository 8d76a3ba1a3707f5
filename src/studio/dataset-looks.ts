/** Looking at all pictures of a data set by features of a pretrained network: what stands out, a map, labels by the nearest. */
import { StudioError } from '../base/errors.ts'
import type { Argument } from '../contract/api.ts'
import type { Activity, Dataset, LookState, PictureMap } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import type { LookedAt } from '../store/looks.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { engineAnswer } from './engine-answer.ts'
import { featureKey } from './feature-files.ts'
import { proposed } from './label-service.ts'
import { OddReasons } from './odd-reasons.ts'
import { findFeatures, pretrainedSource, usable, type FeaturesFound, type PictureFeaturesOptions } from './picture-features.ts'

export interface DatasetLooksOptions extends PictureFeaturesOptions {
  readonly store: Store
  readonly activities: Activities
  /** @throws `not-found`; `busy` while its pictures are still coming in */
  readonly ready: (id: string) => Dataset
  readonly changed: (id: string) => void
}

/** What comes after the features, in pictures' worth of progress: a share of all. */
const comparingShare = 0.1
/** As many as a person looks through in one sitting. */
export const mostAsked = 1000
/** Labelled pictures beside them; more make no better neighbours. */
const mostLabelled = 5000

export class DatasetLooks {
  readonly #options: DatasetLooksOptions

  constructor(options: DatasetLooksOptions) {
    this.#options = options
  }

  async state(id: string): Promise<LookState> {
    const { store, files, ready } = this.#options
    const pictures = ready(id).pictureCount - store.pictures.copyCount(id)
    const known = Math.min(pictures, (await files.rows(id)).size)
    const speed = store.looks.speed()
    return { unmeasured: store.pictures.unmeasured(id), look: store.looks.get(id), pictures, known, estimatedMs: speed === null ? null : Math.round((1000 * (pictures - known)) / speed) }
  }

  /** Those that take part still. */
  async map(id: string): Promise<PictureMap | null> {
    const { store, ready } = this.#options
    const dataset = ready(id)
    const look = store.looks.get(id)
    return look === null ? null : { ...look, ...(await store.pictureQueries.map(dataset)) }
  }

  /** `sample`: so many of the pictures, spread evenly; absent: all. */
  look({ id, sample }: Argument<'datasets.look'>): Activity {
    const { store, activities, engines, spawn, files, ready, changed } = this.#options
    const { revision, classes, pictureCount, name } = ready(id)
    if (pictureCount < 2) throw refusal('bad-input', message('refused.twoToCompare', { name, pictures: pictureCount }))
    this.refuseTwo(id)
    return activities.start({ kind: 'look', title: 'Look at every picture', subjectId: id }, async (progress) => {
      // A picture's augmented copies would be its nearest neighbours, and hide that it stands out.
      const pictures = spread(store.pictures.all(id).filter(({ standing, parentId }) => standing === 'in' && parentId === null), sample ?? Infinity)
      const found = await this.features(id, pictures, progress)
      const seen = pictures.filter(({ seq }) => found.rows.has(seq))
      if (seen.length < 2) throw refusal('bad-input', message('refused.allUnreadable', { name }))
      const classIds = classes.map((one) => one.id)
      const before = pictures.length
      const tail = Math.ceil(comparingShare * before)
      const answer = await engineAnswer({
        spawn, type: 'looked', signal: progress.signal, engines: usable(engines),
        job: (engine) => ({ kind: 'look', engine, features: files.file(id), rows: rowsOf(seen, found), labels: labelsOf(seen, classIds), classes: classIds.length }),
        onProgress: ({ done, total }) => progress.report({ done: before + Math.round((tail * done) / total) }),
      })
      const measures = store.pictures.some(seen.map(({ seq }) => seq)).map((one) => one.measures)
      const reasons = new OddReasons(measures)
      const rows = seen.map(({ seq, classId }, i): LookedAt => {
        const shares = answer.probabilities.subarray(i * classIds.length, (i + 1) * classIds.length)
        const share = shares.reduce((most, value) => Math.max(most, value), 0)
        const nearest = share > 0 ? classes[shares.indexOf(share)] : undefined
        const [distance = NaN, oddness = 0] = [answer.distances[i], answer.oddness[i]]
        const reason = reasons.of({ oddness, measures: measures[i] as never, classId, nearest: nearest === undefined ? null : { classId: nearest.id, name: nearest.name, share } })
        return { seq, distance: Number.isNaN(distance) ? null : distance, oddness, reason, x: answer.places[2 * i] ?? 0.5, y: answer.places[2 * i + 1] ?? 0.5 }
      })
      store.looks.put(id, { at: Date.now(), revision, pictures: seen.length, imagesPerSecond: found.imagesPerSecond }, rows)
      if (store.datasets.get(id) !== null) changed(id)
      return { kind: 'look', pictures: seen.length, odd: rows.filter(({ reason }) => reason !== null).length }
    })
  }

  /** Which classes the nearest labelled pictures have, for some without one; nothing is changed. @throws `bad-input` for features of a run */
  proposeLabels(id: string, runId?: string): Activity {
    if (runId !== undefined) throw new StudioError('bad-input', 'Run: neighbours are found by the pretrained network. Features of a run are for a classifier: ask for labels by head.')
    const { store, activities, engines, spawn, files, ready } = this.#options
    const dataset = ready(id)
    const { classes, name, unlabelledCount } = dataset
    if (classes.filter(({ count }) => count > 0).length < 2) throw refusal('bad-input', message('refused.fewClasses', { name }))
    if (unlabelledCount === 0) throw refusal('bad-input', message('refused.allLabelled', { name }))
    this.refuseTwo(id)
    return activities.start({ kind: 'label', title: 'Propose labels', subjectId: id }, async (progress) => {
      const all = store.pictures.all(id).filter(({ standing }) => standing === 'in')
      const asked = all.filter(({ classId }) => classId === null).slice(0, mostAsked)
      // A copy says no more than its picture does, and would vouch for it where the labels are checked.
      const labelled = spread(all.filter(({ classId, parentId }) => classId !== null && parentId === null), mostLabelled)
      const found = await this.features(id, [...asked, ...labelled], progress)
      const [unknown, known] = [asked, labelled].map((some) => some.filter(({ seq }) => found.rows.has(seq))) as [KeptPicture[], KeptPicture[]]
      if (unknown.length === 0 || known.length === 0) throw refusal('bad-input', message('refused.allUnreadable', { name }))
      const classIds = classes.map((one) => one.id)
      const seen = [...unknown, ...known]
      const { probabilities, calibration } = await engineAnswer({
        spawn, type: 'labelled', signal: progress.signal, engines: usable(engines),
        job: (engine) => ({ kind: 'nearest-labels', engine, features: files.file(id), rows: rowsOf(seen, found), labels: labelsOf(seen, classIds), classes: classIds.length, asked: unknown.length }),
      })
      const labels = unknown.flatMap((picture, i) => proposed({ id: picture.id, name: picture.sourcePath }, probabilities.subarray(i * classIds.length, (i + 1) * classIds.length), classIds, store.datasets.get(id)) ?? [])
      return { kind: 'label', proposal: { runId: null, datasetId: id, imagesSeen: null, calibration, labels: labels.sort((a, b) => a.probability - b.probability), left: unlabelledCount - asked.length } }
    })
  }

  /** Those that are lacking are found, and kept; what comes after them is a tenth of the progress. */
  async features(id: string, pictures: readonly KeptPicture[], { signal, report }: ActivityProgress, source = pretrainedSource): Promise<FeaturesFound> {
    const known = await this.#options.files.rows(id, source)
    const before = pictures.filter((one) => known.has(featureKey(one))).length
    const total = pictures.length + Math.ceil(comparingShare * pictures.length)
    report({ done: before, total })
    return await findFeatures(this.#options, { source, datasetId: id, pictures, signal, onProgress: (done) => report({ done: before + done }) })
  }

  /** Two would add to the same files. */
  refuseTwo(id: string): void {
    if (this.#options.activities.list().some(({ kind, subjectId, state }) => ['look', 'label', 'head', 'export-head'].includes(kind) && subjectId === id && state === 'running'))
      throw refusal('busy', message('refused.lookBusy'))
  }
}

export const rowsOf = (pictures: readonly KeptPicture[], { rows }: FeaturesFound): Int32Array => Int32Array.from(pictures, ({ seq }) => rows.get(seq) ?? 0)
export function labelsOf(pictures: readonly KeptPicture[], classIds: readonly string[]): Int32Array {
  const indices = new Map(classIds.map((classId, index) => [classId, index]))
  return Int32Array.from(pictures, ({ classId }) => (classId === null ? -1 : (indices.get(classId) ?? -1)))
}
/** Over classes too, as imports bring them one after another. */
export const spread = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most ? items : Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)] as T)
