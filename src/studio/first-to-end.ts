import { writeFileSync } from 'node:fs'

/**
 * Where memory runs out, Linux ends the process whose share and score are highest. This one asks to be it: a studio
 * starts an engine or a decoder again, and nobody starts the studio, the browser or a person's other work again.
 */
export function firstToEnd(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // Without a word of ours the kernel goes by the memory alone, which is mostly an engine's.
  }
}
