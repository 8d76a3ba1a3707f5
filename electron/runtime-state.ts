/** `ready` and `gone` of a studio process, as its messages and its end say. */
import type { FromStudio } from './parent-protocol.ts'

export class RuntimeState {
  readonly ready: Promise<void>
  readonly gone: Promise<void>
  #becomeReady: () => void = () => {}
  #refuse: (error: Error) => void = () => {}
  #go: () => void = () => {}

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve
      this.#refuse = reject
    })
    this.ready.catch(() => {})
    this.gone = new Promise((resolve) => {
      this.#go = resolve
    })
  }

  receive(message: FromStudio): void {
    if (message.type === 'ready') this.#becomeReady()
    else if (message.type === 'refused') this.#refuse(new Error(message.message))
  }

  /** `stderr`: its last words. */
  end(stderr: string): void {
    this.#refuse(new Error(stderr.trim() === '' ? 'The studio process ended.' : stderr.trim()))
    this.#go()
  }
}

/** The last `limit` characters of a stream. */
export function tailOf(stream: NodeJS.ReadableStream | null, limit = 16_384): () => string {
  let tail = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (text: string) => {
    tail = (tail + text).slice(-limit)
  })
  return () => tail
}
