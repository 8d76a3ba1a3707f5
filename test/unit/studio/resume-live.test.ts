/** More time, or another batch, for a run while it trains: its process saves, and one with the new budget takes its place. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { StudioEvents } from '../../../src/contract/api.ts'
import type { ProcessExit } from '../../../src/contract/child-process.ts'
import { square } from '../../../src/contract/data.ts'
import type { TrainJob } from '../../../src/contract/engine-jobs.ts'
import type { EngineCommand, EngineMessage, EngineProcess } from '../../../src/contract/trainer.ts'
import { Emitter } from '../../../src/studio/events.ts'
import { RunsService, type RunsOptions } from '../../../src/studio/runs-service.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { addRun } from '../store/fixtures.ts'

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'gan-studio-resume-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What an engine process was told; it trains 100 images a job and then waits to be stopped. */
interface Told {
  job: TrainJob | null
  readonly commands: EngineCommand['type'][]
  alive: boolean
}

function studioOf(): { readonly runs: RunsService; readonly store: Store; readonly processes: readonly Told[] } {
  const processes: Told[] = []
  const spawn = (): EngineProcess => {
    const told: Told = { job: null, commands: [], alive: true }
    // Two at once would both write the run's checkpoints.
    expect(processes.filter(({ alive }) => alive)).toEqual([])
    processes.push(told)
    let say = (_message: EngineMessage): void => {}
    let leave = (_exit: ProcessExit): void => {}
    return {
      pid: undefined,
      onMessage: (listener) => { say = listener },
      onExit: (listener) => { leave = listener },
      kill: () => leave({ code: null, signal: 'SIGKILL', stderr: '' }),
      send(command) {
        told.commands.push(command.type)
        if (command.type === 'start') {
          told.job = command.job as TrainJob
          say({ type: 'ready', engineLabel: 'Test', parameters: null, matched: null })
          say({ type: 'tick', tick: { imagesSeen: 100, elapsedMs: 60_000, lossD: 0, lossG: 0, pReal: 0.5, pFake: 0.5, penalty: 0, learningRate: 0.001, imagesPerSecond: 10, memoryBytes: 1 } })
        }
        if (command.type === 'stop') setImmediate(() => {
          say({ type: 'done', outcome: 'stopped' })
          told.alive = false
          leave({ code: 0, signal: null, stderr: '' })
        })
      },
    }
  }
  const store = openStore(':memory:', silent)
  const options = {
    store, spawn, log: silent, dataFolder: folder, emitter: new Emitter<StudioEvents>(silent), ended: () => {},
    engines: { order: () => ['cpu'] },
    pictures: { channels: () => 3, classIds: () => [], pack: () => Promise.resolve({ path: '', count: 1, size: square(16), channels: 3, labels: Int32Array.of(-1), items: Int32Array.of(0) }) },
  } as unknown as RunsOptions
  return { runs: new RunsService(options), store, processes }
}

it('goes on with what was asked for on top of what it has trained by then', async () => {
  const { runs, store, processes } = studioOf()
  const id = addRun(store, { state: 'interrupted', budget: { kind: 'images', images: 1000 } })
  await runs.resume(id)
  await expect.poll(() => [runs.get(id).state, runs.get(id).imagesSeen]).toEqual(['training', 100])

  const resumed = await runs.resume(id, { budget: { kind: 'images', images: 50 } })
  expect(resumed.totalImages).toBe(150)
  await expect.poll(() => processes.length).toBe(2)
  expect(processes[0]?.commands).toEqual(['start', 'stop'])
  await expect.poll(() => processes[1]?.job).toMatchObject({ totalImages: 150, totalMs: null })
  await expect.poll(() => runs.get(id).state).toBe('training')

  await runs.resume(id, { budget: { kind: 'minutes', minutes: 2 }, batchSize: 8 })
  await expect.poll(() => processes[2]?.job).toMatchObject({ totalImages: null, totalMs: 180_000, options: { batchSize: 8 } })
  await runs.close()
  store.close()
})

it('is left alone where nothing new is asked for, or what cannot be', async () => {
  const { runs, store, processes } = studioOf()
  const id = addRun(store, { state: 'interrupted', budget: { kind: 'open' } })
  await runs.resume(id)
  await expect.poll(() => runs.get(id).state).toBe('training')
  expect((await runs.resume(id)).state).toBe('training')
  await expect(runs.resume(id, { budget: { kind: 'images', images: 0 } })).rejects.toThrow(/expected a whole number of images from 1 on, found 0/)
  expect([runs.get(id).state, processes.map(({ commands }) => commands)]).toEqual(['training', [['start']]])
  await runs.close()
  store.close()
})
