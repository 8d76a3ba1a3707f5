/** What a parser may do with a hostile case, and what it must not. */
import { StudioError } from '../../src/base/errors.ts'
import type { Rng } from '../../src/base/rng.ts'

/** One case: whether it was taken, or refused as promised; throws where the parser does what it must not. */
export type Parser = (random: Rng) => boolean

/** What `work` answers; null where its error is of one of these kinds, a refusal that was promised. */
export function unlessRefused<T>(kinds: readonly (new (...args: never[]) => Error)[], work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind) && !(error instanceof StudioError && error.code === 'bug')) return null
    throw error
  }
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
