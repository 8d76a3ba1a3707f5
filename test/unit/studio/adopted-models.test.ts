/** A model file as a run: it makes what it made, and says plainly what it cannot do. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EngineProcess } from '../../../src/contract/trainer.ts'
import { media } from '../../../src/contract/media.ts'
import { Interpreter } from '../../../src/engine/lowered/interpreter.ts'
import { lower } from '../../../src/engine/lowered/networks.ts'
import { architectureOfConfig, type SavedModel } from '../../../src/export/models/saved-model.ts'
import type { StudioCore } from '../../../src/studio/create-studio.ts'
import { architectureOfHead, averageTensors, readCheckpoint } from '../../../src/training/checkpoint.ts'
import { newestCheckpoint } from '../../../src/studio/checkpoints.ts'
import { drawnModel, exportedAs } from '../../exported-model.ts'
import { studioWithoutEngines } from './without-engines.ts'

let folder = ''
let studio: StudioCore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-adopted 手 '))
  studio = await studioWithoutEngines(folder)
})
afterEach(async () => {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
})

async function added(model: SavedModel, format: 'safetensors' | 'onnx', part: 'G' | 'all' = 'G'): Promise<string> {
  await mkdir(join(folder, 'exported'), { recursive: true })
  const [[name, bytes] = ['', new Uint8Array()]] = exportedAs(model, format, { part })
  await writeFile(join(folder, 'exported', name), bytes)
  return (await studio.call('models.add', { ticket: await studio.registerSources([join(folder, 'exported', name)]) })).id
}
const picture = (architecture: Parameters<typeof lower>[0], tensors: ReadonlyMap<string, Float32Array>): Float32Array =>
  new Interpreter(lower(architecture, 'G'), tensors).run({ latent: Float32Array.from({ length: architecture.latentSize }, (_, i) => Math.sin(i * 1.7)), label: Float32Array.of(0, 1) }).get('picture') as Float32Array

it.each([['onnx', 'G'], ['safetensors', 'all']] as const)('makes the pictures that it made, from %s of %s', async (format, part) => {
  const model = drawnModel({ normalisationG: 'batch', encoder: true, classHead: 1 })
  const run = await studio.call('runs.adopt', { modelId: await added(model, format, part), name: '手 2' })
  expect(run).toMatchObject({ name: '手 2', state: 'finished', datasetId: '', classNames: ['red', '绿'], imagesSeen: 7, checkpointAt: 7, options: { encoder: false, classHead: 0 } })
  const found = await newestCheckpoint(join(folder, 'data', 'runs', run.id))
  const checkpoint = await readCheckpoint(found?.file ?? '')
  const kept = new Map(averageTensors(checkpoint).map(([name, { data }]) => [name, data as Float32Array]))
  expect(picture(architectureOfHead(checkpoint), kept)).toEqual(picture(architectureOfConfig(model.config), new Map([...model.tensors].map(([name, { data }]) => [name, data as Float32Array]))))
  if (part === 'all') expect([...checkpoint.values.D]).toEqual(architectureOfConfig(model.config).layoutD.specs.flatMap(({ name }) => [...(model.tensors.get(name)?.data as Float32Array)]))
})

/** An engine that paints each picture in the grey of its seed. */
function painting(): EngineProcess {
  let say: Parameters<EngineProcess['onMessage']>[0] = () => {}
  let exit: Parameters<EngineProcess['onExit']>[0] = () => {}
  return {
    pid: undefined,
    send: (command) => queueMicrotask(() => {
      if (command.type !== 'start' || command.job.kind !== 'generate') return
      const { items } = command.job
      say({ type: 'pictures', index: 0, count: items.length, size: { width: 16, height: 16 }, channels: 3, pixels: Uint8Array.from(items.flatMap(({ seed }) => new Array<number>(16 * 16 * 3).fill(seed))) })
      say({ type: 'done', outcome: 'reached' })
      exit({ code: 0, signal: null, stderr: '' })
    }),
    onMessage: (listener) => void (say = listener),
    onExit: (listener) => void (exit = listener),
    kill: () => {},
  }
}

it('shows what it makes on a sheet that is drawn when it is opened', async () => {
  await studio.close()
  studio = await studioWithoutEngines(folder, { spawnEngineProcess: painting })
  const told: string[] = []
  studio.on('run.snapshot', ({ runId }) => told.push(runId))
  const { id } = await studio.call('runs.adopt', { modelId: await added(drawnModel(), 'safetensors') })
  await expect.poll(async () => (await studio.call('activities.list')).find(({ kind, subjectId }) => kind === 'sheet' && subjectId === id)?.state).toBe('done')
  expect(told).toEqual([id])
  expect(await studio.call('runs.snapshots', { id })).toEqual([{ imagesSeen: 7, columns: 8, rows: 6, tile: { width: 16, height: 16 } }])
  const sheet = sharp((await studio.readMedia(media.snapshot(id, 7)))?.bytes)
  const { data, info } = await sheet.raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 128, height: 96 })
  expect([data[0], data[3 * 16], data[3 * 128 * 16]]).toEqual([0, 1, 8])
})

it('is a run like others, but for what needs the pictures that it learned from', async () => {
  const modelId = await added(drawnModel(), 'safetensors')
  const { id, name } = await studio.call('runs.adopt', { modelId })
  expect((await studio.call('runs.adopt', { modelId })).name).toBe(`${name} 2`)
  const none = new RegExp(`opened from a file, and the pictures that it learned from are not in it.*Start a new run from it`)
  await expect(studio.call('runs.resume', { id, budget: { kind: 'images', images: 10 } })).rejects.toThrow(none)
  await expect(studio.call('runs.proposeLabels', { id })).rejects.toThrow(none)
  expect((await studio.call('runs.get', { id })).state).toBe('finished')
  await studio.call('models.remove', { id: modelId })
  await studio.close()
  studio = await studioWithoutEngines(folder)
  expect((await studio.call('runs.list')).map((run) => run.name).sort()).toEqual([name, `${name} 2`])
  expect(await studio.call('runs.checkpoints', { id })).toMatchObject([{ imagesSeen: 7, latest: true }])
  await expect(studio.call('runs.adopt', { modelId })).rejects.toThrow('There is no model')
})
