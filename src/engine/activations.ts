/**
 * Activations whose second derivative is right on every engine. tfjs saves the outputs of sigmoid,
 * tanh and softmax for their gradients and treats them as constants there, so that a gradient
 * penalty through them is silently wrong (tensorflow/tfjs#3252). Here the gradient is computed
 * from the input again.
 */
import type { Activation } from './blocks.ts'
import { leakyReluKernel, slope } from './convolution-names.ts'
import './tensorflow-kernels.ts'
import { tf } from './tf.ts'

type Map = (x: tf.Tensor) => tf.Tensor

function recomputed(value: Map, gradient: (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor): Map {
  const f = (...[x, save]: (tf.Tensor | tf.GradSaveFunc)[]): { value: tf.Tensor; gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor } => {
    ;(save as tf.GradSaveFunc)([x as tf.Tensor])
    return { value: value(x as tf.Tensor), gradFunc: (dy, saved) => gradient(saved[0] as tf.Tensor, dy) }
  }
  return (x) => tf.customGrad(f)(x)
}

export const sigmoid = recomputed(tf.sigmoid, (x, dy) => {
  const y = sigmoid(x)
  return tf.mul(dy, tf.mul(y, tf.sub(1, y)))
})

export const tanh = recomputed(tf.tanh, (x, dy) => tf.mul(dy, tf.sub(1, tf.square(tanh(x)))))

/** Along the last axis. */
export const softmax = recomputed(tf.softmax, (x, dy) => {
  const y = softmax(x)
  const weighted = tf.mul(dy, y)
  return tf.sub(weighted, tf.mul(y, tf.sum(weighted, -1, true)))
})

/** max(x, slope·x), written so that its gradient exists on every engine. */
export const leakyRelu: Map = (x) =>
  tf.getKernel(leakyReluKernel, tf.getBackend()) === undefined
    ? tf.add(tf.mul(tf.relu(x), 1 - slope), tf.mul(x, slope))
    : tf.engine().runKernel(leakyReluKernel, { x }, { slope })

/** The leaky rectifier's kernel, where there is one, differentiates in one pass. */
const relu: Map = (x) =>
  tf.getKernel(leakyReluKernel, tf.getBackend()) === undefined ? tf.relu(x) : tf.engine().runKernel(leakyReluKernel, { x }, { slope: 0 })

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'linear':
      return x
    case 'relu':
      return relu(x)
    case 'lrelu':
      return leakyRelu(x)
    case 'silu':
      return tf.mul(x, sigmoid(x))
    case 'tanh':
      return tanh(x)
  }
}
