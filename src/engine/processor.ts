/** What the processor says of itself. */
import { readFileSync } from 'node:fs'
import type { TrainingOptions } from '../contract/options.ts'

/** What multiplies bfloat16: a matrix unit (AMX), vectors (AVX-512), or nothing. */
export type Bfloat16Units = 'matrices' | 'vectors' | 'none'

/** null where it does not say. */
export function bfloat16Units(): Bfloat16Units | null {
  const flags = flagsOf()
  if (flags === null) return null
  return flags.includes('amx_bf16') ? 'matrices' : flags.includes('avx512_bf16') ? 'vectors' : 'none'
}

/** Whether most of what the compiled steps of such a run compute is by the studio's own kernels for certain, where those are there. */
export const stepsByOwnKernels = (precision: TrainingOptions['precision']): boolean =>
  precision === 'float32' || bfloat16Units() === 'matrices' || (precision === 'auto' && bfloat16Units() === 'none')

/** What Linux lists; null where nothing does. */
function flagsOf(): readonly string[] | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(' ') ?? null
  } catch {
    return null
  }
}
