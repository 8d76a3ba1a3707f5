/** What this machine is, for speeds that were measured on it, for what fits into it, and for the settings page. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** The same as long as speeds measured here still hold. */
export function machineKey(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${process.platform} ${process.arch}, ${model}, ${availableParallelism()} threads, ${gigabytes} GB`
}

/** Bytes that this process may use: of the machine, or of the container that it runs in. */
export function memoryHere(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** How many want each processor, 1 to 6: what shares a processor with five others takes six times as long. 1 where the system does not say (Windows). */
export const crowding = (): number => Math.min(6, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))

/** How many processes the system has ended so far for want of memory; null where it does not say. */
export function endedForMemory(): number | null {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))
    return found === null ? null : Number(found[1])
  } catch {
    return null
  }
}
