/** A folder copied file by file, flushed, read back and compared. */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { syncFolder } from '../training/atomic-file.ts'

export interface TreeFile {
  /** Relative. */
  readonly path: string
  readonly bytes: number
  readonly mtimeMs: number
  readonly mode: number
}
export interface Tree {
  readonly folders: readonly string[]
  readonly files: readonly TreeFile[]
  readonly bytes: number
}
export interface CopyOptions {
  readonly from: string
  /** There, and has none of these files. */
  readonly to: string
  readonly tree: Tree
  readonly signal: AbortSignal
  /** Bytes more that were copied or compared: twice the tree's in all. */
  readonly onBytes: (count: number) => void
}

const chunkBytes = 1 << 20
/** Files on their way together: a disk flushes many small ones in hardly more time than one. */
const atOnce = 32

/** @throws `unsupported` for links and the like, whose content is elsewhere */
export async function treeOf(root: string, isLeft: (name: string) => boolean): Promise<Tree> {
  const folders: string[] = []
  const files: TreeFile[] = []
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (folder === '' && isLeft(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        folders.push(path)
        await walk(path)
      } else if (entry.isFile()) {
        const { size, mtimeMs, mode } = await stat(join(root, path))
        files.push({ path, bytes: size, mtimeMs, mode: mode & 0o777 })
      } else throw refusal('unsupported', message('refused.movesLink', { path: join(root, path) }))
    }
  }
  await walk('')
  return { folders, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** @throws `cancelled`; `corrupt` where what was written is not what was read; `disk-full` … */
export async function copyTree({ from, to, tree, signal, onBytes }: CopyOptions): Promise<void> {
  for (const folder of tree.folders) await mkdir(join(to, folder), { mode: 0o700 })
  const sums = new Map<string, string>()
  await each(tree.files, async (file) => void sums.set(file.path, await copyFile(join(from, file.path), join(to, file.path), file, { signal, onBytes })))
  for (const folder of ['', ...tree.folders]) await syncFolder(join(to, folder))
  await syncFolder(dirname(to))
  await each(tree.files, async ({ path }) => {
    if ((await sumOf(join(to, path), { signal, onBytes })) !== sums.get(path)) throw refusal('corrupt', message('refused.copyDiffers', { path }))
  })
}

/** In order, several together; after the first that fails no other is begun, and it is told once those under way have ended. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const failed: unknown[] = []
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const item of waiting) {
      if (failed.length > 0) return
      await work(item).catch((error: unknown) => void failed.push(error))
    }
  }))
  if (failed.length > 0) throw failed[0]
}

type Following = Pick<CopyOptions, 'signal' | 'onBytes'>

/** @returns the SHA-256 of what was read */
async function copyFile(source: string, target: string, { mtimeMs, mode }: TreeFile, following: Following): Promise<string> {
  const written = await open(target, 'wx', mode)
  let sum: string
  try {
    sum = await sumOf(source, following, async (chunk) => {
      for (let at = 0; at < chunk.length; ) at += (await written.write(chunk, at, chunk.length - at)).bytesWritten
    })
    await written.sync()
  } finally {
    await written.close()
  }
  // What was cut short is told by times.
  await utimes(target, mtimeMs / 1000, mtimeMs / 1000)
  return sum
}

async function sumOf(path: string, { signal, onBytes }: Following, onChunk?: (chunk: Buffer) => Promise<void>): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, chunkBytes)
      if (bytesRead === 0) return hash.digest('hex')
      const chunk = buffer.subarray(0, bytesRead)
      hash.update(chunk)
      await onChunk?.(chunk)
      onBytes(bytesRead)
    }
  } finally {
    await file.close()
  }
}
