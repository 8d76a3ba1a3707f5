/** Sheets of what the discriminator sees, one question at a time: of several asked meanwhile, the last counts. */
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import type { AugmentPreview, AugmentPreviewRequest } from '../../src/contract/previews.ts'
import { studio } from '../client.ts'

export class AugmentPreviews {
  shown = $state.raw<AugmentPreview | null>(null)
  failed = $state.raw<Failure | null>(null)
  drawing = $state(false)
  #wanted: AugmentPreviewRequest | null = null

  ask(request: AugmentPreviewRequest): void {
    this.#wanted = request
    if (!this.drawing) void this.#draw()
  }

  async #draw(): Promise<void> {
    this.drawing = true
    for (let request = this.#take(); request !== null; request = this.#take()) {
      try {
        this.shown = await studio.call('runs.previewAugment', request)
        this.failed = null
      } catch (error) {
        this.failed = failureOf(error)
      }
    }
    this.drawing = false
  }

  #take(): AugmentPreviewRequest | null {
    const request = this.#wanted
    this.#wanted = null
    return request
  }
}
