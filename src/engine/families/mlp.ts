/**
 * The first GAN (Goodfellow et al. 2014): fully connected networks. Two hidden layers and
 * `depth` more, each of 16 × width units.
 */
import { repeated, type Family } from './family.ts'

const hiddenLayers = 2
const unitsPerWidth = 16

export const mlp: Family = {
  generator(stack, { size, pixelOutputs, width, depth, activation, normalisationG }) {
    repeated(hiddenLayers + depth, (i) => stack.dense(`G.hidden${i}`, unitsPerWidth * width, { activation: activation ?? 'relu', norm: normalisationG ?? 'none' }))
    stack.dense('G.picture', size.height * size.width * pixelOutputs).reshape(size.height, size.width)
  },
  discriminator(stack, { width, depth, activation, normalisationD, dropout }, prefix) {
    stack.flatten()
    repeated(hiddenLayers + depth, (i) =>
      stack.dense(`${prefix}.hidden${i}`, unitsPerWidth * width, { activation: activation ?? 'lrelu', norm: normalisationD ?? 'none' }).dropout(dropout))
  },
}
