/** Pictures of a run, from its newest checkpoint, on the first engine that opens. */
import { CancelledError, StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { EngineId } from '../contract/data.ts'
import type { GenerateJob } from '../contract/engine-jobs.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { RunRecord } from '../store/runs.ts'
import type { FoundCheckpoint } from './checkpoints.ts'
import { enginePictures, type PictureBatch } from './engine-pictures.ts'
import type { EnginesService } from './engines-service.ts'

export type GeneratorItem = GenerateJob['items'][number]
export interface GeneratedBatch extends PictureBatch {
  readonly engine: EngineId
}
export interface GeneratorRequest {
  readonly run: RunRecord
  readonly checkpoint: FoundCheckpoint
  readonly items: readonly GeneratorItem[]
  readonly truncation: number
  readonly signal: AbortSignal
  /** Told where an engine did not open and another takes its place. */
  readonly onFallback?: (message: string) => void
}

export class Generator {
  readonly #engines: EnginesService
  readonly #spawn: SpawnEngineProcess
  readonly #log: Log

  constructor({ engines, spawn, log }: { readonly engines: EnginesService; readonly spawn: SpawnEngineProcess; readonly log: Log }) {
    this.#engines = engines
    this.#spawn = spawn
    this.#log = log
  }

  /** In order; the engine the run was trained on goes first, since it makes the same bytes again. */
  async *pictures({ run, checkpoint, items, truncation, signal, onFallback }: GeneratorRequest): AsyncGenerator<GeneratedBatch> {
    const engines = this.#engines.order(run.engine)
    for (const [index, engine] of engines.entries()) {
      const job: GenerateJob = { kind: 'generate', engine, checkpoint: checkpoint.file, items, truncation }
      try {
        for await (const batch of enginePictures(this.#spawn, job, signal)) yield { ...batch, engine }
        return
      } catch (error) {
        const next = engines[index + 1]
        if (signal.aborted) throw new CancelledError()
        if (!(error instanceof StudioError) || error.code !== 'engine-unavailable' || next === undefined) throw error
        const message = `${error.message} The pictures are made with the ${next} engine instead.`
        this.#log('warn', message)
        onFallback?.(message)
      }
    }
  }
}

/**
 * Seeds from `seed` on; the named class, or all of the run's in turn.
 * @throws `bad-input` for a class the run does not know
 */
export function itemsOf(run: RunRecord, { count, seed, className }: { readonly count: number; readonly seed: number; readonly className?: string | undefined }): GeneratorItem[] {
  const { classNames } = run
  const fixed = className === undefined ? null : classNames.indexOf(className)
  if (fixed === -1) {
    const known = classNames.length === 0 ? 'it was trained without classes' : `it knows ${classNames.join(', ')}`
    throw new StudioError('bad-input', `The run "${run.name}" has no class "${className ?? ''}": ${known}.`)
  }
  return Array.from({ length: count }, (_, i) => ({ seed: seed + i, classIndex: classNames.length === 0 ? null : (fixed ?? i % classNames.length) }))
}

export const classNameOf = (run: RunRecord, item: GeneratorItem | undefined): string | null =>
  item?.classIndex == null ? null : (run.classNames[item.classIndex] ?? null)
