/** What goes on beside training: files are hashed and written on other threads while the next steps are taken. */
import { setTimeout as after } from 'node:timers/promises'

/**
 * So long a step may wait for them. Each call of the file system goes on only when the event loop turns, which between
 * steps it does once: with steps of seconds a dozen calls would take a minute.
 */
const waitMs = 2

export class BesideTraining {
  /** All that was begun; null: nothing is on its way. */
  #working: Promise<void> | null = null
  #failure: { readonly error: unknown } | null = null

  /** Begins `work` once all before it is done; after a failure nothing is begun any more. */
  begin(work: () => void | Promise<void>): void {
    const working = (this.#working ?? Promise.resolve())
      .then(() => (this.#failure === null ? work() : undefined))
      .catch((error: unknown) => { this.#failure = { error } })
      .then(() => { if (this.#working === working) this.#working = null })
    this.#working = working
  }

  /** Lets it go on for a moment. @throws what has failed of it */
  async turn(): Promise<void> {
    if (this.#working !== null) await Promise.race([this.#working, after(waitMs)])
    this.#say()
  }

  /** Waits for all of it. @throws what has failed of it */
  async done(): Promise<void> {
    await this.#working
    this.#say()
  }

  #say(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
