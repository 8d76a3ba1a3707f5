/** A data folder as someone has it who has used the studio for years. */
import { join } from 'node:path'
import { newId } from '../../../src/base/ids.ts'
import { silent } from '../../../src/base/log.ts'
import { Rng } from '../../../src/base/rng.ts'
import type { Comparison } from '../../../src/contract/judgement.ts'
import { gentleRecipe, square } from '../../../src/contract/data.ts'
import { message } from '../../../src/contract/messages.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import type { NewPicture } from '../../../src/store/picture-rows.ts'
import { openStore, type Store } from '../../../src/store/store.ts'

export interface Size {
  readonly pictures: number
  readonly runs: number
  readonly samples: number
}
export interface Filled {
  readonly datasetId: string
  readonly classIds: readonly string[]
  /** The first has curves, sheets and scores of a long run. */
  readonly runIds: readonly string[]
  readonly sampleIds: readonly string[]
  /** Some of the data set's. */
  readonly pictureIds: readonly string[]
}
const steps = 400
const atOnce = 1000

export function fill(dataFolder: string, size: Size): Filled {
  const store = openStore(join(dataFolder, 'studio.db'), silent)
  try {
    const { datasetId, classIds } = fillDataset(store, size)
    const runIds = fillRuns(store, size, datasetId, classIds)
    fillGallery(store, size, runIds)
    return { datasetId, classIds, runIds, pictureIds: store.pictures.ids(datasetId, {}).slice(0, 200), sampleIds: store.samples.list({}, 0, 100).items.map(({ id }) => id) }
  } finally {
    store.close()
  }
}

function fillDataset(store: Store, { pictures }: Size): Pick<Filled, 'datasetId' | 'classIds'> {
  const datasetId = newId('dataset')
  store.datasets.insert({ id: datasetId, name: 'Large', createdAt: 1, state: 'ready', resolution: 64, aspect: '1:1', fit: 'crop' })
  const classIds = Array.from({ length: 10 }, () => newId('class'))
  for (const [i, id] of classIds.entries()) store.datasets.addClass(datasetId, { id, name: `class ${i}` })
  const random = Rng.fromSeed(1)
  let parentId: string | null = null
  for (let start = 0; start < pictures; start += atOnce)
    store.pictures.insertMany(Array.from({ length: Math.min(atOnce, pictures - start) }, (_, i): NewPicture => {
      const n = start + i
      const id = newId('picture')
      // Every tenth is an augmented copy.
      const copyOf = n % 10 === 9 ? parentId : null
      if (copyOf === null) parentId = id
      return {
        id, datasetId, classId: n % 11 === 0 ? null : (classIds[n % 10] ?? null), sourcePath: `folder/${n}.jpg`, parentId: copyOf, recipe: copyOf === null ? null : { ...gentleRecipe, seed: 0, n: 0 },
        sha256: n.toString(16).padStart(64, '0'), width: 64, height: 64, format: 'jpeg', bytes: 1000 + random.integer(100_000), colour: 'colour', fileDate: random.integer(2 ** 40),
        measured: { brightness: random.uniform(), sharpness: 2000 * random.uniform() ** 4, saturation: random.uniform(), meanColour: random.integer(2 ** 24) },
      }
    }))
  store.datasets.recount(datasetId)
  const all = store.pictures.statesOfDataset(datasetId)
  store.edits.commit(datasetId, {
    kind: 'split', what: message('step.split', { validation: 10, test: 10, seed: 1 }), at: 1, classes: [],
    pictures: all.map(({ seq, ...before }, i) => ({ seq, before, after: { ...before, part: i % 10 === 0 ? 'validation' : i % 10 === 1 ? 'test' : 'train' } as const })),
  })
  store.datasets.putSplit(datasetId, { validation: 0.1, test: 0.1, seed: 1, since: 1 })
  const ids = store.pictures.ids(datasetId, {})
  for (let step = 0; step < steps; step++) {
    const some = store.pictures.statesOf(datasetId, ids.slice(step * 10, step * 10 + 10))
    store.edits.commit(datasetId, {
      kind: 'relabel', what: message('step.relabel', { name: 'class 3' }), at: step, classes: [],
      pictures: some.map(({ seq, ...before }) => ({ seq, before, after: { ...before, classId: classIds[(step + 3) % 10] ?? null } })),
    })
  }
  store.looks.put(datasetId, { at: 1, revision: 1, pictures, imagesPerSecond: 100 }, all.map(({ seq }, i) => ({
    seq, distance: random.uniform(), oddness: random.uniform(), reason: i % 100 === 0 ? message('odd.dark', { percent: 99 }) : null, x: random.uniform(), y: random.uniform(),
  })))
  const importId = newId('import')
  store.imports.begin({ id: importId, datasetId, startedAt: 1, adding: false, paths: ['/pictures'], rule: { kind: 'auto' }, inPlace: false })
  store.leftOut.put(importId, Array.from({ length: 1000 }, (_, i) => ({ path: `folder/broken ${i}.jpg`, kind: 'broken', why: message('problem.cutOff') })))
  return { datasetId, classIds }
}

function fillRuns(store: Store, { runs, pictures }: Size, datasetId: string, classIds: readonly string[]): readonly string[] {
  const runIds = Array.from({ length: runs }, () => newId('run'))
  const classNames = classIds.map((_, i) => `class ${i}`)
  store.transaction(() => {
    for (const [i, id] of runIds.entries())
      store.runs.insert({
        id, name: `Run ${i}`, datasetId, datasetName: 'Large', datasetRevision: 1 + (i % steps), classIds, classNames, options: defaultOptions, engine: 'tensorflow',
        budget: { kind: 'open' }, state: 'finished', createdAt: i, finishedAt: i + 1, imagesSeen: pictures, totalImages: pictures, elapsedMs: 1, remainingMs: null,
        imagesPerSecond: 1, memoryBytes: 1, error: null, notices: [], initialisedFrom: null, follows: null, checkpointAt: 1, best: null, folder: `runs/${id}`,
      })
    const [long = ''] = runIds
    // An hour and a half of them, two a second.
    for (let n = 1; n <= 10_000; n++)
      store.ticks.insert(long, { imagesSeen: 100 * n, elapsedMs: 500 * n, lossD: 1, lossG: 1, pReal: 0.5, pFake: 0.5, penalty: 0, learningRate: 1e-3, imagesPerSecond: 200, memoryBytes: 1e9 })
    const comparison: Comparison = { kid: 5, kidStd: 1, fid: null, precision: 1, recall: 1, density: 1, coverage: 1, realCount: 1, fakeCount: 1 }
    for (let n = 1; n <= 100; n++) {
      store.snapshots.insert(long, { imagesSeen: 10_000 * n, file: `${n}.png`, columns: 8, rows: 10, tile: square(64) })
      store.scores.insert(long, { ...comparison, imagesSeen: 10_000 * n, elapsedMs: n, scope: 'quick', judge: 'j', part: 'train', calibration: comparison, perClass: [], classifier: null, memorisation: null, overfit: null, createdAt: n })
    }
  })
  return runIds
}

function fillGallery(store: Store, { samples }: Size, runIds: readonly string[]): void {
  for (let start = 0; start < samples; start += atOnce)
    store.samples.insertMany(Array.from({ length: Math.min(atOnce, samples - start) }, (_, i) => ({
      id: newId('sample'), runId: runIds[Math.floor(start / atOnce) % runIds.length] ?? '', className: `class ${i % 10}`, seed: i, truncation: 1, imagesSeen: 1000, size: square(64),
      engine: 'tensorflow' as const, file: `samples/${start + i}.png`, createdAt: start,
      ...(i % 50 === 0 ? { point: { latent: new Array<number>(64).fill(0.5), mix: [1], style: null } } : {}),
    })))
  store.samples.setFavourite(store.samples.ids({}).filter((_, i) => i % 50 === 0), true)
}
