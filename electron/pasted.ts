/** Pictures that came by the clipboard have no file: they get one in the system's folder for such, until the window's process ends. */
import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The page's word for the format is not trusted: the studio looks at the bytes, and this is only a name. */
export interface PastedPicture {
  readonly format: string
  readonly bytes: Uint8Array
}

const folders: string[] = []

/** The files written, in order. */
export async function keepPasted(pictures: readonly PastedPicture[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-pasted-'))
  folders.push(folder)
  const files = pictures.map(({ format }, i) => join(folder, `pasted ${i + 1}.${format}`))
  for (const [i, { bytes }] of pictures.entries()) await writeFile(files[i] ?? '', bytes, { mode: 0o600 })
  return files
}

export function forgetPasted(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
