/** A path through latent space: its keys, how it is walked, and the walk as it plays. */
import type { LatentPath, LatentPoint } from '../../src/contract/explorer.ts'
import { mostKeys } from '../../src/contract/explorer.ts'
import { durationOf, pathAt } from '../../src/contract/latents.ts'
import type { Exploring } from './exploring.svelte.ts'

export interface TimelineKey {
  readonly id: number
  readonly point: LatentPoint
  readonly seconds: number
  /** Address of its picture. */
  readonly picture: string
}
const frameMs = 50

export class PathTimeline {
  readonly #exploring: Exploring
  keys = $state.raw<readonly TimelineKey[]>([])
  loop = $state(true)
  spherical = $state(true)
  playing = $state(false)
  readonly path = $derived<LatentPath>({ keys: this.keys.map(({ point, seconds }) => ({ point, seconds })), loop: this.loop, spherical: this.spherical })
  readonly seconds = $derived(durationOf(this.path))
  readonly full = $derived(this.keys.length >= mostKeys)
  #next = 0
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(exploring: Exploring) {
    this.#exploring = exploring
  }

  add(): void {
    const { point, picture } = this.#exploring
    if (point === null || picture === null || this.full) return
    this.keys = [...this.keys, { id: this.#next++, point, seconds: this.keys.at(-1)?.seconds ?? 1, picture }]
  }
  remove(id: number): void {
    this.keys = this.keys.filter((key) => key.id !== id)
    if (this.keys.length < 2) this.stop()
  }
  /** @returns where it is now */
  move(id: number, by: number): number {
    const from = this.keys.findIndex((key) => key.id === id)
    const to = Math.min(this.keys.length - 1, Math.max(0, from + by))
    const key = this.keys[from]
    if (key !== undefined) this.keys = this.keys.toSpliced(from, 1).toSpliced(to, 0, key)
    return to
  }
  last(id: number, seconds: number): void {
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, seconds } : key))
  }

  /** Until stopped; one that does not loop ends at its last key. */
  play(): void {
    if (this.keys.length < 2) return
    this.playing = true
    const begun = performance.now()
    this.#timer = setInterval(() => {
      const at = (performance.now() - begun) / 1000
      if (!this.loop && at >= this.seconds) return this.stop()
      const point = pathAt(this.path, at % this.seconds)
      if (point !== null) this.#exploring.show(point)
    }, frameMs)
  }
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    if (!this.playing) return
    this.playing = false
    this.#exploring.set({})
  }
}
