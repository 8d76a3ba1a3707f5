/** A comparison's second run, which an earlier studio left waiting, and which checkpoints there are to start from. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { RunState } from '../../../src/contract/data.ts'
import { chosenCheckpoint, keptCheckpoints } from '../../../src/studio/checkpoints.ts'
import { openStore } from '../../../src/store/store.ts'
import { addRun } from '../store/fixtures.ts'
import { studioWithoutEngines } from './without-engines.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-waiting-'))
  await mkdir(join(folder, 'data'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What becomes of a run that waits for one in this state, once a shell that stays has opened the studio. */
async function waitedFor(state: RunState, stays = true): Promise<RunState> {
  const store = openStore(join(folder, 'data', 'studio.db'), silent)
  const first = addRun(store, { state })
  const second = addRun(store, { state: 'waiting', follows: first })
  store.close()
  const studio = await studioWithoutEngines(folder)
  if (stays) await studio.goOn()
  const found = await studio.call('runs.get', { id: second })
  await studio.close()
  return found.state
}

it.each(['finished', 'stopped', 'failed'] as const)('begins when the one it waits for is %s', async (state) => {
  expect(await waitedFor(state)).not.toBe('waiting')
})
it.each(['interrupted', 'training'] as const)('waits on while the one it waits for was %s: that one may be resumed', async (state) => {
  expect(await waitedFor(state)).toBe('waiting')
})
it('does not begin because a command looked into the folder', async () => {
  expect(await waitedFor('finished', false)).toBe('waiting')
})

it('names the checkpoints that a run keeps, and refuses others with them', async () => {
  const checkpoints = join(folder, 'checkpoints')
  await mkdir(checkpoints)
  for (const name of ['000000000300.safetensors', '000000000100.safetensors', '000000000200.safetensors', '.000000000400.safetensors.ab.tmp', 'notes.txt']) await writeFile(join(checkpoints, name), '')
  await mkdir(join(folder, 'encoders'))
  await writeFile(join(folder, 'encoders', '000000000200.safetensors'), '')
  const run = { name: 'Run', best: { imagesSeen: 100, kid: 1, kidStd: 1 } }
  expect(await keptCheckpoints(folder, run)).toEqual([{ imagesSeen: 300, best: false, latest: true, laterEncoder: false }, { imagesSeen: 200, best: false, latest: false, laterEncoder: true }, { imagesSeen: 100, best: true, latest: false, laterEncoder: false }])
  await expect(chosenCheckpoint(folder, run, 'start', 150)).rejects.toThrow('The run "Run" keeps no checkpoint at 150 images seen that can be read. It keeps those at 300 (its newest), 200, 100 (its best): choose one of them.')
  await expect(chosenCheckpoint(join(folder, 'nowhere'), run, 'start', 150)).rejects.toThrow(/It has none yet/)
})
