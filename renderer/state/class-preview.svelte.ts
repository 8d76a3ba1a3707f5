/** What classes a rule would give, asked again while the rule is being written. */
import type { Argument } from '../../src/contract/api.ts'
import type { ClassPreview, ClassRule } from '../../src/contract/data.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import { studio } from '../client.ts'

const settleMs = 150

export class ClassPreviewer {
  preview = $state.raw<ClassPreview | null>(null)
  /** Why there is none. */
  failed = $state.raw<Failure | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined = undefined
  #asked = 0
  readonly #of: Argument<'datasets.previewClasses'>['of']

  constructor(of: Argument<'datasets.previewClasses'>['of']) {
    this.#of = of
  }

  ask(rule: ClassRule): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(rule), settleMs)
  }

  /** An answer to an earlier question does not replace that of a later one. */
  async #ask(rule: ClassRule): Promise<void> {
    const asked = ++this.#asked
    try {
      const preview = await studio.call('datasets.previewClasses', { of: this.#of, rule })
      if (asked === this.#asked) [this.preview, this.failed] = [preview, null]
    } catch (error) {
      if (asked === this.#asked) [this.preview, this.failed] = [null, failureOf(error)]
    }
  }
}
