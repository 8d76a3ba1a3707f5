/** What the processor says of itself. */
import { readFileSync } from 'node:fs'
import type { TrainingOptions } from '../contract/options.ts'

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

/** Whether all compiled steps of such a run are in float32 for certain. */
export const stepsInFloat32 = (precision: TrainingOptions['precision']): boolean =>
  precision === 'float32' || (precision === 'auto' && processorHasBfloat16() === false)
