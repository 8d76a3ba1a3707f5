/**
 * Query times of the pages at full size: 200,000 pictures, 1,000 runs, 1,000,000 samples.
 * Goal: every page's query under 10 ms. `--pictures`: with 20,000 samples, sooner filled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { square } from '../../src/contract/data.ts'
import { newId } from '../../src/base/ids.ts'
import { silent } from '../../src/base/log.ts'
import { Rng } from '../../src/base/rng.ts'
import { message } from '../../src/contract/messages.ts'
import { defaultOptions } from '../../src/contract/options.ts'
import type { NewPicture } from '../../src/store/pictures.ts'
import { openStore } from '../../src/store/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'gan-studio-bench-'))
const store = openStore(join(folder, 'studio.db'), silent)

const datasetId = newId('dataset')
store.datasets.insert({ id: datasetId, name: 'Large', createdAt: 1, state: 'ready', resolution: 64, aspect: '1:1', fit: 'crop' })
const classIds = Array.from({ length: 10 }, () => newId('class'))
for (const [i, id] of classIds.entries()) store.datasets.addClass(datasetId, { id, name: `class ${i}` })
const random = Rng.fromSeed(1)
const filled = performance.now()
for (let start = 0; start < 200_000; start += 1000)
  store.pictures.insertMany(
    Array.from({ length: 1000 }, (_, i): NewPicture => ({
      id: newId('picture'), datasetId, classId: (start + i) % 11 === 0 ? null : (classIds[(start + i) % 10] ?? null), sourcePath: `folder/${start + i}.jpg`,
      sha256: (start + i).toString(16).padStart(64, '0'), width: 64, height: 64, format: 'jpeg', bytes: 1000 + random.integer(100_000), colour: 'colour', fileDate: random.integer(2 ** 40),
      measured: { brightness: random.uniform(), sharpness: 2000 * random.uniform() ** 4, saturation: random.uniform(), meanColour: random.integer(2 ** 24) },
    })),
  )
store.datasets.recount(datasetId)
const runIds = Array.from({ length: 1000 }, () => newId('run'))
store.transaction(() => {
  for (const id of runIds)
    store.runs.insert({
      id, name: `Run ${id}`, datasetId, datasetName: 'Large', datasetRevision: 1, classIds, classNames: classIds, options: defaultOptions, engine: 'tensorflow',
      budget: { kind: 'open' }, state: 'finished', createdAt: 1, finishedAt: 2, imagesSeen: 1, totalImages: 1, elapsedMs: 1, remainingMs: null,
      imagesPerSecond: 1, memoryBytes: 1, error: null, notices: [], initialisedFrom: null, follows: null, checkpointAt: 1, best: null, folder: `runs/${id}`,
    })
})
// Fewer where only data sets are of interest.
const sampleCount = process.argv.includes('--pictures') ? 20_000 : 1_000_000
for (let start = 0; start < sampleCount; start += 1000)
  store.samples.insertMany(
    Array.from({ length: 1000 }, (_, i) => ({
      id: newId('sample'), runId: runIds[start / 1000] ?? '', className: `class ${i % 10}`, seed: i, truncation: 1, imagesSeen: 1000, size: square(64),
      engine: 'tensorflow' as const, file: `samples/${start + i}.png`, createdAt: start,
    })),
  )
const favourites = store.samples.ids({}).filter((_, i) => i % 50 === 0)
store.samples.setFavourite(favourites, true)
console.log(`filled in ${((performance.now() - filled) / 1000).toFixed(0)} s`)

async function measure(name: string, work: (turn: number) => unknown): Promise<void> {
  await work(-1)
  const times: number[] = []
  for (let turn = 0; turn < 9; turn += 1) {
    const start = performance.now()
    await work(turn)
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  console.log(`${name.padEnd(48)} ${times[4]?.toFixed(2)} ms (worst ${times[8]?.toFixed(2)})`)
}
for (const offset of [0, 100_000, 199_900]) await measure(`pictures at ${offset}`, () => store.pictures.page(datasetId, {}, offset, 100))
await measure('pictures of a class at 15,000', () => store.pictures.page(datasetId, { classId: classIds[3] ?? null }, 15_000, 100))
await measure('unlabelled pictures at 15,000', () => store.pictures.page(datasetId, { classId: null }, 15_000, 100))
await measure('excluded pictures of a class', () => store.pictures.page(datasetId, { classId: classIds[3] ?? null, excluded: true }, 0, 100))
const queries = store.pictureQueries
const began = performance.now()
await queries.page(datasetId, {}, { by: 'sharpness', descending: true }, 0, 100)
console.log(`${'first sorted query: all rows read in pieces'.padEnd(48)} ${(performance.now() - began).toFixed(0)} ms`)
// Each turn asks something else, so that nothing is answered from the answer before.
const sorts = ['brightness', 'bytes', 'date', 'sharpness', 'saturation', 'hue'] as const
for (const by of sorts) await measure(`sorted by ${by}, at 100,000, another range each`, (turn) => queries.page(datasetId, { within: [{ measure: 'pixels', from: turn - 10, to: 1e9 }] }, { by, descending: turn % 2 === 0 }, 100_000, 100))
await measure('next page of the same', () => queries.page(datasetId, {}, { by: 'bytes', descending: false }, 150_000, 100))
await measure('sorted within a class and two ranges', (turn) => queries.page(datasetId, { classId: classIds[turn] ?? null, within: [{ measure: 'brightness', from: 0.2, to: 0.8 }, { measure: 'sharpness', from: 10, to: 1000 }] }, { by: 'date', descending: true }, 2000, 100))
await measure('searched for what few have', (turn) => queries.page(datasetId, { search: `er/19${turn + 1}9` }, null, 0, 100))
await measure('searched for what all have', (turn) => queries.page(datasetId, { search: turn % 2 === 0 ? 'jpg' : '.jp' }, null, 100_000, 100))
await measure('six histograms within a range', (turn) => queries.histograms(datasetId, { within: [{ measure: 'date', from: turn, to: 1e14 }] }, sorts))
const chosen = store.pictures.ids(datasetId, {}).slice(0, 50_000)
await measure('relabel 50,000 of 200,000 pictures and undo', () => {
  const pictures = store.pictures.statesOf(datasetId, chosen).map(({ seq, ...before }) => ({ seq, before, after: { ...before, classId: classIds[3] ?? null } }))
  store.edits.commit(datasetId, { kind: 'relabel', what: message('step.relabel', { name: 'class 3' }), at: 1, classes: [], pictures })
  store.edits.undo(datasetId, 2)
})
await measure('history of a data set', () => store.edits.history(datasetId))
await measure('a data set as it was twenty steps before', () => store.edits.viewAt(datasetId, (store.datasets.get(datasetId)?.revision ?? 0) - 20))
await measure('datasets', () => store.datasets.list())
await measure('runs', () => store.runs.list())
for (const offset of [0, 500_000, 999_900]) await measure(`gallery at ${offset}`, () => store.samples.list({}, offset, 100))
await measure('gallery of a run', () => store.samples.list({ runId: runIds[500] ?? '' }, 500, 100))
await measure('gallery of a class at 90,000', () => store.samples.list({ className: 'class 4' }, 90_000, 100))
await measure('favourites at 15,000', () => store.samples.list({ favourite: true }, 15_000, 100))
await measure('favourites of a class at 1,000', () => store.samples.list({ favourite: true, className: 'class 0' }, 1000, 100))
await measure('favourites of a run and class', () => store.samples.list({ favourite: true, runId: runIds[3] ?? '', className: 'class 0' }, 0, 100))
await measure('delete and undo of 1,000', () => {
  const ids = store.samples.list({}, 500_000, 1000).items.map((item) => item.id)
  store.samples.delete(ids, 1)
  store.samples.restore(ids)
})
store.close()
rmSync(folder, { recursive: true })
