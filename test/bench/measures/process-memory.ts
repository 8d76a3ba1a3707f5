/** Memory of a process and all that it started, looked at twice a second. Linux alone. */
import { readdirSync, readFileSync } from 'node:fs'

const everyMs = 500

export class MemoryWatch {
  #most = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor(pid: number) {
    this.#timer = setInterval(() => (this.#most = Math.max(this.#most, residentBytes(pid))), everyMs)
  }
  /** @returns the most bytes that were resident at once; 0 where they cannot be told */
  stop(): number {
    clearInterval(this.#timer)
    return this.#most
  }
}

export const residentBytes = (root: number): number => residentOf(root).reduce((sum, bytes) => sum + bytes, 0)

/** Bytes of the process and of each that it started, itself first. */
export function residentOf(root: number): readonly number[] {
  const processes = new Map<number, { readonly parent: number; readonly bytes: number }>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8')
      const field = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      processes.set(Number(name), { parent: field('PPid'), bytes: 1024 * field('VmRSS') })
    } catch {
      // Ended in the meantime.
    }
  }
  const isOurs = (pid: number): boolean => pid === root || (processes.has(pid) && isOurs(processes.get(pid)?.parent ?? 0))
  return [...processes].flatMap(([pid, { bytes }]) => (isOurs(pid) ? [{ pid, bytes }] : [])).sort((a, b) => Number(b.pid === root) - Number(a.pid === root)).map(({ bytes }) => bytes)
}
