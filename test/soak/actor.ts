/** A process of a soak, made to be killed: owner of a data folder, or a shell that works with it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { StudioError } from '../../src/base/errors.ts'
import type { Dataset, Run } from '../../src/contract/data.ts'
import { gentleRecipe } from '../../src/contract/data.ts'
import { taskOf } from '../../src/contract/tasks.ts'
import { leave } from './actor-leaving.ts'
import { ended, exports, mostOthers, oneOf, pictures, place, random, role, run, say, seed, small, studio } from './actor-session.ts'
import { splitText, works } from './words.ts'
import type { Fact, Work } from './words.ts'

const mostDatasets = 3
const mostRuns = 3
let serial = 0

async function importSome(): Promise<void> {
  const datasets = (await studio.call('datasets.list')).filter((each) => each.state === 'ready' && place(each) === null)
  if (datasets.length >= mostDatasets) {
    const id = oneOf(datasets)?.id ?? ''
    await run('edit', [[`there:${id}`, false]], () => studio.call('datasets.delete', { id }))
  }
  await run('import', [], async () => {
    const cutShort = (await studio.call('datasets.list')).find((each) => each.unfinished !== null && place(each) === null)
    const { activityId, datasetId } = cutShort === undefined
      ? await studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])] })
      : await studio.call('datasets.resumeImport', { id: cutShort.id })
    await ended(activityId)
    const { pictureCount } = await studio.call('datasets.get', { id: datasetId })
    const files = readdirSync(pictures, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    if (pictureCount !== files) throw new Error(`An import of ${files} pictures took ${pictureCount}.`)
    return [[`there:${datasetId}`, true], [`pictures:${datasetId}`, pictureCount]]
  })
}

/** Trained here, to make pictures of nothing. */
const isPlain = ({ datasetId, options }: Run): boolean => datasetId !== '' && taskOf(options) === 'generate'

/** What a run has saved is a fact as soon as a shell hears of it. */
studio.on('run.changed', ({ id, checkpointAt }) => {
  if (checkpointAt !== null) say({ say: 'done', facts: [[`checkpoint:${id}`, checkpointAt]] })
})

async function train(): Promise<void> {
  const runs = (await studio.call('runs.list')).filter(isPlain)
  const busy = runs.find(({ state }) => state === 'training' || state === 'preparing' || state === 'paused')
  if (busy !== undefined) return await steer(busy)
  const old = runs.find(({ state }) => state === 'stopped' || state === 'interrupted' || state === 'failed')
  if (old !== undefined && random.integer(2) === 0)
    return await run('train', [], async () => void (await studio.call('runs.resume', { id: old.id, budget: { kind: 'images', images: 20_000 } })))
  if (runs.length >= mostRuns) {
    const id = runs.at(-1)?.id ?? ''
    await run('edit', [[`there:${id}`, false]], () => studio.call('runs.delete', { id }))
  }
  const dataset = oneOf((await studio.call('datasets.list')).filter(({ state }) => state === 'ready'))
  if (dataset === undefined) return await importSome()
  await run('train', [], async () => {
    const { id } = await studio.call('runs.start', { datasetId: dataset.id, budget: { kind: 'images', images: 20_000 }, engine: 'wasm', set: small })
    return [[`there:${id}`, true]]
  })
}

async function steer({ id, state }: Run): Promise<void> {
  await run('train', [], async () => {
    const next = random.integer(3)
    if (next === 0) await studio.call('runs.stop', { id, save: random.integer(2) === 0 })
    else if (state === 'paused') await studio.call('runs.resume', { id })
    else await studio.call('runs.pause', { id })
  })
}

/** A run with something to show; null where none has. */
const shown = async (): Promise<Run | null> => oneOf((await studio.call('runs.list')).filter(({ checkpointAt, options }) => checkpointAt !== null && taskOf(options) === 'generate')) ?? null

async function generate(): Promise<void> {
  const from = await shown()
  if (from === null) return await train()
  await run('generate', [], async () => {
    const { activityId } = await studio.call('gallery.generate', { runId: from.id, count: 1 + random.integer(12), seed: random.integer(1000), truncation: 1 })
    const { result } = await ended(activityId)
    return result?.kind === 'generate' ? result.sampleIds.flatMap((id): Fact[] => [[`there:${id}`, true], [`favourite:${id}`, false]]) : []
  })
}

const formats = [['zip', 'zip'], ['sheet', 'png'], ['safetensors', 'safetensors'], ['onnx', 'onnx'], ['page', 'html'], ['tfjs', 'zip']] as const
async function exportSome([format, ending] = oneOf(formats) ?? formats[0]): Promise<void> {
  const from = await shown()
  if (from === null) return await train()
  const path = join(exports, `${seed}-${serial++}.${ending}`)
  await run('export', [[`file:${path}`, format]], async () => {
    const source = { kind: 'run', runId: from.id, count: 1 + random.integer(12), seed: 0, truncation: 1 } as const
    const target = { kind: 'ticket', ticket: await studio.registerTarget(path) } as const
    const { activityId } = format === 'zip' || format === 'sheet' ? await studio.call('export.start', { source, format, target }) : await studio.call('export.model', { runId: from.id, format, target })
    await ended(activityId)
  })
}

async function edit(): Promise<void> {
  const samples = await studio.call('gallery.ids', {})
  const dataset = oneOf((await studio.call('datasets.list')).filter(({ state }) => state === 'ready'))
  const ids = samples.filter(() => random.integer(4) === 0).slice(0, 20)
  const choice = random.integer(5)
  const renamed = dataset === undefined ? undefined : oneOf(dataset.classes)
  if (choice === 0 && dataset !== undefined) {
    const name = `${place(dataset) === null ? 'Data' : dataset.name.split(' ').slice(0, 2).join(' ')} ${seed} ${serial++}`
    return await run('edit', [[`name:${dataset.id}`, name]], async () => void (await studio.call('datasets.update', { id: dataset.id, name })))
  }
  if (choice === 1 && ids.length > 0) {
    const favourite = random.integer(2) === 0
    return await run('edit', ids.map((id): Fact => [`favourite:${id}`, favourite]), () => studio.call('gallery.favourite', { ids, favourite }))
  }
  if (choice === 2 && ids.length > 0) {
    await run('edit', ids.map((id): Fact => [`there:${id}`, false]), () => studio.call('gallery.delete', { ids }))
    if (random.integer(2) === 0) await run('edit', ids.map((id): Fact => [`there:${id}`, true]), () => studio.call('gallery.restore', { ids }))
    return
  }
  if (choice === 3 && dataset !== undefined && renamed !== undefined) {
    const name = `Class ${seed} ${serial++}`
    return await run('edit', [[`class:${dataset.id} ${renamed.id}`, name]], async () => void (await studio.call('datasets.edit', { id: dataset.id, edit: { kind: 'rename-class', classId: renamed.id, name } })))
  }
  const gallerySize = 16 + random.integer(1000)
  await run('edit', [['setting:gallerySize', gallerySize]], async () => void (await studio.call('settings.set', { gallerySize })))
}

const readyDataset = async (): Promise<Dataset | undefined> => oneOf((await studio.call('datasets.list')).filter(({ state, unfinished }) => state === 'ready' && unfinished === null))

/** A split of a data set, or a crop box of its first picture. */
async function arrange(): Promise<void> {
  const dataset = await readyDataset()
  if (dataset === undefined) return await importSome()
  const { id } = dataset
  // A split leaves out copies of what it holds out: how many there are then is its own affair.
  const copied = (await studio.call('datasets.composition', { id })).some(({ copies }) => copies > 0)
  if (!copied && random.integer(2) === 0) {
    const split = { validation: 0.1, test: 0.05 * random.integer(3), seed: random.integer(1000) }
    return await run('arrange', [[`split:${id}`, splitText(split)]], async () => void (await ended((await studio.call('datasets.split', { id, ...split })).activityId)))
  }
  const [first] = (await studio.call('datasets.pictures', { id, offset: 0, limit: 1 })).items
  if (first === undefined) return
  const box = { x: 0, y: 0, width: (20 + random.integer(80)) / 100, height: 1 }
  await run('arrange', [[`crop:${id}`, box.width]], async () => void (await studio.call('datasets.edit', { id, edit: { kind: 'crop', pictureIds: [first.id], box } })))
}

async function expand(): Promise<void> {
  const dataset = await readyDataset()
  const composition = dataset === undefined ? [] : await studio.call('datasets.composition', { id: dataset.id })
  const found = oneOf(composition.filter(({ classId }) => classId !== null))
  if (dataset === undefined || found === undefined) return await importSome()
  const { id, split } = dataset
  const more = 10 + random.integer(60)
  const count = (split === null ? found.train + found.unplaced : found.train) + found.copies + more
  const copies = composition.reduce((sum, each) => sum + each.copies, 0)
  await run('expand', [[`copies:${id}`, copies + more], [`pictures:${id}`, dataset.pictureCount + more]], async () => {
    const { activityId } = await studio.call('datasets.expand', { id, targets: [{ classId: found.classId ?? '', count }], recipe: gentleRecipe, seed: random.integer(1000) })
    await ended(activityId)
  })
}

/** Adds a model file that was exported before, or takes one away. */
async function models(): Promise<void> {
  const added = (await studio.call('models.list')).filter(({ kind }) => kind === 'file')
  if (added.length > 3 || (added.length > 0 && random.integer(3) === 0)) {
    const id = oneOf(added)?.id ?? ''
    return await run('models', [[`there:${id}`, false]], () => studio.call('models.remove', { id }))
  }
  const file = oneOf(readdirSync(exports).filter((name) => name.endsWith('.safetensors')))
  if (file === undefined) return await exportSome(formats[2])
  await run('models', [], async () => {
    const { id } = await studio.call('models.add', { ticket: await studio.registerSources([join(exports, file)]) })
    return [[`there:${id}`, true]]
  })
}

/** From a run that is there: an encoder beside its checkpoint, or a smaller generator. */
async function learn(): Promise<void> {
  const from = await shown()
  if (from === null) return await train()
  if (random.integer(2) === 0) return await run('learn', [], async () => void (await ended((await studio.call('runs.trainEncoder', { id: from.id, minutes: 0.05 })).activityId)))
  const old = (await studio.call('runs.list')).find(({ state, id }) => state === 'stopped' && id !== from.id)
  if (old !== undefined) await run('edit', [[`there:${old.id}`, false]], () => studio.call('runs.delete', { id: old.id }))
  await run('learn', [], async () => {
    const { id } = await studio.call('runs.distil', { teachers: [from.id], size: 'half', budget: { kind: 'images', images: 20_000 } })
    return [[`there:${id}`, true]]
  })
}

/** Pictures made larger, or into another class, by a run that learned to. */
async function redraw(): Promise<void> {
  const dataset = await readyDataset()
  if (dataset === undefined) return await importSome()
  const task = random.integer(2) === 0 ? 'enlarge' : 'translate'
  const runs = (await studio.call('runs.list')).filter(({ options }) => taskOf(options) === task)
  const able = oneOf(runs.filter(({ checkpointAt }) => checkpointAt !== null))
  if (able === undefined) {
    for (const { id } of runs.slice(mostOthers - 1)) await run('edit', [[`there:${id}`, false]], () => studio.call('runs.delete', { id }))
    return await run('redraw', [], async () => {
      const { id } = await studio.call('runs.start', { datasetId: dataset.id, budget: { kind: 'images', images: 16 }, engine: 'wasm', set: { ...small, ...(task === 'enlarge' ? { enlarge: 2 } : { translate: true }) } })
      while (['preparing', 'training', 'stopping'].includes((await studio.call('runs.get', { id })).state)) await wait(20)
      return [[`there:${id}`, true]]
    })
  }
  const pictureIds = (await studio.call('datasets.pictures', { id: dataset.id, offset: random.integer(8), limit: 3 })).items.map(({ id }) => id)
  const { id, classNames } = able
  await run('redraw', [], async () => {
    const { activityId } = task === 'enlarge' ? await studio.call('runs.enlarge', { id, pictureIds }) : await studio.call('runs.translate', { id, to: oneOf(classNames) ?? '', pictureIds })
    await ended(activityId)
  })
}

/** A model file opened as a run. */
async function adopt(): Promise<void> {
  const model = oneOf((await studio.call('models.list')).filter(({ kind }) => kind === 'file'))
  if (model === undefined) return await models()
  const adopted = (await studio.call('runs.list')).filter(({ datasetId }) => datasetId === '')
  for (const { id } of adopted.slice(mostOthers - 1)) await run('edit', [[`there:${id}`, false]], () => studio.call('runs.delete', { id }))
  await run('adopt', [], async () => {
    const { id } = await studio.call('runs.adopt', { modelId: model.id })
    return [[`there:${id}`, true]]
  })
}

/** Only at rest, so it is refused as often as not. */
const purge = (): Promise<void> => run('purge', [], async () => void (await (random.integer(2) === 0 ? studio.call('storage.purge') : studio.call('storage.clearCaches'))))

const acts: { readonly [W in Work]: () => Promise<void> } = { import: importSome, train, generate, export: () => exportSome(), edit, arrange, expand, models, learn, purge, places: leave, redraw, adopt }
/** What is wanted next, a line of standard input each. */
let wanted: Work | null = null
createInterface({ input: process.stdin }).on('line', (line) => (wanted = line as Work))
while (role === 'driver') {
  try {
    const work = wanted ?? oneOf(works) ?? 'edit'
    wanted = null
    await acts[work]()
  } catch (error) {
    // The owner was killed: this shell has nothing to work with any more.
    if (error instanceof StudioError && error.code === 'disconnected') process.exit(0)
    throw error
  }
  await wait(random.integer(30))
}
