import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { newId } from '../../../src/base/ids.ts'
import { silent } from '../../../src/base/log.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import type { NewPicture } from '../../../src/store/picture-rows.ts'
import type { RunRecord } from '../../../src/store/runs.ts'
import type { NewSample } from '../../../src/store/samples.ts'
import { openStore, type Store } from '../../../src/store/store.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gan-studio-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function memoryStore(): Store {
  const store = openStore(':memory:', silent)
  onTestFinished(() => store.close())
  return store
}

export function addDataset(store: Store, name = 'Hands'): string {
  const id = newId('dataset')
  store.datasets.insert({ id, name: store.datasets.freeName(name), createdAt: Date.now(), state: 'ready', resolution: 64, aspect: '1:1', fit: 'crop' })
  return id
}

let made = 0
export const picture = (datasetId: string, classId: string | null, change: Partial<NewPicture> = {}): NewPicture => ({
  id: newId('picture'), datasetId, classId, sourcePath: `a/${made}.png`, sha256: (++made).toString(16).padStart(64, '0'),
  width: 40, height: 30, format: 'png', bytes: 100, colour: 'colour', ...change,
})

export function addRun(store: Store, change: Partial<RunRecord> = {}): string {
  const id = newId('run')
  store.runs.insert({
    id, name: 'Run', datasetId: 'dataset_x', datasetName: 'Hands', datasetRevision: null, classIds: [], classNames: [], options: defaultOptions, engine: 'cpu',
    budget: { kind: 'open' }, state: 'training', createdAt: Date.now(), finishedAt: null, imagesSeen: 0, totalImages: null, elapsedMs: 0,
    remainingMs: null, imagesPerSecond: null, memoryBytes: null, error: null, notices: [], initialisedFrom: null, follows: null, checkpointAt: null, best: null, folder: `runs/${id}`,
    ...change,
  })
  return id
}

export const sample = (runId: string, change: Partial<NewSample> = {}): NewSample => ({
  id: newId('sample'), runId, className: null, seed: 1, truncation: 1, imagesSeen: 1000, size: square(32), engine: 'cpu', file: 'samples/x.png',
  createdAt: Date.now(), ...change,
})
