/** Targets, recipe and preview of an expansion as a person sets them; of several previews asked meanwhile, the last counts. */
import { changesPictures, gentleRecipe, proposeTargets, trainable, type ClassComposition, type ExpansionPreview, type ExpansionRecipe } from '../../src/contract/data.ts'
import { studio } from '../client.ts'
import { app } from './studio.svelte.ts'

const settleMs = 250

export class Expansion {
  readonly #datasetId: string
  readonly #composition: readonly ClassComposition[]
  recipe = $state.raw<ExpansionRecipe>(gentleRecipe)
  seed = $state(0)
  /** By class; null while the field holds no whole number. */
  counts = $state.raw<Readonly<Record<string, number | null>>>({})
  preview = $state.raw<ExpansionPreview | null>(null)
  drawing = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined = undefined
  #again = false

  readonly rows = $derived.by(() => this.#composition.flatMap((one) => {
    if (one.classId === null) return []
    const now = trainable(one)
    const count = this.counts[one.classId] === undefined ? now : (this.counts[one.classId] ?? null)
    return [{ classId: one.classId, of: one, now, count, more: count === null ? 0 : Math.max(0, count - now) }]
  }))
  readonly more = $derived(this.rows.reduce((sum, { more }) => sum + more, 0))
  readonly sound = $derived(this.more > 0 && this.rows.every(({ count }) => count !== null) && changesPictures(this.recipe))

  constructor(datasetId: string, composition: readonly ClassComposition[]) {
    this.#datasetId = datasetId
    this.#composition = composition
    this.propose()
    this.draw()
  }

  propose(): void {
    this.counts = Object.fromEntries(proposeTargets(this.#composition).map(({ classId, count }) => [classId, count]))
  }
  put(classId: string, text: string): void {
    const count = Number(text)
    this.counts = { ...this.counts, [classId]: text.trim() !== '' && Number.isSafeInteger(count) && count >= 0 ? count : null }
  }
  set(change: Partial<ExpansionRecipe>): void {
    this.recipe = { ...this.recipe, ...change }
    this.draw()
  }
  anew(): void {
    this.seed += 1
    this.draw()
  }

  draw(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#draw(), settleMs)
  }

  begin(): Promise<void> {
    const targets = this.rows.flatMap(({ classId, count, more }) => (count === null || more === 0 ? [] : [{ classId, count }]))
    return app.begin(() => studio.call('datasets.expand', { id: this.#datasetId, targets, recipe: this.recipe, seed: this.seed }))
  }

  async #draw(): Promise<void> {
    if (this.drawing) {
      this.#again = true
      return
    }
    this.drawing = true
    const found = await app.ask('datasets.previewExpansion', { id: this.#datasetId, recipe: this.recipe, seed: this.seed })
    if (found !== null) this.preview = found
    this.drawing = false
    if (!this.#again) return
    this.#again = false
    await this.#draw()
  }
}
