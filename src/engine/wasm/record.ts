/** What a task is told: 32-bit words in the engine's memory, by name. */
import { load, loadFloat, store, type Code } from './assembler.ts'

export class RecordLayout<Name extends string> {
  readonly #names: readonly Name[]

  constructor(names: readonly Name[]) {
    this.#names = names
  }

  get bytes(): number {
    return 4 * this.#names.length
  }

  /** Code that reads a word of the record at an address. */
  read(at: Code, name: Name): Code {
    return load(at, 4 * this.#names.indexOf(name))
  }

  /** Code that sets a word. */
  set(at: Code, name: Name, value: Code): Code {
    return store(at, value, 4 * this.#names.indexOf(name))
  }

  readFloat(at: Code, name: Name): Code {
    return loadFloat(at, 4 * this.#names.indexOf(name))
  }

  /** Whole numbers, but for those named in `floats`. */
  write(buffer: ArrayBufferLike, at: number, values: Readonly<Record<Name, number>>, floats: readonly Name[] = []): void {
    const words = new Int32Array(buffer, at, this.#names.length)
    const numbers = new Float32Array(buffer, at, this.#names.length)
    this.#names.forEach((name, i) => {
      if (floats.includes(name)) numbers[i] = values[name]
      else words[i] = values[name]
    })
  }
}
