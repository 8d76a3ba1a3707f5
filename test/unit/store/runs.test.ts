import { expect, test } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { addRun, memoryStore, sample } from './fixtures.ts'

const tick = (imagesSeen: number) => ({
  imagesSeen, elapsedMs: 1, lossD: 1, lossG: 2, pReal: 0.6, pFake: 0.4, penalty: 0, learningRate: 2e-4, imagesPerSecond: 99.5, memoryBytes: 1e9,
  phase: 'bootstrap' as const, certainty: 0.4, augmentProbability: 0.2,
})

test('a run keeps every field, and a change touches only what it names', () => {
  const store = memoryStore()
  const id = addRun(store, { classIds: ['class_a'], classNames: ['猫'], budget: { kind: 'minutes', minutes: 10 } })
  const before = store.runs.get(id)
  store.runs.update(id, { state: 'failed', error: { code: 'diverged', message: 'NaN' }, options: { ...defaultOptions, width: 64 }, elapsedMs: 1.5 })
  expect(store.runs.get(id)).toEqual({ ...before, state: 'failed', error: { code: 'diverged', message: 'NaN' }, options: { ...defaultOptions, width: 64 }, elapsedMs: 1.5 })
  store.runs.update(id, { error: null })
  expect(store.runs.get(id)?.error).toBeNull()
  store.runs.update(id, {})
})

test('a run from before an option was there has its default', () => {
  const store = memoryStore()
  const { batchSize: _batchSize, ...before } = defaultOptions
  const id = addRun(store, { options: { ...before, width: 64 } as typeof defaultOptions })
  expect(store.runs.get(id)?.options).toEqual({ ...defaultOptions, width: 64 })
})

test('runs left in a state are found, deleted ones too', () => {
  const store = memoryStore()
  const [a, b] = [addRun(store), addRun(store, { state: 'paused' })]
  addRun(store, { state: 'finished' })
  store.runs.delete(b, 1)
  expect(store.runs.inStates(['training', 'paused']).map((run) => run.id).sort()).toEqual([a, b].sort())
  expect(store.runs.list()).toHaveLength(2)
  store.runs.restore(b)
  expect(store.runs.get(b)?.name).toBe('Run 2')
})

test('ticks, snapshots and checkpoints keep order and forget what came after a resume point', () => {
  const store = memoryStore()
  const id = addRun(store)
  for (const imagesSeen of [300, 100, 200, 200]) {
    store.ticks.insert(id, tick(imagesSeen))
    store.snapshots.insert(id, { imagesSeen, file: `snapshots/${imagesSeen}.png`, columns: 8, rows: 2, tile: square(64) })
    store.checkpoints.insert(id, { imagesSeen, file: `${imagesSeen}.ckpt`, elapsedMs: 1, bytes: 10, sha256: 'ff', createdAt: 5 })
  }
  store.ticks.insert(id, { ...tick(400), lossD: Number.NaN })
  expect(store.ticks.list(id).map((t) => t.imagesSeen)).toEqual([100, 200, 300, 400])
  expect(store.ticks.list(id, 200)[0]).toEqual(tick(300))
  store.ticks.insert(id, { ...tick(50), overfit: 0.25 })
  expect(store.ticks.list(id)[0]).toEqual({ ...tick(50), overfit: 0.25 })
  expect(store.ticks.newest(id)?.imagesSeen).toBe(400)
  expect(store.ticks.newest('run_none')).toBeNull()
  store.ticks.removeAfter(id, 200)
  store.snapshots.removeAfter(id, 200)
  expect(store.ticks.list(id)).toHaveLength(3)
  expect(store.snapshots.list(id).map((s) => s.file)).toEqual(['snapshots/100.png', 'snapshots/200.png'])
  expect(store.snapshots.get(id, 100)?.tile).toEqual(square(64))
  expect(store.checkpoints.newest(id)?.imagesSeen).toBe(300)
  store.checkpoints.remove(id, 300)
  expect(store.checkpoints.list(id).map((c) => c.imagesSeen)).toEqual([200, 100])
})

test('purging a run keeps the name that gallery pictures show', () => {
  const store = memoryStore()
  const [a, b] = [addRun(store, { name: 'Kept' }), addRun(store)]
  store.ticks.insert(a, tick(1))
  const kept = sample(a)
  store.samples.insertMany([kept])
  for (const id of [a, b]) {
    store.runs.delete(id, 1)
    store.runs.purge(id)
  }
  expect(store.runs.find(b)).toBeNull()
  expect(store.ticks.list(a)).toEqual([])
  expect(store.samples.get(kept.id)?.runName).toBe('Kept')
})

test('settings start at their defaults, keep what was set and ignore what they do not know', () => {
  const store = memoryStore()
  expect(store.settings.get().language).toBe('system')
  expect(store.settings.set({ language: 'zh', budget: { kind: 'open' } })).toMatchObject({ language: 'zh', theme: 'system', budget: { kind: 'open' } })
  expect(store.settings.set({ ...{ toString: 'x' }, language: 'en' } as object)).not.toHaveProperty('toString', 'x')
})

test('the newest measurement of an engine counts', () => {
  const store = memoryStore()
  const found = { id: 'wasm', label: 'WASM', usable: true, reason: null, imagesPerSecond: 40, measuredAt: 1, measuredWith: 'wasm 4.22' } as const
  store.engineMeasurements.put(found)
  store.engineMeasurements.put({ ...found, imagesPerSecond: 50 })
  expect(store.engineMeasurements.list()).toEqual([{ ...found, imagesPerSecond: 50 }])
})
