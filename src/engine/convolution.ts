/**
 * Convolution, bias and leaky rectifier as one operation. Engines with the kernel registered
 * (TensorFlow) run it as one fused call; elsewhere it is composed from plain operations with
 * the same result.
 *
 * Scaling by two is part of the convolution. Nearest ×2 followed by a 3x3 convolution equals a
 * transposed 4x4 convolution of stride 2 whose kernel is the 3x3 one blurred by a 2x2 box, and
 * a 3x3 convolution followed by 2x2 pooling equals a 4x4 convolution of stride 2 with the
 * same kernel. The blurred form does 2.25 times less work and cannot make checkerboards.
 * In the same way nearest ×2, a [1,2,1] blur and a 1x1 convolution are one of 4x4.
 *
 * Pooling sums and halves: what is independent keeps its variance. A mean would halve it at
 * every stage, and a spectrally normalised discriminator, which cannot make up for that with
 * larger weights, would tell nothing apart.
 */
import type { Activation, ConvolutionKind } from './blocks.ts'
import { activate } from './activations.ts'
import { blurMatrices, isBlurred, isTransposed, type BlurredKind } from './blur-matrices.ts'
import { convolutionKernel, type ConvolutionAttributes } from './convolution-names.ts'
import './tensorflow-kernels.ts'
import { tf } from './tf.ts'

/** x [N,H,W,in] -> [N,H·s,W·s,out], s = 1, 2 or 1/2 by its kind. */
export function convolution(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, kind: ConvolutionKind, activation: Activation): tf.Tensor {
  const taps = isBlurred(kind) ? blur(kernel, kind) : (kernel as tf.Tensor4D)
  if (tf.getKernel(convolutionKernel, tf.getBackend()) !== undefined) {
    const inside = activation === 'lrelu' ? 'lrelu' : 'linear'
    const attributes: ConvolutionAttributes = { stride: kind === 'same' ? 1 : 2, transposed: isTransposed(kind), activation: inside }
    const y: tf.Tensor = tf.engine().runKernel(convolutionKernel, { x, kernel: taps, bias }, { ...attributes })
    return inside === activation ? y : activate(y, activation)
  }
  return activate(tf.add(plainConvolution(x as tf.Tensor4D, taps, kind), bias), activation)
}

function plainConvolution(x: tf.Tensor4D, taps: tf.Tensor4D, kind: ConvolutionKind): tf.Tensor4D {
  if (!isTransposed(kind)) return tf.conv2d(x, taps, kind === 'same' ? 1 : 2, 'same')
  const [n, h, w] = x.shape
  return tf.conv2dTranspose(x, taps, [n, 2 * h, 2 * w, taps.shape[2]], 2, 'same')
}

/** Nearest ×2 by reshape and tile, which differentiate everywhere. */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  const rows = tf.tile(tf.reshape(x, [n * h, 1, w * c]), [1, 2, 1])
  const both = tf.tile(tf.reshape(rows, [n * 2 * h * w, 1, c]), [1, 2, 1])
  return tf.reshape(both, [n, 2 * h, 2 * w, c])
}

/** 2x2 mean by reshape: average pooling has no second gradient. */
export function meanPool(x: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w, c] = x.shape
  return tf.reshape(tf.mean(tf.reshape(x, [(n * h) / 2, 2, w / 2, 2, c]), [1, 3]), [n, h / 2, w / 2, c])
}

/** The kernel of the strided form, as one product with a constant 16×k² matrix: [k,k,a,b] -> [4,4,a,b]. */
function blur(kernel: tf.Tensor, kind: BlurredKind): tf.Tensor4D {
  const [k = 0, , a = 0, b = 0] = kernel.shape
  const matrix = tf.tensor2d(blurMatrices[kind], [16, k * k])
  return tf.reshape(tf.matMul(matrix, tf.reshape(kernel, [k * k, a * b])), [4, 4, a, b])
}
