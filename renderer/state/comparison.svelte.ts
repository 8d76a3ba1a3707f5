/** Runs side by side: their scores and sheets on one axis, of pictures seen or of training time. */
import type { Run, Snapshot } from '../../src/contract/data.ts'
import type { Score } from '../../src/contract/judgement.ts'
import { RunView } from './run-view.svelte.ts'
import { app } from './studio.svelte.ts'

export const mostCompared = 4
export type CompareAxis = 'images' | 'time'
export interface Compared {
  readonly run: Run
  readonly view: RunView
}
export interface Point {
  readonly x: number
  readonly y: number
}

export class Comparison {
  readonly #views: ReadonlyMap<string, RunView>
  axis = $state<CompareAxis>('images')
  /** Where on the axis sheets are looked at, as a share of the longest run; 1: the newest of each. */
  share = $state(1)
  readonly runs = $derived.by<readonly Compared[]>(() => [...this.#views].flatMap(([id, view]) => {
    const run = app.runs.find((one) => one.id === id)
    return run === undefined ? [] : [{ run, view }]
  }))
  readonly end = $derived(Math.max(1, ...this.runs.map(({ run, view }) => this.at(view, Math.max(run.imagesSeen, view.scores.at(-1)?.imagesSeen ?? 0)))))
  /** Same seed and same length of latents: each place of the sheets shows the same latent. */
  readonly sameLatents = $derived(new Set(this.runs.map(({ run: { options, classNames } }) => `${options.seed} ${options.latentSize} ${classNames.join('\n')}`)).size === 1)

  constructor(ids: readonly string[]) {
    this.#views = new Map(ids.slice(0, mostCompared).map((id) => [id, new RunView()]))
  }

  watch(): () => void {
    const ends = [...this.#views].map(([id, view]) => view.watch(id))
    return () => ends.forEach((end) => end())
  }

  /** A moment of a run on the axis: pictures, or minutes. */
  at(view: RunView, imagesSeen: number): number {
    if (this.axis === 'images') return imagesSeen
    const tick = view.ticks.find((one) => one.imagesSeen >= imagesSeen) ?? view.ticks.at(-1)
    return (tick?.elapsedMs ?? 0) / 60_000
  }

  points(view: RunView, value: (score: Score) => number): readonly Point[] {
    return view.scores.map((score) => ({ x: this.at(view, score.imagesSeen), y: value(score) }))
  }

  /** Of a run at the moment looked at. */
  sheet(view: RunView): Snapshot | null {
    if (this.share === 1) return view.snapshots.at(-1) ?? null
    const moment = this.share * this.end
    return view.snapshots.findLast(({ imagesSeen }) => this.at(view, imagesSeen) <= moment) ?? view.snapshots[0] ?? null
  }
}
