/** Given pictures made larger by a run that learned to, and kept until others are or the studio ends. */
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Argument } from '../contract/api.ts'
import { mostEnlargedPixels, mostToEnlarge, roomFor, type Activity, type Enlarged } from '../contract/data.ts'
import { media } from '../contract/media.ts'
import type { LoosePicture, SpawnEngineProcess } from '../contract/trainer.ts'
import { fileNamePart } from '../export/names.ts'
import { bytesInto } from '../export/new-file.ts'
import { encodeLoose, type ExportPicture } from '../export/pictures.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import type { Downloads } from './downloads.ts'
import { isEnlarger } from './enlarging.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import type { SizedStream } from './export-service.ts'
import type { GivenPicture, GivenPictures } from './given-pictures.ts'
import type { RunsService } from './runs-service.ts'
import type { Tickets } from './tickets.ts'

export interface EnlargeOptions {
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
export class EnlargeService {
  readonly #options: EnlargeOptions
  readonly #remembered = new Map<string, readonly Kept[]>()

  constructor(options: EnlargeOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where the run does not enlarge */
  start({ id, tickets: sources = [], sampleIds = [], pictureIds = [], checkpoint: choice = 'best' }: Argument<'runs.enlarge'>): Activity {
    const { activities, runs, tickets, given } = this.#options
    const run = runs.record(id)
    const { enlarge: factor } = run.options
    if (!isEnlarger(run)) throw new StudioError('bad-input', `The run "${run.name}" makes pictures from nothing and does not enlarge. Train one with the option enlarge.`)
    const kept = [...pictureIds.map((one) => given.ofDataset(one)), ...sampleIds.map((one) => given.ofGallery(one))]
    const paths = sources.flatMap((ticket) => tickets.takeSources(ticket))
    return activities.start({ kind: 'enlarge', title: 'Enlarge pictures', subjectId: run.id }, async (progress) => {
      const { file } = await runs.anyCheckpoint(run.id, 'enlarge with', choice)
      return await given.during(kept, paths, { most: mostToEnlarge, doing: 'enlarge', signal: progress.signal }, async (pictures) => {
        const { read, problems } = await this.#read(pictures, Math.floor(mostEnlargedPixels / factor ** 2))
        const [first] = problems
        if (read.length === 0) throw new StudioError('bad-input', first === undefined ? 'There is nothing to enlarge.' : `"${first.name}" cannot be enlarged: ${first.message}`)
        const made = await this.#enlarged(run, file, read, progress)
        const answer = newId('enl')
        await this.#remember(answer, made)
        const shown = made.map(({ given: name, width, height, before, after }) => ({ name, width, height, before: media.download(before), after: media.download(after) }))
        return { kind: 'enlarged', enlarged: { id: answer, runId: run.id, factor, problems, pictures: shown } }
      })
    })
  }

  /** For being written out, as `name 4x`. @throws `not-found` */
  stream(id: string): SizedStream {
    const kept = this.#remembered.get(id)
    if (kept === undefined) throw gone()
    const { downloads } = this.#options
    const pictures = async function* (): AsyncGenerator<ExportPicture> {
      for (const { name, height, width, after } of kept) {
        const file = await downloads.read(after)
        if (file === null) throw gone()
        yield { name, className: null, seed: 0, size: { height, width }, image: { kind: 'png', bytes: file.bytes } }
      }
    }
    return { total: kept.length, size: roomFor(kept), bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0), pictures: pictures() }
  }

  async #read(pictures: readonly GivenPicture[], most: number): Promise<{ readonly read: readonly ReadPicture[]; readonly problems: Enlarged['problems'] }> {
    const read: ReadPicture[] = []
    const problems: { name: string; message: string }[] = []
    for (const picture of pictures)
      await this.#options.given.whole(picture, most).then(
        (found) => read.push({ name: picture.name, ...found }),
        (error: unknown) => problems.push({ name: picture.name, message: error instanceof Error ? error.message : String(error) }),
      )
    return { read, problems }
  }

  /** As many at once as the largest single one may be: an engine is opened once for many small ones. */
  async #enlarged(run: RunRecord, checkpoint: string, read: readonly ReadPicture[], progress: ActivityProgress): Promise<readonly Kept[]> {
    const { engines, spawn } = this.#options
    const { enlarge: factor } = run.options
    const batches = inBatches(read, mostEnlargedPixels / factor ** 2)
    const area = (pictures: readonly ReadPicture[]): number => pictures.reduce((sum, { width, height }) => sum + width * height, 0)
    const total = area(read)
    const made: Kept[] = []
    let done = 0
    for (const batch of batches) {
      const { pictures } = await engineAnswer({
        spawn, type: 'enlarged', engines: engines.order(run.engine), signal: progress.signal,
        job: (engine) => ({ kind: 'enlarge', engine, checkpoint, pictures: batch.map(({ width, height, pixels }) => ({ width, height, pixels })) }),
        onProgress: (tiles) => progress.report({ done: done + Math.round((area(batch) * tiles.done) / tiles.total), total }),
      })
      done += area(batch)
      for (const [i, before] of batch.entries()) made.push(await this.#keep(before, pictures[i] as LoosePicture, factor))
    }
    return made
  }

  async #keep(before: ReadPicture, after: LoosePicture, factor: number): Promise<Kept> {
    const grey = isGrey(before.pixels)
    const stem = fileNamePart(before.name.replace(/\.[^.]{1,5}$/, ''))
    const held = async (picture: LoosePicture, name: string): Promise<string> =>
      this.#options.downloads.hold({ type: 'image/png', fileName: `${name}.png` }, bytesInto(await encodeLoose(picture, grey)))
    const { width, height } = after
    const name = `${stem} ${factor}x`
    return { given: before.name, name, width, height, bytes: after.pixels.length, before: await held(before, stem), after: await held(after, name) }
  }

  async #remember(id: string, kept: readonly Kept[]): Promise<void> {
    this.#remembered.set(id, kept)
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size <= remembered || oldest === undefined) return
    const dropped = this.#remembered.get(oldest) ?? []
    this.#remembered.delete(oldest)
    for (const { before, after } of dropped) for (const one of [before, after]) await this.#options.downloads.drop(one)
  }
}

const gone = (): StudioError => new StudioError('not-found', 'These pictures are no longer at hand: others were enlarged since. Enlarge them again.')

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

/** Every pixel: the network knows colours, and would tint a picture that has none. */
function isGrey(pixels: Uint8Array): boolean {
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  return true
}
