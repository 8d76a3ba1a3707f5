/** Answers that cost time, by everything they depend on; the oldest goes first, and a failure is not kept. */
const mostRemembered = 32

export class Remembered<T> {
  readonly #known = new Map<string, Promise<T>>()

  async get(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    if (known !== undefined) return await known
    const found = find()
    this.#known.set(key, found)
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value ?? '')
    return await found.catch((error: unknown) => {
      this.#known.delete(key)
      throw error
    })
  }
}
