/** When to try again after an engine process went down, and when to stop trying. */
export const restartWindowMs = 5 * 60_000
export const mostCrashes = 3

/** Counts crashes; the third within five minutes is the last. */
export class RestartPolicy {
  #crashes: number[] = []

  /** @param now monotonic milliseconds; returns whether to start again */
  allow(now: number): boolean {
    this.#crashes = [...this.#crashes.filter((at) => now - at < restartWindowMs), now]
    return this.#crashes.length < mostCrashes
  }

  get crashes(): number {
    return this.#crashes.length
  }
}

/** A frame of native code without names says nothing, and a crash leaves a dozen of them. */
const nameless = /^\s*\d+: 0x[0-9a-f]+ /

/** The end of an engine's log, short enough for a message. */
export function lastLines(log: string, count = 12): string {
  const lines = log.split(/\r?\n/).map((line) => line.trimEnd()).filter((line) => line !== '' && !nameless.test(line))
  return lines.slice(-count).join('\n')
}
