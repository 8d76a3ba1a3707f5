/** Networks for people: a row per layer, from the description alone. */
import type { LayerKind, NetworkDescription, NetworkLayer, NetworkName, NetworkTable } from '../contract/networks.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { Words } from '../contract/option-spec.ts'
import type { Palette } from '../contract/palette.ts'
import { architectureOf, classesOfEncoder, type Architecture } from './architecture.ts'
import { multiplyAdds } from './block-cost.ts'
import { ownParameters, parametersOf } from './block-parameters.ts'
import type { Activation, Block } from './blocks.ts'
import { headHidden } from './class-head.ts'
import { stepMultiplyAdds } from './cost.ts'
import { layoutOf, type Layout } from './layout.ts'
import { memoryEstimate } from './memory-estimate.ts'
import { frozenCost, projectedParameters, seenSize } from './projected-heads.ts'

export function describeNetworks(options: TrainingOptions, classCount: number, channels: number, palette: Palette | null = null): NetworkDescription {
  const architecture = architectureOf(options, classCount, channels, { palette })
  const { generator, discriminator, classes, decoder, encoder, projected, layoutG, layoutD, layoutE, layoutHead } = architecture
  return {
    networks: [
      table('G', [...embedding(architecture), ...rows(generator, 'main'), output(architecture)], layoutG.total),
      table('D', [...rows(discriminator, 'main'), head(architecture)], layoutD.total - layoutOf(parametersOf(decoder ?? [])).total - layoutOf(projectedParameters(projected, classes)).total),
      ...(options.projected === 0 && options.featureEnergy === 0 && layoutHead.total === 0 ? [] : [table('projected', besideD(architecture), layoutOf(projectedParameters(projected, classes)).total + layoutHead.total)]),
      ...(decoder === null ? [] : [table('decoder', rows(decoder, 'main'), layoutOf(parametersOf(decoder)).total)]),
      ...(encoder === null ? [] : [table('E', [...rows(encoder, 'main'), ...classesOfE(architecture)], layoutE.total)]),
    ],
    batchSize: options.batchSize,
    stepMultiplyAdds: stepMultiplyAdds(options, classCount, channels),
    memoryBytes: Math.round(memoryEstimate(options, classCount, channels)),
  }
}

const table = (network: NetworkName, layers: readonly NetworkLayer[], parameters: number): NetworkTable =>
  ({ network, layers, parameters, multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0) })

function rows(blocks: readonly Block[], path: NetworkLayer['path']): NetworkLayer[] {
  return blocks.filter(({ block }) => block !== 'remember').flatMap((block) => {
    const own = row(block, path)
    return block.block === 'residual' ? [...rows(block.branch, 'branch'), ...rows(block.skip, 'skip'), own] : [own]
  })
}

const row = (block: Block, path: NetworkLayer['path']): NetworkLayer => ({
  kind: kindOf(block), name: 'name' in block ? block.name : '', detail: detailOf(block), path,
  height: block.height, width: block.width, channels: block.outputs,
  parameters: layoutOf(ownParameters(block)).total, multiplyAdds: multiplyAdds(block),
})

function kindOf(block: Block): LayerKind {
  if (block.block === 'convolution') return `convolution-${block.kind}`
  return block.block === 'remember' ? 'reshape' : block.block
}

const activationNames: Readonly<Record<Activation, string>> = { linear: '', relu: 'ReLU', lrelu: 'leaky ReLU', silu: 'SiLU', tanh: 'tanh' }
const normalisationWords: Readonly<Record<Extract<Block, { block: 'normalisation' }>['by'], Words>> = {
  batch: { en: 'batch', zh: '批' }, instance: { en: 'instance', zh: '实例' }, layer: { en: 'layer', zh: '层' }, pixel: { en: 'pixel', zh: '像素' },
}
const poolWords = { 'mean': { en: '2×2 mean', zh: '2×2 平均' }, 'half-sum': { en: '2×2 half sum', zh: '2×2 半和' } } as const
const methodWords: Readonly<Record<TrainingOptions['classMethod'], Words>> = {
  'projection': { en: 'projection', zh: '投影' }, 'classifier': { en: 'classifier', zh: '分类器' }, 'k+1': { en: 'k+1', zh: 'k+1' },
}
/** The same in every language. */
const alike = (text: string): Words => ({ en: text, zh: text })

function detailOf(block: Block): Words {
  switch (block.block) {
    case 'convolution':
      return alike([`${block.taps}×${block.taps}`, activationNames[block.activation]].filter(Boolean).join(', '))
    case 'dense':
      return alike(activationNames[block.activation])
    case 'activation':
      return alike(activationNames[block.activation])
    case 'normalisation':
      return normalisationWords[block.by]
    case 'pool':
      return poolWords[block.by]
    case 'dropout':
      return alike(String(block.rate))
    default:
      return alike('')
  }
}

const vector = (kind: LayerKind, name: string, channels: number, more: Pick<NetworkLayer, 'parameters' | 'multiplyAdds'>): NetworkLayer =>
  ({ kind, name, detail: alike(''), path: 'main', height: 1, width: 1, channels, ...more })

const embedding = ({ classes, embeddingSize, latentSize }: Architecture): NetworkLayer[] =>
  embeddingSize === 0 ? [] : [vector('embedding', 'G.embedding', latentSize + embeddingSize, { parameters: classes * embeddingSize, multiplyAdds: 0 })]

/** What is in D's layout besides its blocks. */
function head({ layoutD, discriminator, decoder, projected, features, classes, classMethod }: Architecture): NetworkLayer {
  const blocks = (some: readonly Block[]): Layout => layoutOf(parametersOf(some))
  const parameters = layoutD.total - blocks(discriminator).total - blocks(decoder ?? []).total - layoutOf(projectedParameters(projected, classes)).total
  const outputs = classes === 0 || classMethod === 'projection' ? 1 : classMethod === 'classifier' ? classes + 1 : classes
  return { ...vector('head', 'D.head', outputs, { parameters, multiplyAdds: features }), detail: classes === 0 ? alike('') : methodWords[classMethod] }
}

/** What E reads the class with, beside the latent. */
function classesOfE({ layoutE, classes }: Architecture): NetworkLayer[] {
  const parameters = layoutE.sizes[layoutE.specs.findIndex(({ name }) => name === classesOfEncoder)]
  return parameters === undefined ? [] : [{ ...vector('head', classesOfEncoder, classes, { parameters, multiplyAdds: parameters }), path: 'branch' }]
}

/** The frozen network, a head for each depth that is read, and the auxiliary classifier. */
const besideD = (architecture: Architecture): NetworkLayer[] => {
  const { classes, projected, layoutHead } = architecture
  const dense = (name: string, channels: number): NetworkLayer => {
    const parameters = layoutHead.specs.reduce((sum, spec, i) => sum + (spec.name.startsWith(name) ? (layoutHead.sizes[i] ?? 0) : 0), 0)
    return { ...vector('dense', `head.${name}`, channels, { parameters, multiplyAdds: parameters - channels }), path: 'branch' }
  }
  return [
    { kind: 'frozen', name: '', detail: alike('MobileNetV2'), path: 'main', ...seenSize(architecture), channels: 3, parameters: 0, multiplyAdds: frozenCost(architecture) },
    ...projected.flatMap(({ blocks, features }) => [
      ...rows(blocks, 'branch'),
      { ...vector('head', '', 1, { parameters: (1 + classes) * features + 1, multiplyAdds: features }), path: 'branch' as const },
    ]),
    ...(layoutHead.total === 0 ? [] : [dense('hidden', headHidden), dense('out', classes)]),
  ]
}

const output = ({ height, width, channels, palette, task }: Architecture): NetworkLayer =>
  ({ kind: 'output', name: '', detail: outputWords(task, palette), path: 'main', height, width, channels, parameters: 0, multiplyAdds: 0 })

function outputWords(task: Architecture['task'], palette: Palette | null): Words {
  if (task === 'enlarge') return { en: 'added to bicubic', zh: '与双三次放大相加' }
  if (task === 'translate') return { en: 'added to the picture', zh: '与原图相加' }
  return palette === null ? alike('tanh') : { en: `${palette.length} colours`, zh: `${palette.length} 种颜色` }
}
