/** What a run can go back to: its newest checkpoint, or its first values before there is one. Checkpoints are written beside training. */
import type { CheckpointInfo } from '../contract/trainer.ts'
import type { BesideTraining } from './beside.ts'
import { readCheckpoint, type Checkpoint } from './checkpoint.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'

export class SafePlace {
  readonly #keeper: CheckpointKeeper
  readonly #beside: BesideTraining
  /** Told once a checkpoint is whole on the disk. */
  readonly #told: (checkpoint: CheckpointInfo) => void
  #place: string | Checkpoint | null
  #writing = false

  /** @param file of a checkpoint that the run goes on from */
  constructor(runFolder: string, file: string | null, beside: BesideTraining, told: (checkpoint: CheckpointInfo) => void) {
    this.#keeper = new CheckpointKeeper(runFolder)
    this.#place = file
    this.#beside = beside
    this.#told = told
  }

  get isEmpty(): boolean {
    return this.#place === null
  }
  /** Not so while the first checkpoint is being written. */
  get isFile(): boolean {
    return typeof this.#place === 'string'
  }

  /** In memory, until the first checkpoint: even an early divergence has somewhere to return to. */
  remember(first: Checkpoint): void {
    this.#place = first
  }

  /** Waits for a checkpoint that is on its way: one at a time is in memory beside the model. @throws what failed of it */
  async ready(): Promise<void> {
    if (this.#writing) await this.#beside.done()
  }

  /** Begins to write it, and then to remove older ones. Call once `ready`. */
  write(checkpoint: Checkpoint): void {
    this.#writing = true
    this.#beside.begin(async () => {
      const info = await this.#keeper.write(checkpoint)
      this.#place = info.file
      this.#writing = false
      this.#told(info)
      await this.#keeper.prune(checkpoint.counters.bestAt)
    })
  }

  async read(): Promise<Checkpoint | null> {
    return typeof this.#place === 'string' ? await readCheckpoint(this.#place) : this.#place
  }
}
