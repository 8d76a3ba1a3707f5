/** What the processor says of itself. */
import { readFileSync } from 'node:fs'

/** Whether it has units that multiply bfloat16 matrices; null where it does not say. */
export function processorHasBfloat16(): boolean | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' ')
    return flags === undefined ? null : flags.includes('amx_bf16') || flags.includes('avx512_bf16')
  } catch {
    return null
  }
}
