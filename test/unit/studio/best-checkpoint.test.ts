/** Which checkpoint pictures come from, and what a studio that was cut short makes of scores. */
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { silent } from '../../../src/base/log.ts'
import type { Comparison, Score } from '../../../src/contract/judgement.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { chosenCheckpoint } from '../../../src/studio/checkpoints.ts'
import { ExportJournal } from '../../../src/studio/export-journal.ts'
import { recover } from '../../../src/studio/recovery.ts'
import { freshCounters, freshWatch } from '../../../src/training/checkpoint.ts'
import { CheckpointKeeper } from '../../../src/training/checkpoint-keeper.ts'
import { freshValues } from '../../../src/training/model-values.ts'
import { smallOptions } from '../../training/helpers.ts'
import { addRun, memoryStore } from '../store/fixtures.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-best-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const rng = Rng.fromSeed(1).state()
const deck = { rng, position: 0 }
async function keep(runFolder: string, moments: readonly number[], best: number): Promise<void> {
  const keeper = new CheckpointKeeper(runFolder)
  const architecture = architectureOf(smallOptions, 2, 3)
  for (const imagesSeen of moments) {
    await keeper.write({
      options: smallOptions, classNames: ['a', 'b'], channels: 3, palette: null, values: freshValues(architecture, 1),
      counters: { ...freshCounters, imagesSeen, bestAt: best }, watch: freshWatch, streams: { latents: rng, augment: rng, directions: rng, batches: { groups: [deck, deck], order: deck, mirror: rng } },
    })
    await keeper.prune(best)
  }
}
const checkpointFile = (runFolder: string, imagesSeen: number): string => join(runFolder, 'checkpoints', `${String(imagesSeen).padStart(12, '0')}.safetensors`)
const bestAt = (imagesSeen: number) => ({ imagesSeen, kid: 5, kidStd: 1 })

test('the best is kept however many follow, and pictures come from it', async () => {
  await keep(folder, [100, 200, 300, 400, 500], 200)
  const run = { name: 'Run', best: bestAt(200) }
  expect((await chosenCheckpoint(folder, run, 'generate', 'best')).counters.imagesSeen).toBe(200)
  expect((await chosenCheckpoint(folder, run, 'generate', 'latest')).counters.imagesSeen).toBe(500)
  expect((await chosenCheckpoint(folder, { name: 'Run', best: null }, 'generate', 'best')).counters.imagesSeen).toBe(500)
  expect((await chosenCheckpoint(folder, run, 'generate', 400)).counters.imagesSeen).toBe(400)
  await expect(chosenCheckpoint(folder, run, 'generate', 100)).rejects.toThrow(/keeps no checkpoint at 100 images seen/)
  // A best that became unreadable is no reason to make nothing.
  await truncate(checkpointFile(folder, 200), 100)
  expect((await chosenCheckpoint(folder, run, 'generate', 'best')).counters.imagesSeen).toBe(500)
})

test('a studio that was cut short keeps the best, and forgets scores beyond the newest checkpoint', async () => {
  const store = memoryStore()
  const comparison: Comparison = { kid: 5, kidStd: 1, fid: null, precision: 1, recall: 1, density: 1, coverage: 1, realCount: 1, fakeCount: 1 }
  const score = (imagesSeen: number): Score => ({
    ...comparison, imagesSeen, elapsedMs: 1, scope: 'quick', judge: 'test', part: 'train', calibration: comparison, perClass: [], classifier: null, memorisation: null, overfit: null, createdAt: 1,
  })
  const interrupted = async (best: number, moments: readonly number[]): Promise<string> => {
    const id = addRun(store, { state: 'training', best: bestAt(best) })
    const runFolder = join(folder, 'runs', id)
    await mkdir(runFolder, { recursive: true })
    await keep(runFolder, moments, best)
    for (const moment of [100, 300, 900]) store.scores.insert(id, score(moment))
    return id
  }
  const sound = await interrupted(100, [100, 200, 300])
  const lost = await interrupted(900, [100, 200, 300])
  // What a kill in the middle of writing leaves behind is no checkpoint.
  await writeFile(join(folder, 'runs', sound, 'checkpoints', '.000000000400.safetensors.ab12.tmp'), 'half')
  await recover({ store, log: silent, dataFolder: folder, journal: new ExportJournal(folder), cutShort: true, sameDatabase: true })
  expect(store.runs.get(sound)).toMatchObject({ state: 'interrupted', checkpointAt: 300, best: bestAt(100) })
  expect(store.scores.list(sound).map(({ imagesSeen }) => imagesSeen)).toEqual([100, 300])
  expect(store.runs.get(lost)?.best).toBeNull()
})
