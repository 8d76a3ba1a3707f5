/**
 * Batch norm's statistics for pictures ("Precise BN", Wu & Johnson 2021). In training each batch
 * is normalised by itself; a picture must not depend on its neighbours, and the averaged
 * generator has no statistics of its own. So they are measured on it, over fixed latents: a pure
 * function of its weights, with no memory of past generators.
 */
import { Rng } from '../base/rng.ts'
import type { Architecture } from '../engine/architecture.ts'
import { generate } from '../engine/networks.ts'
import { flatten, named, split } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import { oneHot } from './feed.ts'

const batches = 4
const batchSize = 32

/**
 * @param weights the flat vector of G or of its average
 * @returns what `layoutStatistics` lists, for the caller to own; empty without batch norm
 */
export function calibrate(architecture: Architecture, weights: tf.Tensor1D): tf.Tensor1D {
  const { layoutG, layoutStatistics, latentSize, classes } = architecture
  if (layoutStatistics.total === 0) return tf.tensor1d([])
  const rng = Rng.fromSeed(0, 'calibration')
  return tf.tidy(() => {
    const parameters = named(layoutG, split(layoutG, weights))
    const sums = new Map<string, tf.Tensor>()
    const add = (name: string, value: tf.Tensor): void => {
      const before = sums.get(name)
      const share = tf.mul(value, 1 / batches)
      sums.set(name, before === undefined ? tf.keep(share) : tf.keep(tf.add(before, share)))
      before?.dispose()
    }
    for (let batch = 0; batch < batches; batch++) {
      tf.tidy(() => {
        const z = tf.tensor2d(rng.fillNormal(new Float32Array(batchSize * latentSize)), [batchSize, latentSize])
        const labels = classes === 0 ? null : oneHot(Array.from({ length: batchSize }, (_, i) => (batch * batchSize + i) % classes), classes)
        generate(architecture, parameters, z, labels, {
          observe: (name, { mean, variance }) => {
            add(`${name}.mean`, mean)
            // E x², of which the mean's square is taken once all batches are in.
            add(`${name}.variance`, tf.add(variance, tf.square(mean)))
          },
        })
      })
    }
    const ordered = layoutStatistics.specs.map(({ name }) => {
      const sum = sums.get(name) as tf.Tensor
      const mean = name.endsWith('.variance') ? sums.get(name.replace(/variance$/, 'mean')) : undefined
      return mean === undefined ? sum : tf.relu(tf.sub(sum, tf.square(mean)))
    })
    const flat = flatten(ordered)
    tf.dispose([...sums.values()])
    return flat
  })
}
