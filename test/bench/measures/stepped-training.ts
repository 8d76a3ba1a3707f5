/** The studio's training loop in a process of its own, some steps at a time. */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Rng } from '../../../src/base/rng.ts'
import { square, type EngineId } from '../../../src/contract/data.ts'
import type { PackedSet, TrainJob } from '../../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../../src/contract/options.ts'
import type { FromTrainingChild, ToTrainingChild } from './training-child.ts'

type Reply<K extends string> = Extract<FromTrainingChild, Record<K, unknown>>

/** Linux: the process may use one processor alone. */
export const onOneProcessor = { execPath: '/usr/bin/taskset', execArgv: ['-c', '0', process.execPath] }

export class SteppedTraining {
  readonly opened: Reply<'opened'>['opened']
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, opened: Reply<'opened'>['opened']) {
    this.#child = child
    this.opened = opened
  }

  /** Rejects with the reason where the engine does not open here. @param held to one processor (Linux) */
  static async open(job: TrainJob, { held = false }: { readonly held?: boolean } = {}): Promise<SteppedTraining> {
    const how = held ? onOneProcessor : { execArgv: [] }
    const child = fork(join(import.meta.dirname, 'training-child.ts'), { serialization: 'advanced', ...how, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    try {
      const { opened } = (await ask(child, { job })) as Reply<'opened'>
      return new SteppedTraining(child, opened)
    } catch (error) {
      child.disconnect()
      throw error
    }
  }

  async run(steps: number): Promise<Reply<'ms'>> {
    return (await ask(this.#child, { steps })) as Reply<'ms'>
  }

  close(): void {
    this.#child.disconnect()
  }
}

function ask(child: ChildProcess, message: ToTrainingChild): Promise<FromTrainingChild> {
  const reply = Promise.withResolvers<FromTrainingChild>()
  const ended = (code: number | null): void => reply.reject(new Error(`The training process ended with code ${code}.`))
  child.once('message', (answer: FromTrainingChild) => ('failed' in answer ? reply.reject(new Error(answer.failed)) : reply.resolve(answer)))
  child.once('exit', ended)
  child.send(message)
  return reply.promise.finally(() => child.off('exit', ended))
}

/** Random pictures (what they show costs nothing) and an endless job on them. */
export async function randomJob(options: TrainingOptions, { engine, classes, count = 2048 }: { readonly engine: EngineId; readonly classes: number; readonly count?: number }): Promise<{ readonly job: TrainJob; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-bench-'))
  const size = options.resolution
  const rng = Rng.fromSeed(1, 'bench')
  const words = Uint32Array.from({ length: (count * size * size * 3) / 4 }, () => rng.uint32())
  const data: PackedSet = { path: join(folder, 'pictures.u8'), count, size: square(size), channels: 3, labels: Int32Array.from({ length: count }, (_, i) => (classes === 0 ? -1 : i % classes)) }
  await writeFile(data.path, new Uint8Array(words.buffer))
  const job: TrainJob = {
    kind: 'train', runId: 'run_bench', engine, options, classNames: Array.from({ length: classes }, (_, i) => `class ${i}`), data, folder,
    totalImages: 1e12, totalMs: null, elapsedMs: 0, resumeFrom: null, initialiseFrom: null,
  }
  return { job, remove: () => rm(folder, { recursive: true, force: true }) }
}
