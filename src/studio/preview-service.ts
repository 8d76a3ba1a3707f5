/** Pictures of the data set as a run's networks get them, drawn by the code that trains. */
import { pictureSize } from '../contract/data.ts'
import { channelsOf } from '../contract/colour-modes.ts'
import { refusal } from '../contract/failure.ts'
import { media } from '../contract/media.ts'
import { message } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Palette } from '../contract/palette.ts'
import type { AugmentPreview, AugmentPreviewRequest } from '../contract/previews.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { augmentPolicy } from '../engine/augment-policy.ts'
import type { Store } from '../store/store.ts'
import { encodeSheet } from '../training/pictures.ts'
import { mostAugmentation } from '../training/responses.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import type { Palettes } from './palettes.ts'
import type { ShownSheets } from './shown-sheets.ts'
import { wantedBy, type PicturesWanted, type ResizedWanted, type TrainingPictures } from './pictures-wanted.ts'
import type { RunsService } from './runs-service.ts'

export interface PreviewOptions {
  readonly store: Store
  readonly runs: RunsService
  readonly pictures: TrainingPictures
  readonly palettes: Palettes
  readonly engines: EnginesService
  readonly sheets: ShownSheets
  readonly spawn: SpawnEngineProcess
}

interface Asked {
  readonly squares: ResizedWanted
  readonly options: TrainingOptions
  readonly palette: Palette
  readonly probability: number
}

/** Side by side; few enough to be drawn at once, enough to see what varies. */
const shownPictures = 8

export class PreviewService {
  readonly #options: PreviewOptions
  readonly #closing = new AbortController()
  /** One engine process at a time: they would only slow each other, and a run, down. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: PreviewOptions) {
    this.#options = options
  }

  /** @throws `bad-input` where no picture can be read */
  augment(request: AugmentPreviewRequest): Promise<AugmentPreview> {
    const next = this.#last.then(() => this.#augment(request))
    this.#last = next.catch(() => {})
    return next
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#last
  }

  async #augment(request: AugmentPreviewRequest): Promise<AugmentPreview> {
    const { pictures, engines, spawn } = this.#options
    const { squares, options, palette, probability } = request.kind === 'run' ? await this.#ofRun(request.runId) : await this.#ofRequest(request)
    const { size: tile, channels } = squares
    const pixels: Uint8Array[] = []
    for await (const one of pictures.some({ ...squares, count: shownPictures })) pixels.push(one)
    const count = pixels.length
    if (count === 0) throw refusal('bad-input', message('refused.previewUnreadable'))
    const { plain, seen } = await engineAnswer({
      spawn, type: 'augmented', engines: engines.order(), signal: this.#closing.signal,
      job: (engine) => ({
        kind: 'augment', engine, options, palette: palette.length === 0 ? null : palette,
        pixels: Buffer.concat(pixels), count, size: tile, channels, probability, seed: request.seed,
      }),
    })
    const sheet = this.#options.sheets.keep(await encodeSheet(Buffer.concat([plain, seen]), { columns: count, rows: 2, tile, channels }))
    const changes = options.mirror || (probability > 0 && Object.values(augmentPolicy(options)).some((strength) => strength > 0))
    return { sheet: media.preview(sheet), columns: count, tile, probability, changes }
  }

  async #ofRequest({ request }: Extract<AugmentPreviewRequest, { kind: 'request' }>): Promise<Asked> {
    const { options, output } = await this.#options.runs.propose(request)
    return {
      options, palette: output.palette, squares: this.#squares({ datasetId: request.datasetId, classIds: request.classIds, revision: null }, options),
      probability: options.augmentAdapt ? mostAugmentation : options.augmentProbability,
    }
  }

  /** As its steps are now. */
  async #ofRun(runId: string): Promise<Asked> {
    const { store, runs, palettes } = this.#options
    const run = runs.record(runId)
    const { options } = run
    const squares = this.#squares(wantedBy(run), options)
    const { palette } = await palettes.find(squares, options)
    const probability = options.augmentAdapt ? (store.ticks.newest(run.id)?.augmentProbability ?? 0) : options.augmentProbability
    return { options, palette, squares, probability }
  }

  #squares(wanted: PicturesWanted, options: TrainingOptions): ResizedWanted {
    return { ...wanted, size: pictureSize(options), fit: options.fit, channels: channelsOf(options.channels) ?? this.#options.pictures.channels(wanted) }
  }
}
