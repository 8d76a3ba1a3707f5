/**
 * The studio's import (read, check, decode, hash, copy, rows in the database) beside a loop that
 * does nothing but decode and resize the same files with sharp, class by class in turn.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { silent } from '../../../src/base/log.ts'
import { Decoders } from '../../../src/dataset/decoders.ts'
import { openStore } from '../../../src/store/store.ts'
import { runImport } from '../../../src/studio/dataset-import.ts'
import { nodeDecoders } from '../../../src/studio/spawn-node.ts'
import { interleaved, median, type Benchmark } from '../benchmark.ts'
import { unpackedCifar } from './cifar.ts'

export const importRate: Benchmark = {
  name: 'import',
  about: 'import of CIFAR-10 (60,000 files) beside a bare sharp loop',
  async run(log) {
    log('unpacking CIFAR-10 …')
    const cifar = await unpackedCifar()
    const dataFolder = await mkdtemp(join(tmpdir(), 'gan-studio-bench-'))
    const decoders = new Decoders({ spawn: nodeDecoders(), dataFolder })
    const store = openStore(join(dataFolder, 'studio.db'), silent)
    try {
      const splits = ['train', 'test'].map((split) => join(cifar.folder, split))
      const names = await readdir(splits[0] ?? '')
      // One tenth at a time: the 6,000 pictures of a class.
      const chunks = await Promise.all(names.map(async (name) => {
        const folders = splits.map((split) => join(split, name))
        const files = await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((file) => join(folder, file))))
        return { name, folders, files: files.flat() }
      }))
      const rss: number[] = []
      const firstRows: number[] = []
      const studioRate = async (round: number): Promise<number> => {
        const { name, folders } = chunks[round] ?? { name: '', folders: [] }
        store.datasets.insert({ id: name, name, createdAt: round, state: 'importing', resolution: 32, aspect: '1:1', fit: 'crop' })
        const start = performance.now()
        let rowsAt: number | null = null
        const record = { id: `imp_${round}`, datasetId: name, startedAt: round, adding: false, paths: folders, rule: { kind: 'auto' }, inPlace: false } as const
        store.imports.begin(record)
        const { taken } = await runImport({
          store, decoders, record,
          progress: { signal: new AbortController().signal, report: () => {} },
          changed: () => (rowsAt ??= performance.now() - start),
        })
        rss.push(process.memoryUsage.rss())
        firstRows.push(rowsAt ?? NaN)
        log(`${name}: ${taken} pictures`)
        return (taken * 1000) / (performance.now() - start)
      }
      const bareRate = async (round: number): Promise<number> => {
        const files = chunks[round]?.files ?? []
        const start = performance.now()
        let next = 0
        const worker = async (): Promise<void> => {
          for (let file = files[next++]; file !== undefined; file = files[next++]) await sharp(file).resize(32, 32, { fit: 'cover' }).raw().toBuffer()
        }
        await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker))
        return (files.length * 1000) / (performance.now() - start)
      }
      const { ours, theirs, ratio } = await interleaved(chunks.length, studioRate, bareRate)
      const [first = 0] = rss
      return [
        { what: 'import', value: ours, unit: 'pictures/s', beside: { what: 'bare sharp loop', value: theirs }, ratio, goal: '≥ 0.70 of bare' },
        { what: 'first pictures on the screen after the drop', value: median(firstRows), unit: 'ms' },
        { what: 'memory after 6,000 pictures', value: first / 2 ** 20, unit: 'MiB' },
        { what: 'memory after 60,000 pictures', value: (rss.at(-1) ?? 0) / 2 ** 20, unit: 'MiB', ratio: (rss.at(-1) ?? 0) / first, goal: 'flat' },
      ]
    } finally {
      decoders.close()
      store.close()
      await Promise.all([cifar.remove(), rm(dataFolder, { recursive: true, force: true })])
    }
  },
}
