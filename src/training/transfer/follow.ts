/** Options of a run that starts from a model: networks that take most of it as it is, and the way it was trained. */
import { blockRatesText } from '../../contract/block-rates.ts'
import { sameSize } from '../../contract/data.ts'
import { optionKeys, optionSpec, type TrainingOptions } from '../../contract/options.ts'
import { architectureOf, type Architecture } from '../../engine/architecture.ts'
import { blockOf } from '../block-rates.ts'
import type { DonorHead } from './donor.ts'
import { matchedBlocks, wholeParameters } from './transfer.ts'

/** What decides the shapes of the networks, besides width and resolution. */
const shapes = ['network', 'widthD', 'depth', 'latentSize', 'activation', 'normalisationG', 'normalisationD', 'attention', 'spectralNorm'] as const satisfies readonly (keyof TrainingOptions)[]
/** Its discriminator is a good one for its loss and at its rates. */
const rates = ['learningRateG', 'learningRateD', 'beta1', 'beta2'] as const satisfies readonly (keyof TrainingOptions)[]
const objective = optionKeys.filter((key) => optionSpec(key).group === 'objective')

/** As a share of the donor's: at another resolution the same channels meet the same maps at another width. */
const widthFactors = [1, 1 / 2, 2, 1 / 4, 4, 1.5, 1 / 1.5, 2.25, 1 / 2.25]
const { min: leastWidth, max: mostWidth } = optionSpec('width') as { readonly min: number; readonly max: number }

export interface Wanted {
  /** As proposed without a model to start from, with what the person chose. */
  readonly options: TrainingOptions
  readonly classNames: readonly string[]
  readonly channels: 1 | 3 | 4
}

/** Those that differ from `options`. */
export function followed(donor: DonorHead, { options, classNames, channels }: Wanted): Partial<TrainingOptions> {
  const keys = [...shapes, ...(donor.networks.includes('D') ? [...rates, ...objective] : [])]
  const found: Partial<TrainingOptions> = Object.fromEntries(keys.map((key) => [key, donor.options[key]]))
  const wholeAt = (width: number): number => wholeParameters(architectureOf({ ...options, ...found, width }, classNames.length, channels), classNames, donor)
  const widths = [...new Set(widthFactors.map((factor) => Math.round((donor.options.width * factor) / 4) * 4))].filter((width) => width >= leastWidth && width <= mostWidth)
  const [width = donor.options.width] = widths.map((one) => [one, wholeAt(one)] as const).sort(([, a], [, b]) => b - a)[0] ?? []
  return { ...found, width }
}

/** More pictures than this teach the first blocks better than what these knew. */
const fewPictures = 1000
/** Share of D's blocks, from the picture on, that stay. */
const frozenShare = 1 / 2

/** FreezeD (Mo et al. 2020): on few pictures, the discriminator's first blocks stay as they are, as far as all of them was copied. */
export function frozenBlocks(architecture: Architecture, classNames: readonly string[], donor: DonorHead, pictures: number): string {
  // At another resolution or aspect they see pictures at another scale.
  if (pictures > fewPictures || !sameSize(architecture, donor.architecture)) return ''
  const ofPictures = new Set(architecture.layoutD.specs.map(({ name }) => blockOf(name)))
  const blocks = matchedBlocks(architecture, classNames, donor).filter(({ block }) => ofPictures.has(block) && !/^D\.(head|embedding|classes|rebu)/.test(block))
  const first = blocks.slice(0, Math.floor(blocks.length * frozenShare))
  const changed = first.findIndex(({ whole }) => !whole)
  return blockRatesText(new Map(first.slice(0, changed === -1 ? first.length : changed).map(({ block }) => [block, 0])))
}
