/**
 * A day's work again and again: a studio opens, pictures come in, are trained on, edited and exported,
 * pictures are made of them, all of it is deleted, and the studio closes; the next one opens a month
 * later and purges. What a studio holds after each round (memory,
 * open files, its data folder, processes) must not grow with the rounds.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { silent } from '../../src/base/log.ts'
import { createStudio, type StudioCore } from '../../src/studio/create-studio.ts'
import { nodeDecoders, nodeEngineProcesses } from '../../src/studio/spawn-node.ts'
import { pictureFolder } from '../e2e/pictures.ts'
import { markName, markedProcesses } from './processes.ts'

export interface LoadOptions {
  readonly forMs: number
  /** Empty; everything is written below it. */
  readonly folder: string
  readonly log: (line: string) => void
}
/** What is held between rounds. */
export interface Held {
  readonly round: number
  readonly minute: number
  /** Of the studio process, after its garbage was collected where it may be (`node --expose-gc`). */
  readonly heapMb: number
  /** Bytes behind buffers and handles of JavaScript's. */
  readonly externalMb: number
  readonly rssMb: number
  /** Linux: open files and sockets; elsewhere 0. */
  readonly handles: number
  readonly dataMb: number
  /** Linux: engines and decoders that are there; elsewhere 0. */
  readonly processes: number
}
/** Growth for every 100 rounds: the slope of the line that fits best. */
export interface Trend {
  readonly firstHalf: number
  readonly secondHalf: number
}
type Measure = Exclude<keyof Held, 'round' | 'minute'>
export interface LoadReport {
  readonly rounds: number
  readonly minutes: number
  readonly per100Rounds: Readonly<Record<Measure, Trend>>
  readonly first: Held
  readonly last: Held
  readonly samples: readonly Held[]
  readonly wrong: readonly string[]
}

/** The first rounds load code, fill caches and let the heap find its size. */
const warmRounds = 3
/** Growth from the median of the first third of the rounds to that of the last. */
const mostGrowth: Readonly<Record<Measure, number>> = { heapMb: 8, externalMb: 8, rssMb: 60, handles: 4, dataMb: 3, processes: 0 }
const measures = Object.keys(mostGrowth) as Measure[]
const mostSamples = 200
const monthMs = 31 * 24 * 3600 * 1000

export async function underLoad({ forMs, folder, log }: LoadOptions): Promise<LoadReport> {
  const mark = `load-${process.pid}`
  const env = { ...process.env, [markName]: mark }
  const data = join(folder, 'data')
  const open = (): Promise<StudioCore> => createStudio({
    dataFolder: data, cacheFolder: join(folder, 'cache'), assetsFolder: join(folder, 'assets'),
    spawnEngineProcess: nodeEngineProcesses({ env }), spawnDecoder: nodeDecoders({ env }), log: silent, version: '0.0.0',
  })
  const pictures = await pictureFolder(folder, 20)
  const now = Date.now.bind(Date)
  let later = 0
  Date.now = () => now() + later
  const start = performance.now()
  const samples: Held[] = []
  let rounds = 0
  try {
    while (rounds <= warmRounds + 5 || performance.now() - start < forMs) {
      const studio = await open()
      await round(studio, pictures, join(folder, `out-${rounds}`)).finally(() => studio.close())
      // Deleted things are kept for 30 days: the next studio opens after them.
      later += monthMs
      rounds++
      if (rounds <= warmRounds) continue
      samples.push(await held(data, mark, rounds, start))
      log(`round ${rounds}: ${JSON.stringify(samples.at(-1))}`)
    }
  } finally {
    Date.now = now
  }
  const thinned = samples.filter((_, i) => i % Math.ceil(samples.length / mostSamples) === 0)
  const [first, last] = [samples[0] as Held, samples.at(-1) as Held]
  return { rounds, minutes: last.minute, per100Rounds: trends(samples), first, last, samples: thinned, wrong: growth(samples) }
}

async function round(studio: StudioCore, pictures: string, out: string): Promise<void> {
  await mkdir(out)
  const settled = async (activityId: string): Promise<void> => {
    for (;;) {
      const activity = (await studio.call('activities.list')).find(({ id }) => id === activityId)
      if (activity?.error) throw new Error(`${activity.title}: ${activity.error.message}`)
      if (activity?.state !== 'running') return
      await wait(50)
    }
  }
  const imported = await studio.call('datasets.import', { tickets: [await studio.registerSources([pictures])] })
  await settled(imported.activityId)
  const { datasetId } = imported
  const { items } = await studio.call('datasets.pictures', { id: datasetId, offset: 0, limit: 40 })
  for (const { id } of items.slice(0, 5)) await studio.readMedia(`picture/${id}/192`)
  const pictureIds = items.slice(0, 4).map(({ id }) => id)
  await studio.call('datasets.edit', { id: datasetId, edit: { kind: 'exclude', pictureIds } })
  await studio.call('datasets.undo', { id: datasetId })
  const run = await studio.call('runs.start', { datasetId, budget: { kind: 'images', images: 64 }, engine: 'wasm', set: { resolution: 16, width: 8, batchSize: 8 } })
  for (;;) {
    const { state, error } = await studio.call('runs.get', { id: run.id })
    if (error !== null) throw new Error(`A run failed: ${error.message}`)
    if (state === 'finished') break
    await wait(50)
  }
  const made = await studio.call('gallery.generate', { runId: run.id, count: 16, seed: 1, truncation: 1 })
  await settled(made.activityId)
  const source = { kind: 'run', runId: run.id, count: 8, seed: 0, truncation: 1 } as const
  for (const [format, name] of [['zip', 'a.zip'], ['sheet', 'a.png'], ['animation-webp', 'a.webp']] as const) {
    const { activityId } = await studio.call('export.start', { source, format, target: { kind: 'ticket', ticket: await studio.registerTarget(join(out, name)) } })
    await settled(activityId)
  }
  const ids = await studio.call('gallery.ids', {})
  await studio.call('gallery.delete', { ids })
  await studio.call('runs.delete', { id: run.id })
  await studio.call('datasets.delete', { id: datasetId })
  await rm(out, { recursive: true })
}

async function held(data: string, mark: string, round: number, start: number): Promise<Held> {
  ;(globalThis as { gc?: () => void }).gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const linux = process.platform === 'linux'
  return {
    round,
    minute: Math.round((performance.now() - start) / 6000) / 10,
    heapMb: megabytes(heapUsed), externalMb: megabytes(external), rssMb: megabytes(rss),
    handles: linux ? (await readdir('/proc/self/fd')).length : 0,
    dataMb: megabytes(await bytesBelow(data)),
    processes: linux ? markedProcesses(mark).length : 0,
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

async function bytesBelow(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name)).then(({ size }) => size, () => 0)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function growth(samples: readonly Held[]): readonly string[] {
  const third = Math.max(1, Math.floor(samples.length / 3))
  return measures.flatMap((what) => {
    const [before, after] = [samples.slice(0, third), samples.slice(-third)].map((some) => median(some.map((sample) => sample[what])))
    return (after ?? 0) - (before ?? 0) > mostGrowth[what] ? [`${what} grew from ${before ?? 0} to ${after ?? 0}`] : []
  })
}

function trends(samples: readonly Held[]): LoadReport['per100Rounds'] {
  const middle = Math.ceil(samples.length / 2)
  const of = (some: readonly Held[], what: Measure): number => Math.round(slope(some.map((sample) => [sample.round, sample[what]])) * 1000) / 10
  return Object.fromEntries(measures.map((what) => [what, { firstHalf: of(samples.slice(0, middle), what), secondHalf: of(samples.slice(middle), what) }])) as Record<Measure, Trend>
}

/** Of the line of least squares through the points; 0 where there are fewer than two. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0) / spread
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
