/** The checkpoints of one run in its folder: the newest two are kept, and the best. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { CheckpointInfo } from '../contract/trainer.ts'
import { writeCheckpoint, type Checkpoint } from './checkpoint.ts'

const kept = 2
const pattern = /^\d{12}\.safetensors$/
const leftover = /^\.\d{12}\.safetensors\.[0-9a-f]+\.tmp$/

export class CheckpointKeeper {
  readonly #folder: string

  constructor(runFolder: string) {
    this.#folder = join(runFolder, 'checkpoints')
  }

  async write(checkpoint: Checkpoint): Promise<CheckpointInfo> {
    const { imagesSeen, elapsedMs } = checkpoint.counters
    await mkdir(this.#folder, { recursive: true }).catch((error: unknown) => {
      throw fromSystemError(error, message('doing.checkpointFolder'))
    })
    const file = join(this.#folder, `${String(imagesSeen).padStart(12, '0')}.safetensors`)
    const written = await writeCheckpoint(file, checkpoint)
    return { file, imagesSeen, elapsedMs, ...written }
  }

  /** Removes all but the newest and the one at `best` images (-1: none), and what a crash left half written. Call once the newest is known. */
  async prune(best: number): Promise<void> {
    // What cannot be removed now is tried again after the next checkpoint.
    const names = await readdir(this.#folder).catch(() => [])
    const old = names.filter((name) => pattern.test(name)).sort().slice(0, -kept).filter((name) => Number.parseInt(name, 10) !== best)
    for (const name of [...old, ...names.filter((name) => leftover.test(name))]) await rm(join(this.#folder, name), { force: true }).catch(() => {})
  }
}
