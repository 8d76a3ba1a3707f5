/** CIFAR-10 as 60,000 JPEG files, unpacked once into a temporary folder. */
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as yauzl from 'yauzl'
import { projectRoot } from '../../../build/set-up/project.ts'
import { Skipped } from '../benchmark.ts'

/** Where the archive is: the folder named by BENCH_DATA, or `../shared/data`. */
const archive = (): string => join(process.env['BENCH_DATA'] ?? join(projectRoot, '..', 'shared', 'data'), 'cifar10.zip')

/** @param perFolder so many of each class of each part at most */
export async function unpackedCifar(perFolder = Infinity): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  if (!existsSync(archive())) throw new Skipped(`${archive()} is not there (CIFAR-10 as JPEG files in train/<class> and test/<class>); name its folder in BENCH_DATA.`)
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-cifar-'))
  const taken = new Map<string, number>()
  const zip = await yauzl.openPromise(archive(), { autoClose: false })
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      const count = (taken.get(dirname(entry.fileName)) ?? 0) + 1
      taken.set(dirname(entry.fileName), count)
      if (count > perFolder) continue
      const target = join(folder, entry.fileName)
      await mkdir(dirname(target), { recursive: true })
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target))
    }
  } finally {
    zip.close()
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
