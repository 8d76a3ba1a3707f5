/**
 * How long work has taken, without the time that the computer slept: whether a monotonic clock stands
 * still then depends on the system.
 */

/** Of a span longer than this, only what the processor worked counts: it works all along in a step, and not at all asleep. */
const longestMs = 10_000

export interface Clocks {
  /** Monotonic, milliseconds. */
  readonly now: () => number
  /** Of all threads of this process, milliseconds. */
  readonly worked: () => number
}
const ofProcess: Clocks = {
  now: () => performance.now(),
  worked: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
}

export class WorkingTime {
  readonly #clocks: Clocks
  #now: number
  #worked: number

  constructor(clocks: Clocks = ofProcess) {
    this.#clocks = clocks
    this.#now = clocks.now()
    this.#worked = clocks.worked()
  }

  /** Milliseconds since it was made or last asked. */
  lap(): number {
    const [now, worked] = [this.#now, this.#worked]
    this.#now = this.#clocks.now()
    this.#worked = this.#clocks.worked()
    const span = this.#now - now
    return span <= longestMs ? span : Math.min(span, longestMs + this.#worked - worked)
  }
}
