/**
 * Convolution, bias and leaky rectifier as one operation. Engines with the kernel registered
 * (TensorFlow) run it as one fused call; elsewhere it is composed from plain operations with
 * the same result.
 *
 * Scaling by two is part of the convolution. Nearest ×2 followed by a 3x3 convolution equals a
 * transposed 4x4 convolution of stride 2 whose kernel is the 3x3 one blurred by a 2x2 box, and
 * a 3x3 convolution followed by 2x2 pooling equals a 4x4 convolution of stride 2 with the
 * same kernel. The blurred form does 2.25 times less work and cannot make checkerboards.
 *
 * Pooling sums and halves: what is independent keeps its variance. A mean would halve it at
 * every stage, and a spectrally normalised discriminator, which cannot make up for that with
 * larger weights, would tell nothing apart.
 */
import type { Activation, ConvolutionKind } from './architecture.ts'
import { convolutionKernel, leakyReluKernel, slope, type ConvolutionAttributes } from './convolution-names.ts'
import './tensorflow-kernels.ts'
import { tf } from './tf.ts'

const fused = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined

/** max(x, slope·x), written so that its gradient exists on every engine. */
export const leakyRelu = (x: tf.Tensor): tf.Tensor =>
  fused(leakyReluKernel) ? tf.engine().runKernel(leakyReluKernel, { x }) : tf.add(tf.mul(tf.relu(x), 1 - slope), tf.mul(x, slope))

/** x [N,H,W,in] -> [N,H·s,W·s,out], s = 1, 2 (`up`) or 1/2 (`down`). */
export function convolution(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, kind: ConvolutionKind, activation: Activation): tf.Tensor {
  if (fused(convolutionKernel)) {
    const attributes: ConvolutionAttributes = { stride: kind === 'same' ? 1 : 2, transposed: kind === 'up', activation }
    return tf.engine().runKernel(convolutionKernel, { x, kernel: kind === 'same' ? kernel : blur(kernel, kind), bias }, { ...attributes })
  }
  const y = tf.add(plainConvolution(x as tf.Tensor4D, kernel as tf.Tensor4D, kind), bias)
  return activation === 'lrelu' ? leakyRelu(y) : y
}

function plainConvolution(x: tf.Tensor4D, kernel: tf.Tensor4D, kind: ConvolutionKind): tf.Tensor4D {
  switch (kind) {
    case 'same':
      return tf.conv2d(x, kernel, 1, 'same')
    case 'down':
      return tf.conv2d(x, blur(kernel, kind), 2, 'same')
    case 'up': {
      const [n, h, w] = x.shape
      return tf.conv2dTranspose(x, blur(kernel, kind), [n, 2 * h, 2 * w, kernel.shape[2]], 2, 'same')
    }
  }
}

/**
 * The 4x4 kernel of the strided form: k ⊛ [1,1]⊗[1,1] (for `down` halved), as one
 * product with a constant 16x9 matrix: [3,3,a,b] -> [4,4,a,b].
 */
function blur(kernel: tf.Tensor, kind: 'up' | 'down'): tf.Tensor4D {
  const [, , a = 0, b = 0] = kernel.shape
  const matrix = tf.tensor2d(kind === 'up' ? boxUp : boxDown, [16, 9])
  return tf.reshape(tf.matMul(matrix, tf.reshape(kernel, [9, a * b])), [4, 4, a, b])
}

const boxUp = boxMatrix(1)
const boxDown = boxMatrix(0.5)
function boxMatrix(value: number): Float32Array {
  const matrix = new Float32Array(16 * 9)
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 3; x++)
      for (const dy of [0, 1]) for (const dx of [0, 1]) matrix[((y + dy) * 4 + x + dx) * 9 + y * 3 + x] = value
  return matrix
}
