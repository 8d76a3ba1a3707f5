/** Generator, discriminator and encoder as operations, with the inputs and outputs that other programs see. */
import { StudioError } from '../../base/errors.ts'
import type { ModelNetwork } from '../../contract/data.ts'
import { classesOfEncoder, type Architecture } from '../architecture.ts'
import { lightMatrix } from '../light-matrix.ts'
import { paletteTable } from '../palette-table.ts'
import { Lowering } from './blocks.ts'
import { Builder } from './builder.ts'
import type { LoweredNetwork, Value } from './operations.ts'

export type NetworkPart = Exclude<ModelNetwork, 'all'>

/**
 * - G: `latent` [N,latentSize], `label` [N,classes] (one-hot, zeros: any) -> `picture` [N,H,W,C] in [-1,1]
 *   of a translator: `given` [N,H,W,C] in [-1,1], `label` the class it is to become -> `picture`, around [-1,1]
 * - D: `picture`, and `label` where it asks for the class -> `logit` [N], and `classes` [N,classes] where there are any
 * - E: `picture` -> `latent`, and `classes` [N,classes] where G asks for any
 * @throws `unsupported` for an encoder that the model does not have
 */
export function lower(architecture: Architecture, part: NetworkPart): LoweredNetwork {
  switch (part) {
    case 'G':
      return architecture.task === 'translate' ? lowerTranslator(architecture) : lowerGenerator(architecture)
    case 'D':
      return lowerDiscriminator(architecture)
    case 'E':
      return lowerEncoder(architecture)
  }
}

function lowerGenerator({ layoutG, layoutStatistics, latentSize, classes, generator, palette, softColour }: Architecture): LoweredNetwork {
  const b = new Builder([...layoutG.specs, ...layoutStatistics.specs])
  const latent = b.input('latent', [-1, latentSize])
  const input = classes === 0 ? latent : b.concat(latent, b.matMul(b.input('label', [-1, classes]), b.parameter('G.embedding')))
  const y = new Lowering(b, { calibrated: true }).run(generator, input)
  b.scope = ''
  if (palette === null) return b.finish({ picture: softColour ? softened(b, b.unary('tanh', y)) : b.unary('tanh', y) })
  const { values, shape } = paletteTable(palette)
  return b.finish({ picture: b.lookUp(b.unary('softmax', y), b.constant(values, shape)) })
}

function lowerTranslator({ layoutG, height, width, channels, classes, generator }: Architecture): LoweredNetwork {
  const b = new Builder(layoutG.specs)
  const given = b.input('given', [-1, height, width, channels])
  const added = new Lowering(b, { calibrated: true, label: b.input('label', [-1, classes]) }).run(generator, given)
  b.scope = ''
  return b.finish({ picture: b.binary('add', given, added) })
}

/** As in `soft-colour.ts`. */
function softened(b: Builder, x: Value): Value {
  const [batch = -1, h = 0, w = 0, c = 0] = x.shape
  const pixels = b.reshape(x, [-1, c])
  const grey = b.matMul(pixels, b.constant(lightMatrix(c), [c, c]))
  const colour = b.reshape(b.binary('sub', pixels, grey), [-1, w * c])
  const across = b.reshape(smoothed(b, colour, c), [-1, h * w * c])
  return b.binary('add', b.reshape(grey, [batch, h, w, c]), b.reshape(smoothed(b, across, w * c), [batch, h, w, c]))
}
function smoothed(b: Builder, x: Value, step: number): Value {
  const length = x.shape[1] ?? 0
  const before = b.concat(b.slice(x, 0, step), b.slice(x, 0, length - step))
  const after = b.concat(b.slice(x, step, length - step), b.slice(x, length - step, step))
  return b.binary('add', b.binary('mul', x, 0.5), b.binary('mul', b.binary('add', before, after), 0.25))
}

function lowerDiscriminator({ layoutD, height, width, channels, classes, classMethod, discriminator }: Architecture): LoweredNetwork {
  const b = new Builder(layoutD.specs)
  const features = new Lowering(b, { calibrated: false }).run(discriminator, b.input('picture', [-1, height, width, channels]))
  b.scope = 'D.head/'
  const single = (): Value => b.binary('add', b.matMul(features, b.parameter('D.head.kernel')), b.parameter('D.head.bias'))
  const flat = (logits: Value): Value => b.reshape(logits, [-1])
  if (classes === 0) return b.finish({ logit: flat(single()) })
  const embedding = b.parameter(classMethod === 'projection' ? 'D.embedding' : 'D.classes.embedding')
  const scores = b.matMul(features, embedding, true)
  switch (classMethod) {
    case 'projection': {
      const asked = b.reduce('sum', b.binary('mul', scores, b.input('label', [-1, classes])), [1])
      return b.finish({ logit: flat(b.binary('add', single(), asked)), classes: scores })
    }
    case 'classifier':
      return b.finish({ logit: flat(single()), classes: scores })
    case 'k+1':
      return b.finish({ logit: flat(logSumExp(b, scores)), classes: scores })
  }
}

function lowerEncoder({ layoutE, height, width, channels, embeddingSize, encoder }: Architecture): LoweredNetwork {
  if (encoder === null) throw new StudioError('unsupported', 'This model has no encoder: it was trained without. Train one with the option encoder switched on.')
  const b = new Builder(layoutE.specs)
  const lowering = new Lowering(b, { calibrated: true })
  const features = lowering.run(encoder.slice(0, -1), b.input('picture', [-1, height, width, channels]))
  const latent = lowering.run(encoder.slice(-1), features)
  b.scope = ''
  return b.finish(embeddingSize === 0 ? { latent } : { latent, classes: b.matMul(features, b.parameter(classesOfEncoder), true) })
}

/** As in `heads.ts`: [N,K] -> [N,1], halves folded onto each other. */
function logSumExp(b: Builder, x: Value): Value {
  const columns = x.shape[1] ?? 0
  if (columns === 1) return x
  const half = Math.floor(columns / 2)
  const [first, second] = [b.slice(x, 0, half), b.slice(x, half, half)]
  const folded = b.binary('add', first, b.unary('softplus', b.binary('sub', second, first)))
  return logSumExp(b, columns % 2 === 0 ? folded : b.concat(folded, b.slice(x, 2 * half, 1)))
}
