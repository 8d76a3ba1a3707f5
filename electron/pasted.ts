/** Pictures that came by the clipboard have no file: they get one in the system's folder for such, until the window's process ends. */
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { isAlive } from '../src/hosts/ports/alive.ts'

/** The page's word for the format is not trusted: the studio looks at the bytes, and this is only a name. */
export interface PastedPicture {
  readonly format: string
  readonly bytes: Uint8Array
}

const prefix = 'gan-studio-pasted-'
const folders: string[] = []

/** The files written, in order. */
export async function keepPasted(pictures: readonly PastedPicture[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  folders.push(folder)
  const files = pictures.map(({ format }, i) => join(folder, `pasted ${i + 1}.${format}`))
  for (const [i, { bytes }] of pictures.entries()) await writeFile(files[i] ?? '', bytes, { mode: 0o600 })
  return files
}

export function forgetPasted(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** What windows left behind that were killed. @param needed paths that an import is to go on with */
export async function sweepPasted(needed: readonly string[]): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    const folder = join(tmpdir(), name)
    // Another person's cannot be removed.
    if (pid > 0 && !isAlive(pid) && !needed.some((path) => path.startsWith(folder + sep))) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}
