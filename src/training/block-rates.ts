/**
 * Learning rates of single blocks: a factor on each parameter's change, as a vector that a step
 * reads like any other input. Frozen blocks keep their moments up to date, so that they thaw without a jump.
 */
import { StudioError } from '../base/errors.ts'
import { parseBlockRates, rateOfBlock, type BlockRates } from '../contract/block-rates.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Architecture } from '../engine/architecture.ts'
import type { Layout } from '../engine/layout.ts'
import { tf } from '../engine/tf.ts'

/** `G.stage8.up.kernel` belongs to `G.stage8`. */
export const blockOf = (tensor: string): string => tensor.split('.', 2).join('.')

/** Names of the blocks of G and D, in the order a picture passes them. */
export const blocksOf = ({ layoutG, layoutD }: Architecture): readonly string[] =>
  [...new Set([layoutG, layoutD].flatMap(({ specs }) => specs.map(({ name }) => blockOf(name))))]

type RateOptions = Pick<TrainingOptions, 'blockRates' | 'thaw'>

/** @throws `bad-input` where a block is named that the networks do not have */
export function checkBlockRates({ blockRates }: RateOptions, architecture: Architecture): BlockRates {
  const rates = parseBlockRates(blockRates) ?? new Map<string, number>()
  const known = ['G', 'D', ...blocksOf(architecture)]
  const unknown = [...rates.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) throw new StudioError('bad-input', `Option blockRates: these networks have no block "${unknown}". Theirs are ${known.join(', ')}.`)
  return rates
}

/** Share of the run over which what was slowed comes to full speed. */
const thawing = 0.05

/** How far blocks have come from their own rate (0) to their network's (1). @param share of the run */
export const thawed = ({ thaw }: RateOptions, share: number): number => (thaw >= 1 ? 0 : Math.min(1, Math.max(0, (share - thaw) / thawing)))

/** The factors of a run, made anew only when they change. */
export class BlockScales {
  readonly #rates: BlockRates
  readonly #options: RateOptions
  readonly #layouts: { readonly G: Layout; readonly D: Layout }
  #at = -1
  #kept: { readonly G: tf.Tensor1D | null; readonly D: tf.Tensor1D | null } = { G: null, D: null }

  constructor(architecture: Architecture, options: RateOptions) {
    this.#rates = checkBlockRates(options, architecture)
    this.#options = options
    this.#layouts = { G: architecture.layoutG, D: architecture.layoutD }
  }

  /** A factor for each parameter; null for a network whose blocks all learn alike. The caller disposes them. */
  at(share: number): { readonly scaleG: tf.Tensor1D | null; readonly scaleD: tf.Tensor1D | null } {
    const at = thawed(this.#options, share)
    if (at !== this.#at) {
      this.dispose()
      this.#kept = { G: this.#scaleOf('G', at), D: this.#scaleOf('D', at) }
      this.#at = at
    }
    const { G, D } = this.#kept
    return { scaleG: G === null ? null : tf.clone(G), scaleD: D === null ? null : tf.clone(D) }
  }

  dispose(): void {
    tf.dispose(Object.values(this.#kept).filter((scale) => scale !== null))
    this.#kept = { G: null, D: null }
    this.#at = -1
  }

  #scaleOf(network: 'G' | 'D', at: number): tf.Tensor1D | null {
    if (![...this.#rates.keys()].some((name) => name.startsWith(network))) return null
    const { specs, sizes, total } = this.#layouts[network]
    const factors = new Float32Array(total)
    let offset = 0
    specs.forEach(({ name }, i) => {
      const rate = rateOfBlock(this.#rates, blockOf(name))
      factors.fill(rate + (1 - rate) * at, offset, (offset += sizes[i] ?? 0))
    })
    return tf.tensor1d(factors)
  }
}
