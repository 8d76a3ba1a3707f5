/** What this machine is, for speeds that were measured on it, for what fits into it, and for the settings page. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'

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

/** How many processes the system has ended so far for want of memory; null where it does not say. */
export function endedForMemory(): number | null {
  try {
    const found = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))
    return found === null ? null : Number(found[1])
  } catch {
    return null
  }
}
