/** The explorer that is open: at most one, since each holds an engine. */
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { pixelsOf } from '../contract/data.ts'
import type { Argument } from '../contract/api.ts'
import type { DrawnPoints, Explorer } from '../contract/explorer.ts'
import { refusal } from '../contract/failure.ts'
import { media } from '../contract/media.ts'
import { message } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { encodeSheet } from '../training/pictures.ts'
import { architectureOfHead } from '../training/checkpoint.ts'
import type { RunRecord } from '../store/runs.ts'
import type { FoundCheckpoint } from './checkpoints.ts'
import { hasEncoder } from './encoder-training.ts'
import type { EnginesService } from './engines-service.ts'
import { closedExplorer, ExplorerSession } from './explorer-session.ts'
import type { GalleryService } from './gallery-service.ts'
import type { RunsService } from './runs-service.ts'
import type { ShownSheets } from './shown-sheets.ts'

export interface ExplorerOptions {
  readonly runs: RunsService
  readonly engines: EnginesService
  readonly gallery: GalleryService
  readonly sheets: ShownSheets
  readonly spawn: SpawnEngineProcess
  readonly idleMs?: number
}

interface Held {
  readonly id: string
  readonly run: RunRecord
  readonly checkpoint: FoundCheckpoint
  readonly session: ExplorerSession
  idle: NodeJS.Timeout
}

/** A page that went away without a word must not hold an engine for ever. */
const defaultIdleMs = 10 * 60_000
const defaultColumns = 8

export class ExplorerService {
  readonly #options: ExplorerOptions
  #held: Held | null = null
  /** Of the newest request to open: an older one that is still under way gives up. */
  #opening = 0

  constructor(options: ExplorerOptions) {
    this.#options = options
  }

  /** @throws `not-found` without a checkpoint; `engine-unavailable` where no engine opens */
  async open({ runId, checkpoint: choice = 'best' }: Argument<'explorer.open'>): Promise<Explorer> {
    const { runs } = this.#options
    const run = runs.record(runId)
    const turn = ++this.#opening
    await this.#close()
    const checkpoint = await runs.checkpoint(run.id, 'explore', choice)
    const session = await this.#session(run, checkpoint, () => turn !== this.#opening)
    const { directions, styles } = await session.opened
    if (turn !== this.#opening) {
      await session.close()
      throw closedExplorer()
    }
    const id = newId('exp')
    const held: Held = { id, run, checkpoint, session, idle: this.#idleTimer(id) }
    this.#held = held
    void session.ended.then(() => this.#forget(held))
    const { latentSize, height, width, classes } = architectureOfHead(checkpoint)
    return { id, runId: run.id, imagesSeen: checkpoint.counters.imagesSeen, latentSize, size: { height, width }, classNames: classes === 0 ? [] : run.classNames, directions, styles, encoder: await hasEncoder(checkpoint) }
  }

  async draw({ id, points, truncation, columns: wanted = defaultColumns }: Argument<'explorer.draw'>): Promise<DrawnPoints> {
    const { pixels, size: tile, channels } = await this.#find(id).session.draw(points, truncation, false)
    const columns = Math.min(wanted, points.length)
    const rows = Math.ceil(points.length / columns)
    const filled = new Uint8Array(columns * rows * pixelsOf(tile) * channels)
    filled.set(pixels)
    return { sheet: media.preview(this.#options.sheets.keep(await encodeSheet(filled, { columns, rows, tile, channels }))), columns, rows, tile }
  }

  async keep({ id, points, truncation, favourite }: Argument<'explorer.keep'>): Promise<{ readonly sampleIds: readonly string[] }> {
    const { run, checkpoint, session } = this.#find(id)
    const drawn = await session.draw(points, truncation, true)
    const items = points.map((point) => ({ seed: 0, classIndex: strongest(point.mix), point }))
    const batch = { type: 'pictures', index: 0, count: points.length, size: drawn.size, channels: drawn.channels, pixels: drawn.pixels, engine: session.engine } as const
    const sampleIds = await this.#options.gallery.keep({ run, batch, items, truncation, imagesSeen: checkpoint.counters.imagesSeen })
    if (favourite) this.#options.gallery.favourite(sampleIds, true)
    return { sampleIds }
  }

  async closeOne({ id }: Argument<'explorer.close'>): Promise<void> {
    if (this.#held?.id === id) await this.#close()
  }

  /** For the studio's own end. */
  async close(): Promise<void> {
    this.#opening += 1
    await this.#close()
  }

  #find(id: string): Held {
    const held = this.#held
    if (held?.id !== id) throw closedExplorer()
    clearTimeout(held.idle)
    held.idle = this.#idleTimer(id)
    return held
  }

  #idleTimer(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.closeOne({ id }), this.#options.idleMs ?? defaultIdleMs).unref()
  }

  #forget(held: Held): void {
    clearTimeout(held.idle)
    if (this.#held === held) this.#held = null
  }

  async #close(): Promise<void> {
    const held = this.#held
    if (held === null) return
    this.#forget(held)
    await held.session.close()
  }

  /** On the first engine that opens; the one the run was trained on makes the same bytes again. */
  async #session(run: RunRecord, checkpoint: FoundCheckpoint, outdated: () => boolean): Promise<ExplorerSession> {
    let reason = refusal('engine-unavailable', message('engine.none'))
    for (const engine of this.#options.engines.order(run.engine)) {
      if (outdated()) throw closedExplorer()
      const session = new ExplorerSession(this.#options.spawn, { kind: 'explore', engine, checkpoint: checkpoint.file })
      try {
        await session.opened
        return session
      } catch (error) {
        await session.close()
        if (!(error instanceof StudioError) || error.code !== 'engine-unavailable') throw error
        reason = error
      }
    }
    throw reason
  }
}

/** The class that a mixture is named after; null without classes. */
function strongest(mix: readonly number[]): number | null {
  return mix.length === 0 ? null : mix.indexOf(Math.max(...mix))
}
