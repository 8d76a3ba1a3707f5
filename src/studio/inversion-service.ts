/** Given pictures into a run's latent space, and holes in them filled by what the generator makes. */
import { CancelledError, StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Argument } from '../contract/api.ts'
import { pictureSize, pixelsOf, type Activity, type EngineId, type Size } from '../contract/data.ts'
import type { InvertJob } from '../contract/engine-jobs.ts'
import type { Inverted } from '../contract/explorer.ts'
import { failed, refusal } from '../contract/failure.ts'
import { media } from '../contract/media.ts'
import { message } from '../contract/messages.ts'
import type { EngineMessage, SpawnEngineProcess } from '../contract/trainer.ts'
import { encodePicture } from '../export/pictures.ts'
import type { RunRecord } from '../store/runs.ts'
import { blended } from '../training/blend.ts'
import { encodeSheet } from '../training/pictures.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import type { FoundCheckpoint } from './checkpoints.ts'
import { EngineSession, unanswered } from './engine-session.ts'
import type { EnginesService } from './engines-service.ts'
import type { GivenPicture, GivenPictures } from './given-pictures.ts'
import type { RunsService } from './runs-service.ts'
import type { ShownSheets } from './shown-sheets.ts'
import type { Tickets } from './tickets.ts'

export interface InversionOptions {
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly tickets: Tickets
  readonly given: GivenPictures
  readonly sheets: ShownSheets
  readonly spawn: SpawnEngineProcess
}

/** Pictures in the run's size, with their names. */
interface Squares {
  readonly names: readonly string[]
  readonly pixels: Uint8Array
}
interface Asked extends Squares {
  readonly run: RunRecord
  readonly checkpoint: FoundCheckpoint
  readonly mask: Uint8Array | null
  readonly classIndex: number | null
  readonly steps: number
  readonly start: InvertJob['start']
}
type Look = Extract<EngineMessage, { type: 'inverted' }>

const mostPictures = 64
const defaultSteps = 150
/** Of the newest inversions: their pictures can be asked about again, and what was filled in be written out. */
const remembered = 8

interface Remembered extends Squares {
  readonly runId: string
  /** PNG of the first picture with its hole filled in; null without mask. */
  readonly filled: Uint8Array | null
}

export class InversionService {
  readonly #options: InversionOptions
  readonly #remembered = new Map<string, Remembered>()

  constructor(options: InversionOptions) {
    this.#options = options
  }

  invert({ id, tickets: sources = [], sampleIds = [], pictureIds = [], again, className, mask, maskTicket, steps = defaultSteps, start = 'auto', checkpoint: choice = 'best' }: Argument<'runs.invert'>): Activity {
    const { activities, runs, tickets, given } = this.#options
    const run = runs.record(id)
    const classIndex = className === undefined ? null : run.classNames.indexOf(className)
    if (classIndex === -1) throw refusal('bad-input', message('refused.runClass', { run: run.name, class: className ?? '', known: run.classNames.length === 0 ? message('known.none') : message('known.classes', { names: run.classNames.join(', ') }) }))
    const before = again === undefined ? null : this.#find(again)
    if (before !== null && before.runId !== run.id) throw refusal('bad-input', message('refused.givenElsewhere'))
    const kept = [...pictureIds.map((one) => given.ofDataset(one)), ...sampleIds.map((one) => given.ofGallery(one))]
    const paths = sources.flatMap((ticket) => tickets.takeSources(ticket))
    const maskPaths = maskTicket === undefined ? [] : tickets.takeSources(maskTicket)
    return activities.start({ kind: 'invert', title: mask === undefined && maskTicket === undefined ? 'Find latents' : 'Fill in', subjectId: run.id }, async (progress) => {
      const checkpoint = await runs.checkpoint(run.id, 'look', choice)
      const { options, channels } = checkpoint
      const size = pictureSize(options)
      const { fit } = options
      const read = async (pictures: readonly GivenPicture[]): Promise<Squares> => ({ names: pictures.map(({ name }) => name), pixels: await given.squares(pictures, { size, channels, fit }) })
      const squares = before ?? (await given.during(kept, paths, { most: mostPictures, signal: progress.signal }, read))
      const drawn = maskPaths.length === 0 ? null : await given.during([], maskPaths, { most: 1, signal: progress.signal }, async (pictures) => await given.squares(pictures, { size, channels: 1, fit }))
      const known = mask === undefined ? drawn?.map((byte) => 255 - byte) : new Uint8Array(Buffer.from(mask, 'base64'))
      const hole = known === undefined ? null : checkedMask(known, size, squares.names.length)
      return { kind: 'invert', inverted: await this.#invert({ ...squares, run, checkpoint, mask: hole, classIndex, steps, start }, progress) }
    })
  }

  /** PNG of a picture with its hole filled in. @throws `not-found` */
  filled(id: string): Uint8Array {
    const { filled } = this.#find(id)
    if (filled === null) throw refusal('bad-input', message('refused.notFilled'))
    return filled
  }

  async #invert(asked: Asked, progress: ActivityProgress): Promise<Inverted> {
    const { engines, sheets } = this.#options
    const { run, checkpoint, names, pixels, mask } = asked
    let reason = refusal('engine-unavailable', message('engine.none'))
    for (const engine of engines.order(run.engine)) {
      const looks = await this.#session(asked, engine, progress)
      if (looks instanceof StudioError) {
        reason = looks
        continue
      }
      const { channels, options } = checkpoint
    const tile = pictureSize(options)
    const { latentSize } = options
      const made = Buffer.concat(looks.map(({ last }) => last.pixels))
      const whole = mask === null ? null : blended(pixels, made, mask, { size: tile, channels })
      const rows = whole === null ? [pixels, made] : [pixels, made, whole]
      const sheet = media.preview(sheets.keep(await encodeSheet(Buffer.concat(rows), { columns: names.length, rows: rows.length, tile, channels })))
      const filled = whole === null ? null : await encodePicture({ kind: 'raw', pixels: whole, size: tile, channels }, 'png')
      const id = this.#remember({ names, pixels, runId: run.id, filled })
      const pictures = looks.flatMap(({ first, last }) => Array.from({ length: last.count }, (_, i) => {
        const classes = last.mixes.length / last.count
        const point = { latent: [...last.latents.subarray(i * latentSize, (i + 1) * latentSize)], mix: [...last.mixes.subarray(i * classes, (i + 1) * classes)], style: null }
        return { name: names[last.index + i] ?? '', point, distance: last.distances[i] ?? 0, firstDistance: first.distances[i] ?? 0 }
      }))
      return { id, runId: run.id, imagesSeen: checkpoint.counters.imagesSeen, pictures, sheet, columns: names.length, rows: rows.length, tile }
    }
    throw reason
  }

  /** The first and last look at each batch, or why this engine did not open. */
  async #session({ checkpoint, names, pixels, mask, classIndex, steps, start }: Asked, engine: EngineId, progress: ActivityProgress): Promise<readonly { readonly first: Look; readonly last: Look }[] | StudioError> {
    const total = names.length * Math.max(1, steps)
    const looks = new Map<number, { readonly first: Look; readonly last: Look }>()
    const session = new EngineSession({
      spawn: this.#options.spawn,
      job: { kind: 'invert', engine, checkpoint: checkpoint.file, pixels, masks: mask, classIndices: names.map(() => classIndex), steps, start },
      onMessage: (message) => {
        if (message.type !== 'inverted') return
        looks.set(message.index, { first: looks.get(message.index)?.first ?? message, last: message })
        progress.report({ done: message.index * steps + message.count * message.step, total })
        void this.#preview(message, pixels, progress)
      },
    })
    const cancel = (): void => session.stop(false)
    progress.signal.addEventListener('abort', cancel)
    try {
      const end = await session.ended
      if (progress.signal.aborted) throw new CancelledError()
      if (end.kind === 'done' && end.outcome === 'reached') return [...looks.values()]
      if (end.kind === 'failed') {
        const error = failed(end)
        if (error.code === 'engine-unavailable') return error
        throw error
      }
      throw unanswered(end, 'engine.before', { before: message('before.found') })
    } finally {
      progress.signal.removeEventListener('abort', cancel)
    }
  }

  /** What was given above what is made of it so far. */
  async #preview({ index, count, size: tile, channels, pixels: made }: Look, given: Uint8Array, progress: ActivityProgress): Promise<void> {
    const each = pixelsOf(tile) * channels
    const sheet = await encodeSheet(Buffer.concat([given.subarray(index * each, (index + count) * each), made]), { columns: count, rows: 2, tile, channels })
    progress.report({ preview: media.preview(this.#options.sheets.keep(sheet)) })
  }

  #find(id: string): Remembered {
    const found = this.#remembered.get(id)
    if (found === undefined) throw refusal('not-found', message('refused.lookedGone'))
    return found
  }

  #remember(one: Remembered): string {
    const id = newId('inv')
    this.#remembered.set(id, one)
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size > remembered && oldest !== undefined) this.#remembered.delete(oldest)
    return id
  }
}

/** @throws `bad-input` where it is not of one picture of this size, or leaves nothing known */
function checkedMask(bytes: Uint8Array, size: Size, pictures: number): Uint8Array {
  const mask = bytes.map((byte) => (byte >= 128 ? 255 : 0))
  if (pictures !== 1) throw new StudioError('bad-input', `A mask is for one picture, and ${pictures} were given.`)
  if (mask.length !== pixelsOf(size)) throw new StudioError('bad-input', `Mask: expected ${size.width} × ${size.height} bytes, found ${mask.length}.`)
  const known = mask.reduce((sum, byte) => sum + byte / 255, 0)
  if (known === 0 || known === mask.length) throw refusal('bad-input', message(known === 0 ? 'refused.maskAll' : 'refused.maskNone'))
  return mask
}
