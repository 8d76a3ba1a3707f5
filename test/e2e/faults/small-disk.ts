/** A disk that is soon full: a RAM disk of a few megabytes, where this user may mount one. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mount = (...args: readonly string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0

export interface SmallDisk {
  readonly folder: string
  resize(megabytes: number): void
  remove(): void
}

/** Null where mounting is not permitted. */
export function smallDisk(megabytes: number): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'gan-studio-disk-'))
  mkdirSync(folder, { recursive: true })
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) {
    rmSync(folder, { recursive: true })
    return null
  }
  return {
    folder,
    resize: (size) => {
      if (!mount('-o', `remount,size=${size}m`, folder)) throw new Error('The small disk could not be resized.')
    },
    remove: () => {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whether a test that needs one can run here. */
export function mayMount(): boolean {
  const disk = smallDisk(1)
  disk?.remove()
  if (disk === null) console.warn('Skipped: full disks are tried on RAM disks, which only root on Linux may mount.')
  return disk !== null
}
