/** One run as a page watches it: its curves and sheets, whole at first and then as they come. */
import type { Snapshot, Tick, TrainingPhase } from '../../src/contract/data.ts'
import type { Advice, Score } from '../../src/contract/judgement.ts'
import { mostTicks, withTicks } from '../../src/contract/ticks.ts'
import { studio } from '../client.ts'
import { app } from './studio.svelte.ts'

/** Ticks come in bursts from a fast engine; curves are drawn so often at most. */
const drawMs = 250
const playMs = 160

export class RunView {
  ticks = $state.raw<readonly Tick[]>([])
  snapshots = $state.raw<readonly Snapshot[]>([])
  scores = $state.raw<readonly Score[]>([])
  /** The most pressing; null before it is known. */
  advice = $state.raw<Advice | null>(null)
  /** While a score is being taken, and training stands still: how many pictures have been looked at. */
  comparing = $state.raw<{ readonly done: number; readonly total: number } | null>(null)
  loaded = $state(false)
  /** Index of the sheet looked at; null follows the newest. */
  index = $state<number | null>(null)
  /** Images seen where the pointer is in the curves. */
  hovered = $state<number | null>(null)
  playing = $state(false)
  readonly shownIndex = $derived(this.hovered === null ? (this.index ?? this.snapshots.length - 1) : nearest(this.snapshots, this.hovered))
  readonly shown = $derived<Snapshot | null>(this.snapshots[this.shownIndex] ?? null)
  /** Images seen at the end of the bootstrap phase, or by now where it still lasts; null: there was none. */
  readonly bootstrapUntil = $derived(this.ticks.findLast(({ phase }) => phase === 'bootstrap')?.imagesSeen ?? null)
  readonly phase = $derived<TrainingPhase | null>(this.ticks.at(-1)?.phase ?? null)
  /** How far the discriminator's view of held-out pictures has moved to generated ones, as last measured; null: not yet, or none are held out. */
  readonly overfit = $derived.by((): { readonly value: number; readonly imagesSeen: number } | null => {
    const tick = this.ticks.findLast((one) => one.overfit !== undefined)
    const score = this.scores.findLast((one) => one.overfit !== null)
    const found = [tick, score].flatMap((one) => (one?.overfit == null ? [] : [{ value: one.overfit, imagesSeen: one.imagesSeen }]))
    return found.sort((a, b) => b.imagesSeen - a.imagesSeen)[0] ?? null
  })
  /** Mean sign of the discriminator's output on training pictures. */
  readonly certainty = $derived<number | null>(this.ticks.at(-1)?.certainty ?? null)
  #waiting: Tick[] = []
  #drawTimer: ReturnType<typeof setTimeout> | null = null
  #playTimer: ReturnType<typeof setInterval> | null = null

  /** Returns the function that ends the watching. */
  watch(runId: string): () => void {
    void this.#load(runId)
    const ends = [
      studio.on('run.tick', ({ runId: id, tick }) => { if (id === runId) this.#add(tick) }),
      studio.on('run.snapshot', ({ runId: id }) => {
        // The engine thins old sheets out as a run grows longer: the list is read anew.
        if (id === runId) void studio.call('runs.snapshots', { id }).then((all) => (this.snapshots = all), app.fail.bind(app))
      }),
      studio.on('run.comparing', ({ runId: id, done, total }) => { if (id === runId) this.comparing = { done, total } }),
      studio.on('run.score', ({ runId: id, score }) => {
        if (id !== runId) return
        this.comparing = null
        this.scores = [...this.scores.filter(({ imagesSeen }) => imagesSeen < score.imagesSeen), score]
        void this.advise(id)
      }),
      studio.onState((state) => { if (state === 'connected') void this.#load(runId) }),
    ]
    return () => {
      for (const end of ends) end()
      if (this.#drawTimer !== null) clearTimeout(this.#drawTimer)
      this.pause()
    }
  }

  /** What the coach says depends on whether the run goes on. */
  async advise(id: string): Promise<void> {
    try {
      this.advice = (await studio.call('runs.advice', { id }))[0] ?? null
    } catch (error) {
      app.fail(error)
    }
  }

  seek(index: number): void {
    const last = this.snapshots.length - 1
    const wanted = Math.min(last, Math.max(0, index))
    this.index = wanted === last ? null : wanted
  }
  step(by: number): void {
    this.pause()
    this.seek((this.index ?? this.snapshots.length - 1) + by)
  }

  /** From the beginning where it stands at the end. */
  play(): void {
    if (this.playing) return this.pause()
    if (this.index === null) this.seek(0)
    this.playing = true
    this.#playTimer = setInterval(() => {
      this.seek((this.index ?? this.snapshots.length) + 1)
      if (this.index === null) this.pause()
    }, playMs)
  }
  pause(): void {
    this.playing = false
    if (this.#playTimer !== null) clearInterval(this.#playTimer)
    this.#playTimer = null
  }

  #add(tick: Tick): void {
    this.comparing = null
    this.#waiting.push(tick)
    this.#drawTimer ??= setTimeout(() => {
      this.#drawTimer = null
      const first = this.#waiting[0]?.imagesSeen ?? Infinity
      // A run that went back to a checkpoint goes over its own track again.
      const kept = (this.ticks.at(-1)?.imagesSeen ?? -1) < first ? this.ticks : this.ticks.filter(({ imagesSeen }) => imagesSeen < first)
      this.ticks = withTicks(kept, this.#waiting, mostTicks)
      this.#waiting = []
    }, drawMs)
  }

  async #load(id: string): Promise<void> {
    try {
      const [ticks, snapshots, scores] = await Promise.all([studio.call('runs.ticks', { id, most: mostTicks }), studio.call('runs.snapshots', { id }), studio.call('runs.scores', { id })])
      Object.assign(this, { ticks, snapshots, scores })
      this.loaded = true
    } catch (error) {
      app.fail(error)
    }
  }
}

/** Index of the sheet made nearest to that moment; 0 where there is none. */
export const nearest = (snapshots: readonly Snapshot[], imagesSeen: number): number =>
  snapshots.reduce((best, snapshot, index) => (Math.abs(snapshot.imagesSeen - imagesSeen) < Math.abs((snapshots[best]?.imagesSeen ?? 0) - imagesSeen) ? index : best), 0)
