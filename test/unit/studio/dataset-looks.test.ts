/** Augmented copies beside their pictures: what a look, the nearest labels and the search for near-duplicates are given of them. */
import { beforeEach, expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { gentleRecipe } from '../../../src/contract/data.ts'
import type { EngineJob } from '../../../src/contract/engine-jobs.ts'
import type { EngineMessage, EngineProcess } from '../../../src/contract/trainer.ts'
import type { ProcessExit } from '../../../src/contract/child-process.ts'
import { DatasetLooks } from '../../../src/studio/dataset-looks.ts'
import type { EnginesService } from '../../../src/studio/engines-service.ts'
import { FeatureFiles, pretrained } from '../../../src/studio/feature-files.ts'
import { DatasetHarness } from './dataset-harness.ts'

type Compared = Extract<EngineJob, { kind: 'look' | 'nearest-labels' }>

let set: DatasetHarness
let looks: DatasetLooks
let files: FeatureFiles
let id = ''
/** Pictures whose features were asked for. */
let seen = 0
let jobs: Compared[] = []

/** Answers each job at once, with numbers that mean nothing. */
function engine(): EngineProcess {
  let tell: (message: EngineMessage) => void = () => {}
  let end: (exit: ProcessExit) => void = () => {}
  return {
    pid: undefined, kill: () => {}, onMessage: (listener) => (tell = listener), onExit: (listener) => (end = listener),
    send: (command) => queueMicrotask(() => {
      if (command.type !== 'start') return
      const { job } = command
      if (job.kind === 'features') {
        seen += job.count
        tell({ type: 'features', values: new Float32Array(job.count * pretrained.count) })
      } else if (job.kind === 'look' || job.kind === 'nearest-labels') {
        jobs.push(job)
        const { rows: { length }, classes } = job
        const probabilities = new Float32Array(length * classes)
        if (job.kind === 'look') tell({ type: 'looked', probabilities, distances: new Float32Array(length), oddness: new Float32Array(length), places: new Float32Array(2 * length) })
        else tell({ type: 'labelled', probabilities, calibration: { part: 'train', count: length - job.asked, accuracy: 1 } })
      }
      tell({ type: 'done', outcome: 'reached' })
      end({ code: 0, signal: null, stderr: '' })
    }),
  }
}

beforeEach(async () => {
  ;[seen, jobs] = [0, []]
  set = new DatasetHarness()
  id = (await set.take(await set.unlike('set', ...Array.from({ length: 9 }, (_, i) => `many/${i}.png`), 'few/1.png', 'few/2.png', 'few/3.png'))).datasetId
  const few = set.service.get(id).classes.find(({ name }) => name === 'few')?.id ?? ''
  // A change so small that every copy is its picture's nearest neighbour, and looks like a copy of it.
  const recipe = { ...gentleRecipe, rotation: 0, scale: 0, crop: 0, contrast: 0, noise: 0, brightness: 0.05 }
  expect((await set.ended(set.expansions.start({ id, targets: [{ classId: few, count: 9 }], recipe, seed: 1 }).activityId)).state).toBe('done')
  files = new FeatureFiles(set.data)
  const { store, activities, decoders, service } = set
  looks = new DatasetLooks({ store, activities, decoders, files, log: silent, engines: { order: () => ['wasm'] } as unknown as EnginesService, spawn: engine, ready: (one) => service.editable(one), changed: () => {} })
})
const kept = () => set.store.pictures.all(id)
const originals = (): number[] => kept().flatMap(({ seq, parentId }) => (parentId === null ? seq : []))
/** Which pictures a job is about, in its order. */
async function picturesOf({ rows }: Compared): Promise<number[]> {
  const seqs = new Map([...(await files.rows(id))].map(([seq, row]) => [row, seq]))
  return Array.from(rows, (row) => seqs.get(row) ?? -1)
}

test('a look compares pictures without their augmented copies, which are not even looked at', async () => {
  expect(kept()).toHaveLength(18)
  expect(await looks.state(id)).toMatchObject({ pictures: 12, known: 0 })
  expect((await set.ended(looks.look({ id }).id)).result).toEqual({ kind: 'look', pictures: 12, odd: 0 })
  expect(await picturesOf(jobs[0] as Compared)).toEqual(originals())
  expect(seen).toBe(12)
  expect(await looks.state(id)).toMatchObject({ pictures: 12, known: 12, look: { pictures: 12 } })
})

test('pictures without a class are asked of labelled pictures alone, never of copies', async () => {
  const [first, second] = kept().filter(({ parentId, sourcePath }) => parentId === null && sourcePath.startsWith('many/'))
  set.edits.edit({ id, edit: { kind: 'relabel', pictureIds: [first?.id ?? '', second?.id ?? ''], classId: null } })
  const { result } = await set.ended(looks.proposeLabels(id).id)
  expect(result?.kind === 'label' && result.proposal.labels.map(({ pictureId }) => pictureId).sort()).toEqual([first?.id, second?.id].sort())
  const [job] = jobs
  expect(job).toMatchObject({ kind: 'nearest-labels', asked: 2 })
  const about = await picturesOf(job as Compared)
  expect(about.slice(0, 2)).toEqual([first?.seq, second?.seq])
  expect(about.slice(2).sort((a, b) => a - b)).toEqual(originals().filter((seq) => seq !== first?.seq && seq !== second?.seq))
})

test('a picture and its augmented copies are no near-duplicates of each other', async () => {
  expect((await set.ended(set.duplicates.find(id).id)).result).toEqual({ kind: 'duplicates', groups: [] })
})
