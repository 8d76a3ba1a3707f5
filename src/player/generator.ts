/** Pictures in the order they are asked for; while one is made, only the newest wish is kept. */
import { interpreterOf, type PlayerModel } from './model.ts'
import { make, type Made, type Opening, type Wanted } from './worker.ts'

type Ask = Omit<Wanted, 'id'>

export class PictureSource {
  readonly #send: (wanted: Wanted) => void
  #next: { readonly ask: Ask; readonly done: (made: Made) => void } | null = null
  #current: ((made: Made) => void) | null = null
  #id = 0

  constructor(model: PlayerModel, weights: Uint8Array, script: string) {
    const worker = openWorker(script)
    if (worker === null) {
      // Some browsers allow no workers in a page from the disk.
      const interpreter = interpreterOf(model, weights)
      this.#send = (wanted) => void setTimeout(() => this.#arrived(make(interpreter, wanted)))
      return
    }
    worker.onmessage = ({ data }: MessageEvent<Made>) => this.#arrived(data)
    worker.postMessage({ model, weights } satisfies Opening)
    this.#send = (wanted) => worker.postMessage(wanted)
  }

  get busy(): boolean {
    return this.#current !== null
  }

  /** `done` is not called where another wish comes before this one's turn. */
  ask(ask: Ask, done: (made: Made) => void): void {
    this.#next = { ask, done }
    if (this.#current === null) this.#begin()
  }

  #begin(): void {
    if (this.#next === null) return
    const { ask, done } = this.#next
    this.#next = null
    this.#current = done
    this.#send({ id: (this.#id += 1), ...ask })
  }

  #arrived(made: Made): void {
    const done = this.#current
    this.#current = null
    done?.(made)
    this.#begin()
  }
}

function openWorker(script: string): Worker | null {
  try {
    return new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })))
  } catch {
    return null
  }
}
