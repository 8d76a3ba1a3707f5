/** The processes of a soak, found by a mark in their environment that their children inherit. Linux alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

export const markName = 'GAN_STUDIO_SOAK'

/** Those that are there now; what has ended but was not waited for is not. */
export function markedProcesses(mark: string): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${markName}=${mark}`)) return []
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return command === '' ? [] : [{ pid: Number(name), command }]
    } catch {
      // Ended in the meantime.
      return []
    }
  })
}

const named = (mark: string, pattern: RegExp): readonly number[] => markedProcesses(mark).filter(({ command }) => pattern.test(command)).map(({ pid }) => pid)
export const enginesOf = (mark: string): readonly number[] => named(mark, /(engine-process|faulty-engine)\./)
export const decodersOf = (mark: string): readonly number[] => named(mark, /decoder-process\./)

/** Milliseconds until none of `pids` is there any more; null where one still is after `limitMs`. */
export async function timeToEnd(pids: readonly number[], limitMs: number): Promise<number | null> {
  const start = performance.now()
  while (pids.some(isAlive)) {
    if (performance.now() - start > limitMs) return null
    await wait(10)
  }
  return Math.round(performance.now() - start)
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
