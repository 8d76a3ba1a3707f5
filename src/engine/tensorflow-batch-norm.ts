/**
 * TensorFlow's fused batch norm and its fused gradient, for `normalisation.ts`: two passes over
 * memory each way instead of a dozen. The gradient cannot be differentiated again.
 */
import { batchNormGradientKernel, batchNormKernel } from './batch-norm-names.ts'
import { tf } from './tf.ts'

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}
interface TensorflowBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_ATTR_STRING: number; readonly TF_ATTR_FLOAT: number; readonly TF_ATTR_BOOL: number; readonly TF_FLOAT: number }
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly tf.TensorInfo[], outputs: number): tf.Tensor[]
}

function execute(name: string, inputs: readonly tf.Tensor[], outputs: number, epsilon: number): tf.Tensor[] {
  const backend = tf.backend() as unknown as TensorflowBackend
  const { binding } = backend
  return backend.executeMultipleOutputs(name, [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ], inputs, outputs)
}

tf.registerKernel({
  kernelName: batchNormKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, scale, offset } = inputs as { readonly x: tf.Tensor; readonly scale: tf.Tensor; readonly offset: tf.Tensor }
    const none = tf.tensor1d([])
    const [y, mean, variance, ...reserved] = execute('FusedBatchNormV3', [x, scale, offset, none, none], 6, (attrs as unknown as { readonly epsilon: number }).epsilon)
    tf.dispose([none, mean as tf.Tensor, variance as tf.Tensor])
    return [y as tf.Tensor, ...reserved]
  },
})

tf.registerKernel({
  kernelName: batchNormGradientKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, x, scale, ...kept } = inputs as Readonly<Record<'dy' | 'x' | 'scale', tf.Tensor>> & Readonly<Record<string, tf.Tensor>>
    const [dx, dScale, dOffset, ...empty] = execute('FusedBatchNormGradV3', [dy, x, scale, ...Object.values(kept)], 5, (attrs as unknown as { readonly epsilon: number }).epsilon)
    tf.dispose(empty)
    return [dx as tf.Tensor, dScale as tf.Tensor, dOffset as tf.Tensor]
  },
})

tf.registerGradient({
  kernelName: batchNormKernel,
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true, true, true],
  gradFunc: (dys, saved, attrs) => {
    const [x, scale, ...others] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const kept = Object.fromEntries(others.map((tensor, i) => [`kept${i}`, tensor]))
    const [dx, dScale, dOffset] = tf.engine().runKernel(batchNormGradientKernel, { dy: (dys as tf.Tensor[])[0] as tf.Tensor, x, scale, ...kept }, attrs as tf.NamedAttrMap) as unknown as [tf.Tensor, tf.Tensor, tf.Tensor]
    return { x: () => dx, scale: () => dScale, offset: () => dOffset }
  },
})
