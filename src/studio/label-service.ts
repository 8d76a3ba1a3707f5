/** Labels that a run's discriminator proposes for pictures without one; a person decides, and edits the data set. */
import type { Argument } from '../contract/api.ts'
import { pixelsOf, type Activity, type Dataset } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import type { LabelProposal, ProposedLabel } from '../contract/judgement.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import { refuseFromFile } from './pictures-wanted.ts'
import type { RunsService } from './runs-service.ts'

export interface LabelOptions {
  readonly store: Store
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly decoders: Decoders
  readonly spawn: SpawnEngineProcess
}

interface Unlabelled {
  readonly id: string
  readonly name: string
  readonly pixels: Uint8Array
}

/** As many as a person looks through in one sitting, and as one message to an engine process holds. */
const mostPictures = 1000
const mostBytes = 64e6

export class LabelService {
  readonly #options: LabelOptions

  constructor(options: LabelOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where the run has no classes, or every picture has one */
  propose({ id, checkpoint: choice = 'best' }: Argument<'runs.proposeLabels'>): Activity {
    const { store, activities, runs, engines, spawn } = this.#options
    const run = runs.record(id)
    const dataset = store.datasets.get(run.datasetId)
    refuseFromFile(run)
    if (dataset === null) throw refusal('not-found', message('refused.runSetGone', { run: run.name }))
    if (run.classNames.length < 2) throw refusal('bad-input', message('refused.runNoClasses', { run: run.name }))
    if (dataset.unlabelledCount === 0) throw refusal('bad-input', message('refused.allLabelled', { name: dataset.name }))
    return activities.start({ kind: 'label', title: 'Propose labels', subjectId: run.id }, async (progress) => {
      const checkpoint = await runs.checkpoint(run.id, 'label', choice)
      const classIds = runs.classIds(run)
      const data = await runs.pictures(run, progress.signal)
      const all = store.pictures.ids(dataset.id, { classId: null })
      const asked = all.slice(0, Math.min(mostPictures, Math.floor(mostBytes / (pixelsOf(data.size) * data.channels))))
      const pictures = await this.#read(asked, run, data, progress)
      const { probabilities, calibration } = await engineAnswer({
        spawn, signal: progress.signal, type: 'labelled', engines: engines.order(run.engine),
        job: (engine) => ({ kind: 'label', engine, checkpoint: checkpoint.file, data, pixels: Buffer.concat(pictures.map(({ pixels }) => pixels)), count: pictures.length }),
      })
      const width = run.classNames.length
      const labels = pictures.flatMap((picture, i) => proposed(picture, probabilities.subarray(i * width, (i + 1) * width), classIds, store.datasets.get(dataset.id)) ?? [])
      const proposal: LabelProposal = {
        runId: run.id, datasetId: dataset.id, imagesSeen: checkpoint.counters.imagesSeen, calibration,
        labels: labels.sort((a, b) => a.probability - b.probability), left: all.length - asked.length,
      }
      return { kind: 'label', proposal }
    })
  }

  /** Those that can be read. */
  async #read(ids: readonly string[], { options }: RunRecord, { size, channels }: PackedSet, { signal }: ActivityProgress): Promise<readonly Unlabelled[]> {
    const { store, decoders } = this.#options
    const there = ids.flatMap((id) => store.pictures.get(id) ?? [])
    const outcomes = await decoders.all({ kind: 'square', square: { size, channels, fit: options.fit } }, there.map(({ sha256, sourcePath: name, crop }) => ({ sha256, name, crop })), signal)
    const pictures = there.flatMap(({ id, sourcePath: name }, i): Unlabelled[] => {
      const outcome = outcomes[i]
      return outcome !== undefined && 'made' in outcome ? [{ id, name, pixels: outcome.made }] : []
    })
    if (pictures.length === 0) throw refusal('bad-input', message('refused.unlabelledGone'))
    return pictures
  }
}

/** Among the classes that the data set still has; null where there is none. */
export function proposed({ id, name }: Pick<Unlabelled, 'id' | 'name'>, probabilities: Float32Array, classIds: readonly string[], dataset: Dataset | null): ProposedLabel | null {
  const names = new Map(dataset?.classes.map((one) => [one.id, one.name]))
  const [first, second] = classIds
    .flatMap((classId, i) => {
      const className = names.get(classId)
      return className === undefined ? [] : [{ classId, className, probability: probabilities[i] ?? 0 }]
    })
    .sort((a, b) => b.probability - a.probability)
  if (first === undefined) return null
  return { pictureId: id, name, ...first, second: second === undefined ? null : { className: second.className, probability: second.probability } }
}
