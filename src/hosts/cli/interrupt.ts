/** Ctrl-C (and a polite end from outside) as steps: first finish well, then at once. */

export interface Interrupts {
  /** Listeners get 1 for the first, 2 for the second …; returns the function that stops listening. */
  on(listener: (count: number) => void): () => void
  readonly count: number
  dispose(): void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One key press may arrive twice: from the terminal and through the process that started this one. */
const sameMs = 250

export function catchInterrupts(): Interrupts {
  const listeners = new Set<(count: number) => void>()
  let count = 0
  let last = -Infinity
  const heard = (): void => {
    const now = performance.now()
    if (now - last < sameMs) return
    last = now
    count++
    for (const listener of [...listeners]) listener(count)
  }
  for (const signal of signals) process.on(signal, heard)
  return {
    on: (listener) => {
      listeners.add(listener)
      if (count > 0) listener(count)
      return () => listeners.delete(listener)
    },
    get count() {
      return count
    },
    dispose: () => {
      for (const signal of signals) process.off(signal, heard)
    },
  }
}
