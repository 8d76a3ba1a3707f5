/**
 * Query times of the pages at full size: 200,000 pictures, 1,000 runs, 1,000,000 samples.
 * Goal: every page's query under 10 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '../../src/base/ids.ts'
import { silent } from '../../src/base/log.ts'
import { message } from '../../src/contract/messages.ts'
import { defaultOptions } from '../../src/contract/options.ts'
import type { PictureRecord } from '../../src/store/pictures.ts'
import { openStore } from '../../src/store/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'gan-studio-bench-'))
const store = openStore(join(folder, 'studio.db'), silent)

const datasetId = newId('dataset')
store.datasets.insert({ id: datasetId, name: 'Large', createdAt: 1, state: 'ready', resolution: 64, fit: 'crop' })
const classIds = Array.from({ length: 10 }, () => newId('class'))
for (const [i, id] of classIds.entries()) store.datasets.addClass(datasetId, { id, name: `class ${i}` })
const filled = performance.now()
for (let start = 0; start < 200_000; start += 1000)
  store.pictures.insertMany(
    Array.from({ length: 1000 }, (_, i): PictureRecord => ({
      id: newId('picture'), datasetId, classId: (start + i) % 11 === 0 ? null : (classIds[(start + i) % 10] ?? null), sourcePath: `folder/${start + i}.jpg`,
      sha256: (start + i).toString(16).padStart(64, '0'), width: 64, height: 64, format: 'jpeg', bytes: 2000, colour: 'colour',
    })),
  )
store.datasets.recount(datasetId)
const runIds = Array.from({ length: 1000 }, () => newId('run'))
store.transaction(() => {
  for (const id of runIds)
    store.runs.insert({
      id, name: `Run ${id}`, datasetId, datasetName: 'Large', datasetRevision: 1, classIds, classNames: classIds, options: defaultOptions, engine: 'tensorflow',
      budget: { kind: 'open' }, state: 'finished', createdAt: 1, finishedAt: 2, imagesSeen: 1, totalImages: 1, elapsedMs: 1, remainingMs: null,
      imagesPerSecond: 1, memoryBytes: 1, error: null, notices: [], initialisedFrom: null, checkpointAt: 1, best: null, folder: `runs/${id}`,
    })
})
for (let start = 0; start < 1_000_000; start += 1000)
  store.samples.insertMany(
    Array.from({ length: 1000 }, (_, i) => ({
      id: newId('sample'), runId: runIds[start / 1000] ?? '', className: `class ${i % 10}`, seed: i, truncation: 1, imagesSeen: 1000, size: 64,
      engine: 'tensorflow' as const, file: `samples/${start + i}.png`, createdAt: start,
    })),
  )
const favourites = store.samples.ids({}).filter((_, i) => i % 50 === 0)
store.samples.setFavourite(favourites, true)
console.log(`filled in ${((performance.now() - filled) / 1000).toFixed(0)} s`)

function measure(name: string, work: () => unknown): void {
  work()
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  }).sort((a, b) => a - b)
  console.log(`${name.padEnd(48)} ${times[4]?.toFixed(2)} ms (worst ${times[8]?.toFixed(2)})`)
}
for (const offset of [0, 100_000, 199_900]) measure(`pictures at ${offset}`, () => store.pictures.page(datasetId, {}, offset, 100))
measure('pictures of a class at 15,000', () => store.pictures.page(datasetId, { classId: classIds[3] ?? null }, 15_000, 100))
measure('unlabelled pictures at 15,000', () => store.pictures.page(datasetId, { classId: null }, 15_000, 100))
measure('excluded pictures of a class', () => store.pictures.page(datasetId, { classId: classIds[3] ?? null, excluded: true }, 0, 100))
const chosen = store.pictures.ids(datasetId, {}).slice(0, 50_000)
measure('relabel 50,000 of 200,000 pictures and undo', () => {
  const pictures = store.pictures.statesOf(datasetId, chosen).map(({ seq, ...before }) => ({ seq, before, after: { ...before, classId: classIds[3] ?? null } }))
  store.edits.commit(datasetId, { kind: 'relabel', what: message('step.relabel', { name: 'class 3' }), at: 1, classes: [], pictures })
  store.edits.undo(datasetId, 2)
})
measure('history of a data set', () => store.edits.history(datasetId))
measure('a data set as it was twenty steps before', () => store.edits.viewAt(datasetId, (store.datasets.get(datasetId)?.revision ?? 0) - 20))
measure('datasets', () => store.datasets.list())
measure('runs', () => store.runs.list())
for (const offset of [0, 500_000, 999_900]) measure(`gallery at ${offset}`, () => store.samples.list({}, offset, 100))
measure('gallery of a run', () => store.samples.list({ runId: runIds[500] ?? '' }, 500, 100))
measure('gallery of a class at 90,000', () => store.samples.list({ className: 'class 4' }, 90_000, 100))
measure('favourites at 15,000', () => store.samples.list({ favourite: true }, 15_000, 100))
measure('favourites of a class at 1,000', () => store.samples.list({ favourite: true, className: 'class 0' }, 1000, 100))
measure('favourites of a run and class', () => store.samples.list({ favourite: true, runId: runIds[3] ?? '', className: 'class 0' }, 0, 100))
measure('delete and undo of 1,000', () => {
  const ids = store.samples.list({}, 500_000, 1000).items.map((item) => item.id)
  store.samples.delete(ids, 1)
  store.samples.restore(ids)
})
store.close()
rmSync(folder, { recursive: true })
