import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of all files below; what goes away while it is counted counts nothing. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => stat(join(folder, name)).then(({ size }) => size, () => 0))
  let bytes = (await Promise.all(files)).reduce((sum, size) => sum + size, 0)
  for (const entry of entries) if (entry.isDirectory()) bytes += await folderSize(join(folder, entry.name))
  return bytes
}
