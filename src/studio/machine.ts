/** What this machine is, for speeds that were measured on it and for the settings page. */
import { availableParallelism, cpus, totalmem } from 'node:os'

/** The same as long as speeds measured here still hold. */
export function machineKey(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${process.platform} ${process.arch}, ${model}, ${availableParallelism()} threads, ${gigabytes} GB`
}
