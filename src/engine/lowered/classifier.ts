/** A classifier of pictures as operations: a frozen network whose features it reads, and the head on them. */
import type { Architecture } from '../architecture.ts'
import { rawHeadParameters } from '../class-head.ts'
import type { ParameterSpec } from '../layout.ts'
import { featureCount, featureLayer, featureNetwork, featureSide } from '../pretrained/picture-features.ts'
import { frozenLayers } from '../pretrained/frozen-layers.ts'
import type { HostTensor } from '../safetensors.ts'
import { Lowering } from './blocks.ts'
import { Builder } from './builder.ts'
import { frozenTensors, lowerFrozen } from './frozen.ts'
import type { LoweredNetwork, Value } from './operations.ts'

/** As they are called in files, beside those of the network below. */
export const classifierParameters = (dimensions: number, classes: number): readonly ParameterSpec[] =>
  rawHeadParameters(dimensions, classes).map((spec) => ({ ...spec, name: `classifier.${spec.name}` }))

/**
 * On what the discriminator reads its judgement from.
 * @param dimensions length of a picture's features
 * @returns `picture` [N,H,W,C] in [-1,1] -> `probabilities` [N,classes], each row adding up to 1
 */
export function lowerDiscriminatorClassifier({ layoutD, discriminator, height, width, channels }: Architecture, dimensions: number, classes: number): LoweredNetwork {
  const b = new Builder([...layoutD.specs, ...classifierParameters(dimensions, classes)])
  return classified(b, new Lowering(b, { calibrated: false }).run(discriminator, b.input('picture', [-1, height, width, channels])))
}

/**
 * On what `PictureFeatures` sees.
 * @returns `picture` [N,S,S,3] in [-1,1], S being `featureSide` -> `probabilities` [N,classes]
 */
export function lowerPretrainedClassifier(classes: number): { readonly network: LoweredNetwork; readonly tensors: ReadonlyMap<string, HostTensor> } {
  const frozen = frozenLayers(featureNetwork, [featureLayer])
  const tensors = frozenTensors(frozen, featureNetwork)
  const b = new Builder([...[...tensors].map(([name, { shape }]) => ({ name, shape })), ...classifierParameters(featureCount, classes)])
  const picture = b.input('picture', [-1, featureSide, featureSide, 3])
  const seen = lowerFrozen(b, frozen, featureNetwork, b.binary('add', b.binary('mul', picture, 0.5), 0.5))
  return { network: classified(b, b.reshape(b.reduce('mean', seen, [1, 2]), [-1, featureCount])), tensors }
}

/** @param features [N,dimensions] */
function classified(b: Builder, features: Value): LoweredNetwork {
  b.scope = 'classifier/'
  const of = (name: string): Value => b.parameter(`classifier.${name}`)
  const layer = (x: Value, name: string): Value => b.binary('add', b.matMul(x, of(`${name}.kernel`)), of(`${name}.bias`))
  const standard = b.binary('mul', b.binary('sub', features, of('features.mean')), of('features.scale'))
  return b.finish({ probabilities: b.unary('softmax', layer(b.unary('relu', layer(standard, 'hidden')), 'out')) })
}
