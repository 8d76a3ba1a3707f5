/** Parts of many paths, found in one pass over all of them joined, without regard to case. */

/** In no path, and in nothing that a person types. */
const separator = '\u0000'

export class PathIndex {
  readonly #joined: string
  /** Where each path begins in it. */
  readonly #starts: Uint32Array

  constructor(paths: readonly string[]) {
    const folded = paths.map(fold)
    this.#starts = new Uint32Array(paths.length)
    let at = 0
    for (const [i, path] of folded.entries()) {
      this.#starts[i] = at
      at += path.length + 1
    }
    this.#joined = folded.join(separator)
  }

  /** 1 for each path that has this in it. */
  holding(text: string): Uint8Array {
    const wanted = fold(text)
    const found = new Uint8Array(this.#starts.length)
    if (wanted === '' || wanted.includes(separator)) return found.fill(wanted === '' ? 1 : 0)
    let path = 0
    for (let at = this.#joined.indexOf(wanted); at >= 0; at = this.#joined.indexOf(wanted, this.#starts[path] ?? Infinity)) {
      while (path < this.#starts.length && (this.#starts[path] ?? 0) <= at) path += 1
      found[path - 1] = 1
      if (path >= this.#starts.length) break
    }
    return found
  }
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()
