/** Generator, discriminator and encoder as operations, with the inputs and outputs that other programs see. */
import { StudioError } from '../../base/errors.ts'
import type { ModelNetwork } from '../../contract/data.ts'
import type { Architecture } from '../architecture.ts'
import { paletteTable } from '../palette-table.ts'
import { Lowering } from './blocks.ts'
import { Builder } from './builder.ts'
import type { LoweredNetwork, Value } from './operations.ts'

export type NetworkPart = Exclude<ModelNetwork, 'all'>

/**
 * - G: `latent` [N,latentSize], `label` [N,classes] (one-hot, zeros: any) -> `picture` [N,H,W,C] in [-1,1]
 * - D: `picture`, and `label` where it asks for the class -> `logit` [N], and `classes` [N,classes] where there are any
 * - E: `picture` -> `latent`
 * @throws `unsupported` for an encoder that the model does not have
 */
export function lower(architecture: Architecture, part: NetworkPart): LoweredNetwork {
  switch (part) {
    case 'G':
      return lowerGenerator(architecture)
    case 'D':
      return lowerDiscriminator(architecture)
    case 'E':
      return lowerEncoder(architecture)
  }
}

function lowerGenerator({ layoutG, layoutStatistics, latentSize, classes, generator, palette }: Architecture): LoweredNetwork {
  const b = new Builder([...layoutG.specs, ...layoutStatistics.specs])
  const latent = b.input('latent', [-1, latentSize])
  const input = classes === 0 ? latent : b.concat(latent, b.matMul(b.input('label', [-1, classes]), b.parameter('G.embedding')))
  const y = new Lowering(b, { calibrated: true }).run(generator, input)
  b.scope = ''
  if (palette === null) return b.finish({ picture: b.unary('tanh', y) })
  const { values, shape } = paletteTable(palette)
  return b.finish({ picture: b.lookUp(b.unary('softmax', y), b.constant(values, shape)) })
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

function lowerEncoder({ layoutE, height, width, channels, encoder }: Architecture): LoweredNetwork {
  if (encoder === null) throw new StudioError('unsupported', 'This model has no encoder: it was trained without. Train one with the option encoder switched on.')
  const b = new Builder(layoutE.specs)
  return b.finish({ latent: new Lowering(b, { calibrated: true }).run(encoder, b.input('picture', [-1, height, width, channels])) })
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
