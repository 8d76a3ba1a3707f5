/** Latents of pictures a person gives, and what the generator makes of them, into a file of theirs. */
import { basename, dirname } from 'node:path'
import { CancelledError, StudioError } from '../base/errors.ts'
import type { Argument } from '../contract/api.ts'
import { pictureSize, pixelsOf, type Activity } from '../contract/data.ts'
import type { EncodeJob } from '../contract/engine-jobs.ts'
import { failed, refusal } from '../contract/failure.ts'
import { message, phrase } from '../contract/messages.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { openSources, sourceOf } from '../dataset/sources.ts'
import { bytesInto, writeNewFile } from '../export/new-file.ts'
import type { RunRecord } from '../store/runs.ts'
import { encodeSheet } from '../training/pictures.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { olderCheckpointNotice, type FoundCheckpoint } from './checkpoints.ts'
import { EngineSession, unanswered } from './engine-session.ts'
import type { EnginesService } from './engines-service.ts'
import type { ExportJournal } from './export-journal.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface EncodeOptions {
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly tickets: Tickets
  readonly journal: ExportJournal
  readonly spawn: SpawnEngineProcess
  readonly decoders: Decoders
}

interface Given {
  readonly names: readonly string[]
  readonly pixels: Uint8Array
}
interface Encoded {
  /** count × latentSize. */
  readonly latents: Float32Array
  /** As `Given.pixels`. */
  readonly rebuilt: Uint8Array
}

const mostPictures = 500
/** Pictures in a row of a sheet; each row of them stands above the row rebuilt from it. */
const mostColumns = 8

export class EncodeService {
  readonly #options: EncodeOptions

  constructor(options: EncodeOptions) {
    this.#options = options
  }

  encode({ id, tickets: given, className, format, target, checkpoint: choice = 'best' }: Argument<'runs.encode'>): Activity {
    const { activities, runs, tickets, journal } = this.#options
    const run = runs.record(id)
    const classIndex = classIndexOf(run, className)
    const paths = given.flatMap((ticket) => tickets.takeSources(ticket))
    const place = tickets.takeTarget(target)
    return activities.start({ kind: 'encode', title: 'Find latents', subjectId: run.id }, async (progress) => {
      const checkpoint = await runs.checkpoint(run.id, 'encode', choice)
      const older = olderCheckpointNotice(checkpoint)
      if (older !== null) progress.report({ detail: phrase(older, 'en') })
      const pictures = await this.#read(paths, checkpoint, progress)
      const classIndices = pictures.names.map(() => classIndex)
      const encoded = await this.#run({ kind: 'encode', engine: run.engine, checkpoint: checkpoint.file, pixels: pictures.pixels, classIndices }, checkpoint, progress)
      const bytes = format === 'json' ? asJson(run, checkpoint, className ?? null, pictures, encoded) : await asSheet(checkpoint, pictures, encoded)
      await journal.during(dirname(place.path), () => writeNewFile(place, bytesInto(bytes)))
      return { kind: 'export', files: [basename(place.path)], download: null }
    })
  }

  /** On the first engine that opens. */
  async #run(job: EncodeJob, checkpoint: FoundCheckpoint, progress: ActivityProgress): Promise<Encoded> {
    let reason = refusal('engine-unavailable', message('engine.none'))
    for (const engine of this.#options.engines.order(job.engine)) {
      const end = await this.#session({ ...job, engine }, checkpoint, progress)
      if (progress.signal.aborted) throw new CancelledError()
      if (!(end instanceof StudioError)) return end
      reason = end
    }
    throw reason
  }

  /** Pictures in the run's size, fitted as those it was trained on. One that cannot be read ends it: a gap would shift all others. */
  async #read(paths: readonly string[], { options, channels }: FoundCheckpoint, { signal }: ActivityProgress): Promise<Given> {
    const sources = await openSources(paths, signal)
    try {
      const { files, problems } = sources
      const [problem] = problems
      if (problem !== undefined) throw new StudioError('bad-input', `${problem.path}: ${phrase(problem.why, 'en')}`)
      if (files.length === 0) throw new StudioError('bad-input', 'There are no pictures in what was named.')
      if (files.length > mostPictures) throw new StudioError('bad-input', `Latents are found for at most ${mostPictures} pictures at a time, and ${files.length} were named.`)
      const squares: Uint8Array[] = []
      for (const file of files) {
        signal.throwIfAborted()
        squares.push(await this.#options.decoders.one({ kind: 'square', square: { size: pictureSize(options), fit: options.fit, channels } }, await sourceOf(file)).catch((error: unknown) => {
          throw new StudioError('bad-input', `${file.path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
        }))
      }
      return { names: files.map(({ path }) => path), pixels: Buffer.concat(squares) }
    } finally {
      sources.close()
    }
  }

  /** What was found, or why this engine did not open. */
  async #session(job: EncodeJob, { options }: FoundCheckpoint, progress: ActivityProgress): Promise<Encoded | StudioError> {
    const total = job.classIndices.length
    const latents = new Float32Array(total * options.latentSize)
    const rebuilt = new Uint8Array(job.pixels.length)
    const take = (message: EngineMessage): void => {
      if (message.type === 'latents') latents.set(message.latents, message.index * options.latentSize)
      if (message.type !== 'pictures') return
      rebuilt.set(message.pixels, message.index * (job.pixels.length / total))
      progress.report({ done: message.index + message.count, total })
    }
    const session = new EngineSession({ spawn: this.#options.spawn, job, onMessage: take })
    const cancel = (): void => session.stop(false)
    progress.signal.addEventListener('abort', cancel)
    try {
      const end = await session.ended
      if (end.kind === 'done' && end.outcome === 'reached') return { latents, rebuilt }
      if (end.kind === 'failed' && end.code === 'engine-unavailable') return failed(end)
      if (progress.signal.aborted) throw new CancelledError()
      throw unanswered(end, 'engine.before', { before: message('before.latents') })
    } finally {
      progress.signal.removeEventListener('abort', cancel)
    }
  }
}

function classIndexOf(run: RunRecord, className: string | undefined): number | null {
  if (className === undefined) return null
  const index = run.classNames.indexOf(className)
  if (index >= 0) return index
  throw refusal('bad-input', message('refused.runClass', { run: run.name, class: className, known: run.classNames.length === 0 ? message('known.none') : message('known.classes', { names: run.classNames.join(', ') }) }))
}

function asJson(run: RunRecord, { options, counters }: FoundCheckpoint, className: string | null, { names }: Given, { latents }: Encoded): Uint8Array {
  const { latentSize } = options
  const pictures = names.map((picture, i) => ({ picture, latent: [...latents.subarray(i * latentSize, (i + 1) * latentSize)] }))
  return Buffer.from(`${JSON.stringify({ run: run.name, imagesSeen: counters.imagesSeen, className, latentSize, pictures }, null, 1)}\n`)
}

function asSheet({ options, channels }: FoundCheckpoint, { names, pixels }: Given, { rebuilt }: Encoded): Promise<Uint8Array> {
  const tile = pictureSize(options)
  const each = pixelsOf(tile) * channels
  const columns = Math.min(mostColumns, names.length)
  const pairs = Math.ceil(names.length / columns)
  const sheet = new Uint8Array(pairs * 2 * columns * each)
  for (let pair = 0; pair < pairs; pair++) {
    const from = pair * columns * each
    const until = Math.min(names.length, (pair + 1) * columns) * each
    sheet.set(pixels.subarray(from, until), 2 * from)
    sheet.set(rebuilt.subarray(from, until), 2 * from + columns * each)
  }
  return encodeSheet(sheet, { columns, rows: 2 * pairs, tile, channels })
}
