/** min(max(x, 0), 6), as MobileNet has it: where an engine has the kernels, in one pass forward and one back instead of five. */
import { tf } from './tf.ts'

/** Input `x`. */
export const relu6Kernel = 'GanRelu6'
/** Inputs `dy` and `y`, the rectifier's output. */
export const relu6GradientKernel = 'GanRelu6Gradient'

export const relu6 = (x: tf.Tensor): tf.Tensor =>
  tf.getKernel(relu6Kernel, tf.getBackend()) === undefined ? tf.relu6(x) : tf.engine().runKernel(relu6Kernel, { x })

const gradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.engine().runKernel(relu6GradientKernel, { dy, y })

tf.registerGradient({
  kernelName: relu6Kernel,
  outputsToSave: [true],
  gradFunc: (dy, saved) => ({ x: () => gradient(dy as tf.Tensor, saved[0] as tf.Tensor) }),
})
tf.registerGradient({
  kernelName: relu6GradientKernel,
  inputsToSave: ['y'],
  // Linear in dy, and flat in y but for the kinks.
  gradFunc: (dy, saved) => ({ dy: () => gradient(dy as tf.Tensor, saved[0] as tf.Tensor), y: () => tf.zerosLike(saved[0] as tf.Tensor) }),
})
