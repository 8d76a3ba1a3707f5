/**
 * TensorFlow's fused batch norm and its fused gradient, for `normalisation.ts`: two passes over
 * memory each way instead of a dozen. The gradient cannot be differentiated again. A recording
 * keeps both as operations of the studio's own too (`graph/own-operations.ts`).
 */
import { batchNormGradientKernel, batchNormKernel } from './batch-norm-names.ts'
import { normaliseGradientOperation, normaliseOperation } from './graph/kernels.ts'
import { fusedOperation } from './graph/recorder.ts'
import { tensorflowBackend } from './graph/tensorflow-binding.ts'
import { tf } from './tf.ts'

function execute(name: string, inputs: readonly tf.Tensor[], outputs: number, epsilon: number): tf.Tensor[] {
  const backend = tensorflowBackend()
  const { binding } = backend
  return backend.executeMultipleOutputs(name, [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ], inputs, outputs)
}

interface Normalisation {
  readonly epsilon: number
  readonly groups: number
}
const attributesOf = ({ epsilon, groups }: Normalisation) => ({ epsilon: { kind: 'float', value: epsilon }, groups: { kind: 'integer', value: groups } }) as const

/** Parts of a batch by themselves; what comes out of each, part after part. */
function byGroups(groups: number, inputs: readonly tf.Tensor[], run: (...parts: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[] {
  if (groups === 1) return run(...inputs)
  const parts = inputs.map((input) => tf.split(input, groups))
  const results = Array.from({ length: groups }, (_, group) => run(...parts.map((each) => each[group] as tf.Tensor)))
  return (results[0] ?? []).map((_, output) => tf.concat(results.map((each) => each[output] as tf.Tensor)))
}

const ofGroups = (gradients: tf.Tensor): tf.Tensor => (gradients.shape[0] === 1 ? tf.squeeze(gradients, [0]) : tf.sum(gradients, 0))

tf.registerKernel({
  kernelName: batchNormKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, scale, offset } = inputs as { readonly x: tf.Tensor; readonly scale: tf.Tensor; readonly offset: tf.Tensor }
    const how = attrs as unknown as Normalisation
    return tf.tidy(() => fusedOperation(normaliseOperation, attributesOf(how), [x, scale, offset], () => {
      const none = tf.tensor1d([])
      return byGroups(how.groups, [x], (part) => {
        const [y, , , ...kept] = execute('FusedBatchNormV3', [part as tf.Tensor, scale, offset, none, none], 6, how.epsilon)
        return [y as tf.Tensor, ...kept]
      })
    }))
  },
})

tf.registerKernel({
  kernelName: batchNormGradientKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, x, scale, offset, ...others } = inputs as Readonly<Record<'dy' | 'x' | 'scale' | 'offset', tf.Tensor>> & Readonly<Record<string, tf.Tensor>>
    const kept = Object.values(others)
    const how = attrs as unknown as Normalisation
    return tf.tidy(() => fusedOperation(normaliseGradientOperation, attributesOf(how), [dy, x, scale, offset, ...kept.slice(0, 2)], () => {
      const [ofX, ...ofChannels] = byGroups(how.groups, [dy, x, ...kept], (dyHere, xHere, ...keptHere) => {
        const [dx, dScale, dOffset] = execute('FusedBatchNormGradV3', [dyHere as tf.Tensor, xHere as tf.Tensor, scale, ...keptHere], 5, how.epsilon) as [tf.Tensor, tf.Tensor, tf.Tensor]
        return [dx, tf.reshape(dScale, [1, -1]), tf.reshape(dOffset, [1, -1])]
      })
      return [ofX as tf.Tensor, ...ofChannels.map((each) => (how.groups === 1 ? each : tf.sum(each, 0, true)))]
    }))
  },
})

tf.registerGradient({
  kernelName: batchNormKernel,
  inputsToSave: ['x', 'scale', 'offset'],
  outputsToSave: [false, true, true, true],
  gradFunc: (dys, saved, attrs) => {
    const [x, scale, offset, ...others] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const kept = Object.fromEntries(others.map((tensor, i) => [`kept${i}`, tensor]))
    const [dx, dScale, dOffset] = tf.engine().runKernel(batchNormGradientKernel, { dy: (dys as tf.Tensor[])[0] as tf.Tensor, x, scale, offset, ...kept }, attrs as tf.NamedAttrMap) as unknown as [tf.Tensor, tf.Tensor, tf.Tensor]
    return { x: () => dx, scale: () => ofGroups(dScale), offset: () => ofGroups(dOffset) }
  },
})
