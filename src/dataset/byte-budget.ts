/** How many bytes may be in memory at once: work that needs more waits its turn. */
export class ByteBudget {
  readonly #limit: number
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = []
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** In the order of the calls. What needs more than there is at all goes alone. */
  async during<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ bytes, start })
      this.#next()
    })
    try {
      return await work()
    } finally {
      this.#used -= bytes
      this.#next()
    }
  }

  #next(): void {
    for (let [first] = this.#waiting; first !== undefined && (this.#used === 0 || this.#used + first.bytes <= this.#limit); [first] = this.#waiting) {
      this.#waiting.shift()
      this.#used += first.bytes
      first.start()
    }
  }
}
