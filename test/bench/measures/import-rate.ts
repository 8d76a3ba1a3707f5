/**
 * The studio's import (read, check, decode, hash, copy, rows in the database) beside a loop that
 * does nothing but decode and resize the same files with sharp, in the same run on the same cores, part by part in turn: CIFAR-10, and
 * photographs of a camera's size. `IMPORT_PICTURES` (60,000) says of how many.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { silent } from '../../../src/base/log.ts'
import { Decoders } from '../../../src/dataset/decoders.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { runImport } from '../../../src/studio/dataset-import.ts'
import { nodeDecoders } from '../../../src/studio/spawn-node.ts'
import { interleaved, median, type Benchmark, type Measurement } from '../benchmark.ts'
import { unpackedCifar } from './cifar.ts'
import { residentOf } from './process-memory.ts'

/** Imported and looped over in one turn. */
interface Part {
  readonly name: string
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

const classes = 10
const mosaic = { columns: 8, rows: 6, tile: 250 } as const
const photographsAPart = 60
const photographParts = 6
/** Of a screen full of tiles. */
const screenful = 24

export const importRate: Benchmark = {
  name: 'import',
  about: 'import of CIFAR-10 and of large JPEG files beside a bare sharp loop',
  async run(log) {
    const pictures = Number(process.env['IMPORT_PICTURES'] ?? 60_000)
    log('unpacking CIFAR-10 …')
    const cifar = await unpackedCifar(Math.ceil(pictures / classes / 2))
    const large = await mkdtemp(join(tmpdir(), 'gan-studio-large-'))
    try {
      const splits = ['train', 'test'].map((split) => join(cifar.folder, split))
      const names = await readdir(splits[0] ?? '')
      const small = await Promise.all(names.map((name) => partOf(name, splits.map((split) => join(split, name)))))
      const ofSmall = await measured('CIFAR-10', small, log)
      log('composing large pictures …')
      const photographs = await compose(large, small.flatMap(({ files }) => files))
      return [...ofSmall, ...(await measured(`JPEG of ${mosaic.columns * mosaic.tile} × ${mosaic.rows * mosaic.tile} pixels`, photographs, log))]
    } finally {
      await Promise.all([cifar.remove(), rm(large, { recursive: true, force: true })])
    }
  },
}

async function partOf(name: string, folders: readonly string[]): Promise<Part> {
  const files = await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((file) => join(folder, file))))
  return { name, folders, files: files.flat() }
}

/** Of small photographs, so that there is detail everywhere. */
async function compose(folder: string, tiles: readonly string[]): Promise<readonly Part[]> {
  const { columns, rows, tile } = mosaic
  const parts = Array.from({ length: photographParts }, (_, i) => `part ${i}`)
  for (const [p, part] of parts.entries()) {
    await mkdir(join(folder, part))
    for (let n = 0; n < photographsAPart; n += 1) {
      const some = Array.from({ length: columns * rows }, (_, i) => tiles[((p * photographsAPart + n) * 97 + i * 131) % tiles.length] ?? '')
      const composite = await Promise.all(some.map(async (file, i) => ({ input: await sharp(file).resize(tile, tile).toBuffer(), left: (i % columns) * tile, top: Math.floor(i / columns) * tile })))
      await sharp({ create: { width: columns * tile, height: rows * tile, channels: 3, background: 'black' } }).composite(composite).jpeg({ quality: 90 }).toFile(join(folder, part, `${n}.jpg`))
    }
  }
  return await Promise.all(parts.map((part) => partOf(part, [join(folder, part)])))
}

async function measured(what: string, parts: readonly Part[], log: (line: string) => void): Promise<readonly Measurement[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'gan-studio-bench-'))
  const decoders = new Decoders({ spawn: nodeDecoders(), dataFolder })
  const store = openStore(join(dataFolder, 'studio.db'), silent)
  const memory: number[] = []
  const firstShown: number[] = []
  try {
    const studioRate = async (round: number): Promise<number> => {
      const { name, folders } = parts[round] as Part
      const start = performance.now()
      const shown = { at: null as Promise<number> | null }
      const taken = await importPart(store, decoders, { name, folders, round }, () => (shown.at ??= showFirst(store, decoders, name).then(() => performance.now() - start)))
      const rate = (taken * 1000) / (performance.now() - start)
      const resident = residentOf(process.pid)
      memory.push(resident.reduce((sum, bytes) => sum + bytes, 0))
      firstShown.push((await shown.at) ?? NaN)
      log(`${name}: ${taken} pictures, ${rate.toFixed(0)} a second; MiB of this process, which also runs the bare loop, and of decoders: ${resident.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' + ')}`)
      return rate
    }
    const bareRate = async (round: number): Promise<number> => {
      const { files } = parts[round] as Part
      const start = performance.now()
      let next = 0
      const worker = async (): Promise<void> => {
        for (let file = files[next++]; file !== undefined; file = files[next++]) await sharp(file).resize(64, 64, { fit: 'cover' }).raw().toBuffer()
      }
      await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker))
      return (files.length * 1000) / (performance.now() - start)
    }
    const { ours, theirs, ratio } = await interleaved(parts.length, studioRate, bareRate)
    const [first = 0, last = 0] = [memory[0], memory.at(-1)]
    return [
      { what: `import, ${what}`, value: ours, unit: 'pictures/s', beside: { what: 'bare sharp loop', value: theirs }, ratio, goal: '≥ 0.70 of bare' },
      { what: `first ${screenful} thumbnails after the drop, ${what}`, value: median(firstShown), unit: 'ms', goal: '< 1,000', note: `longest ${Math.max(...firstShown).toFixed(0)} ms` },
      { what: `memory of all processes after the last part, ${what}`, value: last / 2 ** 20, unit: 'MiB', beside: { what: 'after the first', value: first / 2 ** 20 }, ratio: last / first, goal: 'flat' },
    ]
  } finally {
    decoders.close()
    store.close()
    await rm(dataFolder, { recursive: true, force: true })
  }
}

async function importPart(store: Store, decoders: Decoders, { name, folders, round }: Pick<Part, 'name' | 'folders'> & { readonly round: number }, changed: () => void): Promise<number> {
  store.datasets.insert({ id: name, name, createdAt: round, state: 'importing', resolution: 64, aspect: '1:1', fit: 'crop' })
  const record = { id: `imp_${round}`, datasetId: name, startedAt: round, adding: false, paths: folders, rule: { kind: 'auto' }, inPlace: false } as const
  store.imports.begin(record)
  const { taken } = await runImport({ store, decoders, record, progress: { signal: new AbortController().signal, report: () => {} }, changed })
  return taken
}

/** What a page asks for as soon as it hears of pictures. */
async function showFirst(store: Store, decoders: Decoders, datasetId: string): Promise<void> {
  const rows = store.pictures.page(datasetId, {}, 0, screenful).items.flatMap(({ id }) => store.pictures.get(id) ?? [])
  await Promise.all(rows.map(({ sha256, sourcePath: name }) => decoders.one({ kind: 'thumbnail', size: 96 }, { sha256, name })))
}
