/** Ids that are selected: tens of thousands change in one act, and whoever shows them hears of it once. */
export type Picking = 'only' | 'add' | 'remove'

export class Selection {
  readonly #ids = new Set<string>()
  #version = $state(0)

  get size(): number {
    void this.#version
    return this.#ids.size
  }
  has(id: string): boolean {
    void this.#version
    return this.#ids.has(id)
  }
  /** 1 for each that is selected. */
  mask(ids: readonly string[]): Uint8Array {
    void this.#version
    return Uint8Array.from(ids, (id) => (this.#ids.has(id) ? 1 : 0))
  }
  [Symbol.iterator](): IterableIterator<string> {
    void this.#version
    return this.#ids.values()
  }

  clear(): void {
    this.pick([], 'only')
  }
  /** Selected if it was not, else not any more. */
  toggle(id: string): void {
    this.pick([id], this.#ids.has(id) ? 'remove' : 'add')
  }
  pick(ids: Iterable<string>, how: Picking): void {
    if (how === 'only') this.#ids.clear()
    for (const id of ids) {
      if (how === 'remove') this.#ids.delete(id)
      else this.#ids.add(id)
    }
    this.#version += 1
  }
}
