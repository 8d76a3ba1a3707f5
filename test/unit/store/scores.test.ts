import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { Comparison, Score } from '../../../src/contract/judgement.ts'
import { openStore } from '../../../src/store/store.ts'
import { addRun, memoryStore } from './fixtures.ts'

const comparison: Comparison = { kid: 12.5, kidStd: 1, fid: null, precision: 0.5, recall: 0.4, density: 0.6, coverage: 0.7, realCount: 100, fakeCount: 100 }
const score = (imagesSeen: number, scope: Score['scope'] = 'quick'): Score => ({
  ...comparison, imagesSeen, elapsedMs: 5, scope, judge: 'test', part: 'train', calibration: comparison, perClass: [{ className: '猫', kid: 3, kidStd: 1, realCount: 50, fakeCount: 50 }],
  classifier: null, memorisation: 0.9, overfit: null, createdAt: 7,
})

test('scores and the best checkpoint survive a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-scores-'))
  try {
    const file = join(folder, 'studio.db')
    const before = openStore(file, silent)
    const id = addRun(before)
    before.scores.insert(id, score(2000))
    before.scores.insert(id, score(1000))
    before.scores.insert(id, score(2000, 'full'))
    before.runs.update(id, { best: { imagesSeen: 2000, kid: 12.5, kidStd: 1 } })
    before.close()
    const after = openStore(file, silent)
    expect(after.scores.list(id)).toEqual([score(1000), score(2000), score(2000, 'full')])
    expect(after.runs.get(id)?.best).toEqual({ imagesSeen: 2000, kid: 12.5, kidStd: 1 })
    after.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a later score of the same moment replaces the first; what comes after a checkpoint can be forgotten', () => {
  const store = memoryStore()
  const id = addRun(store)
  store.scores.insert(id, score(1000))
  store.scores.insert(id, { ...score(1000), kid: 3 })
  store.scores.insert(id, score(3000))
  expect(store.scores.list(id).map(({ kid }) => kid)).toEqual([3, 12.5])
  store.scores.removeAfter(id, 1000)
  expect(store.scores.list(id)).toHaveLength(1)
  store.runs.delete(id, 1)
  store.runs.purge(id)
  expect(store.scores.list(id)).toEqual([])
})
