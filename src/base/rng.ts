/**
 * Seeded random numbers, the same on every platform and restorable from a checkpoint.
 * Generator: xoshiro128** (Blackman & Vigna 2018); seeding: splitmix32.
 */
export interface RngState {
  readonly words: readonly [number, number, number, number]
  /** The second Box–Muller value, kept so that a restored stream goes on exactly. */
  readonly spare: number | null
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

export class Rng {
  #a: number
  #b: number
  #c: number
  #d: number
  #spare: number | null

  private constructor(state: RngState) {
    ;[this.#a, this.#b, this.#c, this.#d] = state.words
    this.#spare = state.spare
  }

  /** `stream` separates independent sequences of one seed (batches, latents, augmentation …). */
  static fromSeed(seed: number, stream = ''): Rng {
    let s = seed >>> 0
    for (let i = 0; i < stream.length; i++) s = Math.imul(s ^ stream.charCodeAt(i), 0x01000193) >>> 0
    const next = (): number => {
      s = (s + 0x9e3779b9) | 0
      let t = s ^ (s >>> 16)
      t = Math.imul(t, 0x21f0aaad)
      t ^= t >>> 15
      t = Math.imul(t, 0x735a2d97)
      return t ^ (t >>> 15)
    }
    return new Rng({ words: [next(), next(), next(), next() | 1], spare: null })
  }

  static restore(state: RngState): Rng {
    return new Rng(state)
  }

  state(): RngState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spare: this.#spare }
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const result = Math.imul(rotl(Math.imul(this.#b, 5), 7), 9) >>> 0
    const t = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= t
    this.#d = rotl(this.#d, 11)
    return result
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 0x100000000
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n)
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    if (this.#spare !== null) {
      const value = this.#spare
      this.#spare = null
      return value
    }
    const r = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spare = r * Math.sin(angle)
    return r * Math.cos(angle)
  }

  fillNormal(out: Float32Array): Float32Array {
    for (let i = 0; i < out.length; i++) out[i] = this.normal()
    return out
  }

  fillUniform(out: Float32Array): Float32Array {
    for (let i = 0; i < out.length; i++) out[i] = this.uniform()
    return out
  }

  /** Fisher–Yates, in place. */
  shuffle(items: Uint32Array): Uint32Array {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const kept = items[i] as number
      items[i] = items[j] as number
      items[j] = kept
    }
    return items
  }
}
