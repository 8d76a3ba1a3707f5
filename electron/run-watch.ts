/** What main must know of the runs: whether one goes on (to ask on closing, and to keep the computer awake). */
import { powerSaveBlocker } from 'electron'
import type { Run, RunState } from '../src/contract/data.ts'
import type { Studio } from '../src/contract/api.ts'

const goingOn: readonly RunState[] = ['preparing', 'training', 'stopping']

export class RunWatch {
  readonly #active = new Map<string, Run>()
  readonly #idleListeners: (() => void)[] = []
  #blocker: number | null = null
  #studio: Studio | null = null

  /** Follows this studio from now on; the one before has gone. */
  async follow(studio: Studio): Promise<void> {
    this.#studio = studio
    this.#active.clear()
    studio.on('run.changed', (run) => this.#see(run))
    studio.on('run.removed', ({ id }) => this.#forget(id))
    for (const run of await studio.call('runs.list')) this.#see(run)
    this.#keepAwake()
  }

  /** A run that would be cut off if the studio closed now. */
  get active(): boolean {
    return this.#active.size > 0
  }

  /** Stops every run, saving it; resolves when none goes on any more. */
  async stopAll(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      if (this.active) this.#idleListeners.push(resolve)
      else resolve()
    })
    for (const run of [...this.#active.values()])
      if (run.state !== 'stopping') await this.#studio?.call('runs.stop', { id: run.id, save: true })
    await stopped
  }

  /** Called each time the last run ends. */
  onIdle(listener: () => void): void {
    this.#idleListeners.push(listener)
  }

  #see(run: Run): void {
    if (!goingOn.includes(run.state)) return this.#forget(run.id)
    this.#active.set(run.id, run)
    this.#keepAwake()
  }

  #forget(id: string): void {
    if (!this.#active.delete(id)) return
    this.#keepAwake()
    if (!this.active) for (const listener of [...this.#idleListeners]) listener()
  }

  #keepAwake(): void {
    if (this.active && this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!this.active && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = null
    }
  }
}
