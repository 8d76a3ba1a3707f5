/** Walking through a run's latent space: where one is, what it looks like, and the way back. */
import type { DrawnPoints, Explorer, LatentPoint } from '../../src/contract/explorer.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import { between, mixOf, moved, pointOf } from '../../src/contract/latents.ts'
import { mediaUrl, studio } from '../client.ts'
import { t } from '../words.svelte.ts'
import { app, type Undoer } from './studio.svelte.ts'

/** A point that sliders move away from. */
export interface Pose {
  readonly base: LatentPoint
  /** Along each direction. */
  readonly amounts: readonly number[]
  readonly truncation: number
}

const variationCount = 8
/** How far a variation goes towards another picture. */
const variationShare = 0.35
const mostSteps = 200
const anySeed = (): number => Math.floor(Math.random() * 0xffffffff)

export class Exploring implements Undoer {
  readonly runId: string
  explorer = $state.raw<Explorer | null>(null)
  failed = $state.raw<Failure | null>(null)
  pose = $state.raw<Pose | null>(null)
  /** Address of the picture as last drawn. */
  picture = $state.raw<string | null>(null)
  variations = $state.raw<{ readonly sheet: DrawnPoints; readonly points: readonly LatentPoint[] } | null>(null)
  readonly point = $derived(this.pose === null || this.explorer === null ? null : moved(this.pose.base, this.explorer.directions, this.pose.amounts))
  #settled: Pose | null = null
  #past = $state.raw<readonly Pose[]>([])
  #future = $state.raw<readonly Pose[]>([])
  readonly canUndo = $derived(this.#past.length > 0)
  readonly canRedo = $derived(this.#future.length > 0)
  #drawing = false
  #wanted: { readonly point: LatentPoint; readonly truncation: number } | null = null
  #left = false
  /** Toast of the picture kept last. */
  #told: number | null = null

  constructor(runId: string) {
    this.runId = runId
  }

  /** Opens the generator at a point of its own choice, or at `start`. */
  async open(start?: (explorer: Explorer) => Promise<LatentPoint>): Promise<void> {
    this.failed = null
    try {
      const explorer = await studio.call('explorer.open', { runId: this.runId })
      if (this.#left) return void studio.call('explorer.close', { id: explorer.id }).catch(() => {})
      this.explorer = explorer
      if (this.pose !== null) return this.#draw()
      const base = start === undefined ? this.#seeded() : await start(explorer)
      this.#settled = this.pose = { base, amounts: this.#still(), truncation: 1 }
      this.#draw()
      await this.vary()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The page is left. */
  close(): void {
    this.#left = true
    if (this.explorer !== null) void studio.call('explorer.close', { id: this.explorer.id }).catch(() => {})
    this.explorer = null
  }

  /** Shown at once; a step of the history only with `settle`. */
  set(change: Partial<Pose>): void {
    if (this.pose === null) return
    this.pose = { ...this.pose, ...change }
    this.#draw()
  }
  settle(): void {
    if (this.pose === null || this.#settled === null || this.pose === this.#settled) return
    this.#past = [...this.#past.slice(1 - mostSteps), this.#settled]
    this.#future = []
    this.#settled = this.pose
    void this.vary()
  }
  go(base: LatentPoint): void {
    this.set({ base, amounts: this.#still() })
    this.settle()
  }
  another(): void {
    if (this.explorer !== null) this.go({ ...this.#seeded(), mix: this.pose?.base.mix ?? [] })
  }
  slide(direction: number, amount: number): void {
    this.set({ amounts: this.pose?.amounts.map((before, i) => (i === direction ? amount : before)) ?? [] })
  }
  /** The others give way, so that all add up to 1. */
  weigh(index: number, weight: number): void {
    if (this.pose === null) return
    const { base } = this.pose
    const rest = base.mix.reduce((sum, one, i) => (i === index ? sum : sum + Math.max(0, one)), 0)
    const mix = base.mix.map((one, i) => (i === index ? weight : rest === 0 ? (1 - weight) / Math.max(1, base.mix.length - 1) : (Math.max(0, one) / rest) * (1 - weight)))
    this.set({ base: { ...base, mix } })
  }
  only(index: number): void {
    if (this.pose === null) return
    this.set({ base: { ...this.pose.base, mix: mixOf(index, this.pose.base.mix.length) } })
    this.settle()
  }
  style(style: readonly number[] | null): void {
    if (this.pose === null) return
    this.set({ base: { ...this.pose.base, style } })
    this.settle()
  }

  undo(): boolean {
    const before = this.#past.at(-1)
    if (before === undefined || this.#settled === null) return false
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, this.#settled]
    this.#show(before)
    return true
  }
  redo(): void {
    const after = this.#future.at(-1)
    if (after === undefined || this.#settled === null) return
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, this.#settled]
    this.#show(after)
  }

  /** Pictures near to this one. */
  async vary(): Promise<void> {
    const { point, pose } = this
    if (point === null || pose === null) return
    const points = Array.from({ length: variationCount }, () => between(point, { ...this.#seeded(), mix: point.mix, style: point.style }, variationShare, true))
    const sheet = await this.draw(points, pose.truncation)
    // Meanwhile it may have been moved on.
    if (sheet !== null && this.point === point) this.variations = { sheet, points }
  }

  /** Into the gallery. */
  async keep(favourite: boolean): Promise<void> {
    const { point, pose, explorer } = this
    if (point === null || pose === null || explorer === null) return
    if ((await app.ask('explorer.keep', { id: explorer.id, points: [point], truncation: pose.truncation, favourite })) === null) return
    if (this.#told !== null) app.dismiss(this.#told)
    this.#told = app.toast(() => t('keptPicture'))
  }

  /** Null where it failed; said on the page. */
  async draw(points: readonly LatentPoint[], truncation: number): Promise<DrawnPoints | null> {
    const { explorer } = this
    if (explorer === null) return null
    try {
      return await studio.call('explorer.draw', { id: explorer.id, points, truncation })
    } catch (error) {
      if (this.explorer === explorer) this.#fail(error)
      return null
    }
  }

  /** Shows a point without going there, such as one of a path that is played. */
  show(point: LatentPoint): void {
    this.#want(point, this.pose?.truncation ?? 1)
  }

  #show(pose: Pose): void {
    this.#settled = this.pose = pose
    this.#draw()
    void this.vary()
  }
  #draw(): void {
    if (this.point !== null && this.pose !== null) this.#want(this.point, this.pose.truncation)
  }

  /** One at a time; of those asked for meanwhile, the last alone. */
  #want(point: LatentPoint, truncation: number): void {
    this.#wanted = { point, truncation }
    if (!this.#drawing) void this.#drawWanted()
  }
  async #drawWanted(): Promise<void> {
    this.#drawing = true
    for (let wanted = this.#wanted; wanted !== null && !this.#left; wanted = this.#wanted) {
      this.#wanted = null
      const drawn = await this.draw([wanted.point], wanted.truncation)
      if (drawn === null) break
      const image = new Image()
      image.src = mediaUrl(drawn.sheet)
      // Decoded before it is shown: the picture before stays until then.
      if (await image.decode().then(() => true, () => false)) this.picture = image.src
    }
    this.#drawing = false
  }

  #still(): readonly number[] {
    return this.explorer?.directions.map(() => 0) ?? []
  }
  #seeded(): LatentPoint {
    const { latentSize, classNames } = this.explorer as Explorer
    return pointOf(anySeed(), latentSize, classNames.length === 0 ? null : 0, classNames.length)
  }
  #fail(error: unknown): void {
    this.explorer = null
    this.#wanted = null
    if (!this.#left) this.failed = failureOf(error)
  }
}
