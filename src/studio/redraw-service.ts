/** Given pictures made larger, or into another class, by a run that learned to, and kept until others are or the studio ends. */
import { newId } from '../base/ids.ts'
import type { Argument } from '../contract/api.ts'
import { mostRedrawnPixels, mostToRedraw, pictureSize, roomFor, type Activity, type ActivityKind, type Redrawn } from '../contract/data.ts'
import type { LoosePicture } from '../contract/engine-jobs.ts'
import { refusal } from '../contract/failure.ts'
import { media } from '../contract/media.ts'
import { type Message, message } from '../contract/messages.ts'
import { taskOf } from '../contract/tasks.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { ShrinkTo } from '../dataset/decode.ts'
import { fileNamePart } from '../export/names.ts'
import { bytesInto } from '../export/new-file.ts'
import { encodeLoose, type ExportPicture } from '../export/pictures.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import type { Downloads } from './downloads.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import type { SizedStream } from './export-service.ts'
import { whyOf, type GivenPicture, type GivenPictures } from './given-pictures.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface RedrawOptions {
  readonly activities: Activities
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly tickets: Tickets
  readonly given: GivenPictures
  readonly downloads: Downloads
  readonly spawn: SpawnEngineProcess
}

/** Of the newest answers, whose pictures can still be seen and written out. */
const remembered = 4

interface ReadPicture extends LoosePicture {
  readonly name: string
}

interface Kept {
  /** The name of the picture that was given. */
  readonly given: string
  /** Of the file that it is written to. */
  readonly name: string
  readonly width: number
  readonly height: number
  /** No file takes more. */
  readonly bytes: number
  /** Ids of what `Downloads` holds. */
  readonly before: string
  readonly after: string
}

/** What is done to the pictures. */
interface Way {
  readonly run: RunRecord
  readonly kind: Extract<ActivityKind, 'enlarge' | 'translate'>
  readonly title: string
  readonly factor: number
  /** null: enlarged. */
  readonly classIndex: number | null
  /** Absent: in the size they have. */
  readonly shrink?: ShrinkTo
}
type Given = Pick<Argument<'runs.translate'>, 'tickets' | 'sampleIds' | 'pictureIds' | 'again' | 'checkpoint'>

interface Answered {
  readonly runId: string
  readonly kept: readonly Kept[]
}

export class RedrawService {
  readonly #options: RedrawOptions
  readonly #remembered = new Map<string, Answered>()

  constructor(options: RedrawOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where the run does not enlarge */
  enlarge({ id, ...given }: Argument<'runs.enlarge'>): Activity {
    const run = this.#options.runs.record(id)
    if (taskOf(run.options) !== 'enlarge') throw refusal('bad-input', message('refused.noEnlarger', { run: run.name }))
    return this.#start({ run, kind: 'enlarge', title: 'Enlarge pictures', factor: run.options.enlarge, classIndex: null }, given)
  }

  /** @throws `bad-input` where the run does not translate, or knows no such class */
  translate({ id, to, full = false, ...given }: Argument<'runs.translate'>): Activity {
    const run = this.#options.runs.record(id)
    if (taskOf(run.options) !== 'translate') throw refusal('bad-input', message('refused.noTranslator', { run: run.name }))
    const classIndex = run.classNames.indexOf(to)
    if (classIndex === -1) throw refusal('bad-input', message('refused.noTarget', { run: run.name, class: to, names: run.classNames.map((name) => `"${name}"`).join(', ') }))
    const shrink = full || given.again !== undefined ? {} : { shrink: { ...pictureSize(run.options), fit: run.options.fit } }
    return this.#start({ run, kind: 'translate', title: 'Translate pictures', factor: 1, classIndex, ...shrink }, given)
  }

  #start(way: Way, { tickets: sources = [], sampleIds = [], pictureIds = [], again, checkpoint: choice = 'best' }: Given): Activity {
    const { activities, runs, tickets, given } = this.#options
    const { run, kind, title, factor, classIndex, shrink } = way
    const kept = [...(again === undefined ? [] : this.#again(again, run)), ...pictureIds.map((one) => given.ofDataset(one)), ...sampleIds.map((one) => given.ofGallery(one))]
    const paths = sources.flatMap((ticket) => tickets.takeSources(ticket))
    return activities.start({ kind, title, subjectId: run.id }, async (progress) => {
      const { file } = await runs.anyCheckpoint(run.id, kind, choice)
      return await given.during(kept, paths, { most: mostToRedraw, signal: progress.signal }, async (pictures) => {
        const { read, problems } = await this.#read(pictures, Math.floor(mostRedrawnPixels / factor ** 2), shrink)
        const [first] = problems
        if (read.length === 0 && first !== undefined) throw refusal('bad-input', message('refused.givenUse', first))
        const made = await this.#redrawn(way, file, read, progress)
        const answer = newId('red')
        await this.#remember(answer, { runId: run.id, kept: made })
        const shown = made.map(({ given: name, width, height, before, after }) => ({ name, width, height, before: media.download(before), after: media.download(after) }))
        return { kind: 'redrawn', redrawn: { id: answer, runId: run.id, factor, className: classIndex === null ? null : (run.classNames[classIndex] ?? null), problems, pictures: shown } }
      })
    })
  }

  /** For being written out, as `name 4x` or `name class`. @throws `not-found` */
  stream(id: string): SizedStream {
    const { kept } = this.#find(id)
    const { downloads } = this.#options
    const pictures = async function* (): AsyncGenerator<ExportPicture> {
      for (const { name, height, width, after } of kept) {
        const file = await downloads.read(after) ?? gone()
        yield { name, className: null, seed: 0, size: { height, width }, image: { kind: 'png', bytes: file.bytes } }
      }
    }
    return { total: kept.length, size: roomFor(kept), bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0), pictures: pictures() }
  }

  /** What was given for an earlier answer of the run. @throws `not-found`, `bad-input` */
  #again(id: string, run: RunRecord): GivenPicture[] {
    const { runId, kept } = this.#find(id)
    if (runId !== run.id) throw refusal('bad-input', message('refused.givenElsewhere'))
    return kept.map(({ given, before }) => ({
      name: given,
      source: async () => (await this.#options.downloads.read(before) ?? gone()).bytes,
    }))
  }

  #find(id: string): Answered {
    return this.#remembered.get(id) ?? gone()
  }

  async #read(pictures: readonly GivenPicture[], most: number, shrink?: ShrinkTo): Promise<{ readonly read: readonly ReadPicture[]; readonly problems: Redrawn['problems'] }> {
    const read: ReadPicture[] = []
    const problems: { name: string; why: Message }[] = []
    for (const picture of pictures)
      await this.#options.given.whole(picture, most, shrink).then(
        (found) => read.push({ name: picture.name, ...found }),
        (error: unknown) => problems.push({ name: picture.name, why: whyOf(error) }),
      )
    return { read, problems }
  }

  /** As many at once as the largest single one may be: an engine is opened once for many small ones. */
  async #redrawn(way: Way, checkpoint: string, read: readonly ReadPicture[], progress: ActivityProgress): Promise<readonly Kept[]> {
    const { engines, spawn } = this.#options
    const { run, factor, classIndex } = way
    const batches = inBatches(read, mostRedrawnPixels / factor ** 2)
    const area = (pictures: readonly ReadPicture[]): number => pictures.reduce((sum, { width, height }) => sum + width * height, 0)
    const total = area(read)
    const made: Kept[] = []
    let done = 0
    for (const batch of batches) {
      const { pictures } = await engineAnswer({
        spawn, type: 'redrawn', engines: engines.order(run.engine), signal: progress.signal,
        job: (engine) => ({ kind: 'redraw', engine, checkpoint, classIndex, pictures: batch.map(({ width, height, pixels }) => ({ width, height, pixels })) }),
        onProgress: (tiles) => progress.report({ done: done + Math.round((area(batch) * tiles.done) / tiles.total), total }),
      })
      done += area(batch)
      for (const [i, before] of batch.entries()) made.push(await this.#keep(before, pictures[i] as LoosePicture, way))
    }
    return made
  }

  async #keep(before: ReadPicture, after: LoosePicture, { run, factor, classIndex }: Way): Promise<Kept> {
    const wasGrey = isGrey(before.pixels)
    const stem = fileNamePart(before.name.replace(/\.[^.]{1,5}$/, ''))
    const held = async (picture: LoosePicture, name: string, grey: boolean): Promise<string> =>
      this.#options.downloads.hold({ type: 'image/png', fileName: `${name}.png` }, bytesInto(await encodeLoose(picture, grey)))
    const { width, height } = after
    const name = classIndex === null ? `${stem} ${factor}x` : `${stem} ${fileNamePart(run.classNames[classIndex] ?? '')}`
    return { given: before.name, name, width, height, bytes: after.pixels.length, before: await held(before, stem, wasGrey), after: await held(after, name, wasGrey && classIndex === null) }
  }

  async #remember(id: string, answered: Answered): Promise<void> {
    this.#remembered.set(id, answered)
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size <= remembered || oldest === undefined) return
    const dropped = this.#remembered.get(oldest)?.kept ?? []
    this.#remembered.delete(oldest)
    for (const { before, after } of dropped) for (const one of [before, after]) await this.#options.downloads.drop(one)
  }
}

function gone(): never {
  throw refusal('not-found', message('refused.givenGone'))
}

function inBatches(read: readonly ReadPicture[], most: number): readonly (readonly ReadPicture[])[] {
  const batches: ReadPicture[][] = []
  let left = 0
  for (const picture of read) {
    const size = picture.width * picture.height
    if (size > left) {
      batches.push([])
      left = most
    }
    batches.at(-1)?.push(picture)
    left -= size
  }
  return batches
}

/** Every pixel: an enlarger knows colours, and would tint a picture that has none. */
function isGrey(pixels: Uint8Array): boolean {
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  return true
}
