/**
 * Starting from a model's weights. Tensors are matched by name, those that read or write pictures
 * by their part in the network, which at another resolution has another name. Each axis is then
 * matched by what it means: channels in order, classes by name, colours by what they stand for.
 * The rest starts fresh. Optimiser state is never copied.
 */
import type { TransferBlock } from '../../contract/data.ts'
import { axesOf, type Axis, type TensorAxes } from '../../engine/axes.ts'
import type { Architecture } from '../../engine/architecture.ts'
import { partsOf, sizeOf, type Layout } from '../../engine/layout.ts'
import { blockOf } from '../block-rates.ts'
import { freshValues, type ModelValues } from '../model-values.ts'
import type { Donor, DonorHead, NetworkName } from './donor.ts'
import { beginAsScaling, mainConvolutions } from './grow.ts'
import { copyTensor, matchTensor, type ClassRows, type TensorMatch } from './taps.ts'

export interface MatchCounts {
  readonly tensors: number
  readonly totalTensors: number
  readonly parameters: number
  readonly totalParameters: number
}

interface PlannedTensor {
  readonly network: NetworkName
  readonly name: string
  readonly size: number
  /** null: it starts fresh. */
  readonly from: { readonly name: string; readonly match: TensorMatch; readonly whole: boolean } | null
}

const layoutsOf = ({ layoutG, layoutD, layoutE }: Architecture): readonly (readonly [NetworkName, Layout])[] => [['G', layoutG], ['D', layoutD], ['E', layoutE]]

/** What would be copied into networks of this architecture, tensor by tensor. */
function planOf(architecture: Architecture, classNames: readonly string[], donor: DonorHead): readonly PlannedTensor[] {
  const axes = axesOf(architecture)
  const theirs = axesOf(donor.architecture)
  const rows: ClassRows = classNames.map((name) => (donor.classNames.includes(name) ? donor.classNames.indexOf(name) : undefined))
  // What other families call the same is not the same, but for the classes' own vectors.
  const alike = (name: string): boolean => architecture.family === donor.architecture.family || name === 'G.embedding'
  const sources = new Map(layoutsOf(donor.architecture).filter(([network]) => donor.networks.includes(network))
    .flatMap(([, layout]) => layout.specs.filter(({ name }) => alike(name)).map(({ name, shape }) => [partOf(name, theirs), { name, shape }] as const)))
  return layoutsOf(architecture).flatMap(([network, layout]) => layout.specs.map(({ name, shape }): PlannedTensor => {
    const source = sources.get(partOf(name, axes))
    const match = source === undefined ? null : matchTensor(axes.get(name) ?? plainAxes(name, shape), theirs.get(source.name) ?? plainAxes(source.name, source.shape), rows)
    const size = sizeOf(shape)
    return { network, name, size, from: match === null || source === undefined ? null : { name: source.name, match, whole: match.copied === size && shape.join() === source.shape.join() } }
  }))
}

/** Of heads on pretrained features, which have the same shape in every network: all or nothing, classes by name. */
const plainAxes = (name: string, shape: readonly number[]): readonly Axis[] =>
  shape.map((size, at) => ({ kind: at === 0 && name.endsWith('.embedding') ? 'class' : 'tap', size, side: 'out' }))

/** A tensor's part in its network: its name, without the resolution where its layer reads or writes the picture itself. */
function partOf(name: string, axes: TensorAxes): string {
  const kernel = axes.get(name.replace(/\.bias$/, '.kernel'))
  return kernel?.some(({ kind }: Axis) => kind === 'colour' || kind === 'palette') === true ? `picture:${name.replace(/\.stage\d+\./, '.')}` : name
}

/** What would be copied into networks of this architecture, all in all. */
export const countMatches = (architecture: Architecture, classNames: readonly string[], donor: DonorHead): MatchCounts => countsOf(planOf(architecture, classNames, donor))

function countsOf(plan: readonly PlannedTensor[]): MatchCounts {
  const copied = plan.filter(({ from }) => from !== null)
  return {
    tensors: copied.length, totalTensors: plan.length,
    parameters: copied.reduce((sum, { from }) => sum + (from?.match.copied ?? 0), 0),
    totalParameters: plan.reduce((sum, { size }) => sum + size, 0),
  }
}

/** The same block by block, in the order in which a picture passes them. */
export function matchedBlocks(architecture: Architecture, classNames: readonly string[], donor: DonorHead): readonly TransferBlock[] {
  const blocks = Map.groupBy(planOf(architecture, classNames, donor), ({ name }) => blockOf(name))
  return [...blocks].map(([block, tensors]) => {
    const { parameters, totalParameters } = countsOf(tensors)
    return { block, parameters: totalParameters, copied: parameters, whole: tensors.every(({ from }) => from?.whole === true) }
  })
}

/** Parameters of tensors that are copied as they are: what decides between widths. */
export const wholeParameters = (architecture: Architecture, classNames: readonly string[], donor: DonorHead): number =>
  planOf(architecture, classNames, donor).reduce((sum, { size, from }) => sum + (from?.whole === true ? size : 0), 0)

/** Fresh values with the donor's where they match, and new blocks that hand on what they get. */
export function transferredValues(architecture: Architecture, classNames: readonly string[], donor: Donor, seed: number): { readonly values: ModelValues; readonly matched: MatchCounts } {
  const plan = planOf(architecture, classNames, donor)
  const values = freshValues(architecture, seed)
  const networks = new Map(layoutsOf(architecture).map(([network, layout]) => [network, partsOf(layout, values[network])]))
  const copied = new Set(plan.filter(({ from }) => from !== null).map(({ name }) => name))
  for (const [network, blocks] of [['G', architecture.generator], ['D', architecture.discriminator]] as const) {
    if (!donor.networks.includes(network) || donor.options.resolution === architecture.resolution) continue
    for (const block of mainConvolutions(blocks)) {
      const kernel = networks.get(network)?.get(`${block.name}.kernel`)
      if (kernel !== undefined && !copied.has(`${block.name}.kernel`)) beginAsScaling(block, kernel)
    }
  }
  values.average.set(values.G)
  const averages = partsOf(architecture.layoutG, values.average)
  const theirs = new Map(layoutsOf(donor.architecture).filter(([network]) => donor.networks.includes(network)).map(([network, layout]) => [network, partsOf(layout, donor.values[network])]))
  const theirAverages = partsOf(donor.architecture.layoutG, donor.values.average)
  for (const { network, name, from } of plan) {
    if (from === null) continue
    copyTensor(from.match, part(networks.get(network), name), part(theirs.get(network), from.name))
    if (network === 'G') copyTensor(from.match, part(averages, name), part(theirAverages, from.name))
  }
  return { values, matched: countsOf(plan) }
}

const part = (parts: ReadonlyMap<string, Float32Array> | undefined, name: string): Float32Array => parts?.get(name) ?? new Float32Array()
