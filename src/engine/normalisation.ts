/**
 * Normalisations, composed from operations whose second derivatives are right on every engine.
 * All but pixel norm end in a learned scale and offset per channel.
 */
import { pixelEpsilon, varianceEpsilon, type NormalisationBlock } from './blocks.ts'
import { parameter, type Parameters } from './parameters.ts'
import { batchNormKernel } from './batch-norm-names.ts'
import './tensorflow-batch-norm.ts'
import { tf } from './tf.ts'

export interface Moments {
  /** [C] each. */
  readonly mean: tf.Tensor
  readonly variance: tf.Tensor
}

export interface NormalisationPass {
  /** Parts of the batch that batch norm takes separately, as reals and fakes of one batch are. */
  readonly groups: number
  /** Batch norm's statistics; absent: those of the batch itself. */
  readonly statistics?: Parameters | undefined
  /** Sees the statistics of each batch norm. */
  readonly observe?: ((name: string, moments: Moments) => void) | undefined
}

/** x [N,H,W,C] or [N,C], of the same shape after it. */
export function normalise({ name, by }: NormalisationBlock, parameters: Parameters, x: tf.Tensor, pass: NormalisationPass): tf.Tensor {
  if (by === 'pixel') return pixelNorm(x)
  const scale = parameter(parameters, `${name}.scale`)
  const offset = parameter(parameters, `${name}.offset`)
  if (by === 'batch') return batchNorm(name, x, scale, offset, pass)
  const [n = 0] = x.shape
  const channels = x.shape[x.shape.length - 1] ?? 0
  const maps = tf.reshape(x, [n, -1, channels])
  // A vector has one number a channel: its instances are its layer.
  const axes = by === 'layer' || x.rank === 2 ? [1, 2] : [1]
  return tf.reshape(standardised(maps, axes, scale, offset).value, x.shape)
}

/** Each pixel's features at unit mean square (Karras et al. 2018): a generator's signal cannot grow without bound. */
export const pixelNorm = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), pixelEpsilon)))

/** Ioffe & Szegedy 2015. In training the batch's own statistics, later the calibrated ones (`calibrate.ts`). */
function batchNorm(name: string, x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, { groups, statistics, observe }: NormalisationPass): tf.Tensor {
  if (statistics !== undefined) {
    // One factor and one offset: a compiled pass has them in the convolution before (`graph/scaled-filters.ts`).
    const factor = tf.mul(scale, tf.rsqrt(tf.add(parameter(statistics, `${name}.variance`), varianceEpsilon)))
    return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(parameter(statistics, `${name}.mean`), factor)))
  }
  const channels = x.shape[x.shape.length - 1] ?? 0
  if (observe === undefined && !twice && tf.getKernel(batchNormKernel, tf.getBackend()) !== undefined) return fusedBatchNorm(x, scale, offset, groups)
  const grouped = tf.reshape(x, [groups, -1, channels])
  const { value, mean, variance } = standardised(grouped, [1], scale, offset)
  observe?.(name, { mean: tf.mean(tf.reshape(mean, [-1, channels]), 0), variance: tf.mean(tf.reshape(variance, [-1, channels]), 0) })
  return tf.reshape(value, x.shape)
}

let twice = false

/** Inside, everything is composed of operations that can be differentiated twice. */
export function differentiableTwice<T>(run: () => T): T {
  const before = twice
  twice = true
  try {
    return run()
  } finally {
    twice = before
  }
}

function fusedBatchNorm(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, groups: number): tf.Tensor {
  const [n = 0] = x.shape
  const channels = x.shape[x.shape.length - 1] ?? 0
  const maps = tf.reshape(x, x.rank === 2 ? [n, 1, 1, channels] : x.shape)
  // Its types know kernels of one output; this one keeps what its gradient reads beside it.
  const [y] = tf.engine().runKernel(batchNormKernel, { x: maps, scale, offset }, { epsilon: varianceEpsilon, groups }) as unknown as [tf.Tensor]
  return tf.reshape(y, x.shape)
}

/** (x - mean) / deviation over `axes`, then scale and offset. */
function standardised(x: tf.Tensor, axes: number[], scale: tf.Tensor, offset: tf.Tensor): Moments & { readonly value: tf.Tensor } {
  const mean = tf.mean(x, axes, true)
  const centred = tf.sub(x, mean)
  const variance = tf.mean(tf.square(centred), axes, true)
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, varianceEpsilon)))
  return { value: tf.add(tf.mul(centred, factor), offset), mean, variance }
}
