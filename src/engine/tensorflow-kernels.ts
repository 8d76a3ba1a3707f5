/**
 * Fused kernels for the TensorFlow engine, by the names `convolution.ts` looks for: one call
 * forward, and backward only the parts that are asked for (the discriminator's weights have no
 * gradient in a generator step).
 */
import { biasGradientKernel, slope, convolutionKernel, leakyReluGradientKernel, leakyReluKernel, type ConvolutionAttributes } from './convolution-names.ts'
import { tensorflowBackend, type TensorflowBackend } from './graph/tensorflow-binding.ts'
import { relu6GradientKernel, relu6Kernel } from './relu6.ts'
import { tf } from './tf.ts'

function execute(backend: TensorflowBackend, name: string, inputs: readonly tf.TensorInfo[], more: { readonly alpha?: number; readonly nhwc?: boolean } = {}): tf.Tensor {
  const { binding } = backend
  return backend.executeSingleOutput(name, [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    ...(more.alpha === undefined ? [] : [{ name: 'alpha', type: binding.TF_ATTR_FLOAT, value: more.alpha }]),
    ...(more.nhwc === undefined ? [] : [{ name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' }]),
  ], inputs)
}
const run = (name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor => tf.engine().runKernel(name, inputs, attributes)

const biasAdd = (x: tf.Tensor, bias: tf.Tensor): tf.Tensor => execute(tensorflowBackend(), 'BiasAdd', [x, bias], { nhwc: true })
const biasGradient = (dy: tf.Tensor): tf.Tensor => run(biasGradientKernel, { dy }, {})
const leaky = (x: tf.Tensor, alpha: number): tf.Tensor => execute(tensorflowBackend(), 'LeakyRelu', [x], { alpha })
/**
 * A kernel of its own, so that exact gradient penalties can differentiate it once more. The sign
 * of the output is that of the input, so y may stand for x.
 */
const leakyGradient = (dy: tf.Tensor, y: tf.Tensor, alpha: number): tf.Tensor => tf.engine().runKernel(leakyReluGradientKernel, { dy, y }, { slope: alpha })
const slopeOf = (attributes: unknown): number => (attributes as { readonly slope: number }).slope

const strided = ({ stride }: ConvolutionAttributes): tf.NamedAttrMap => ({ strides: [stride, stride], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] })

function transposedShape(x: tf.Tensor, kernel: tf.Tensor, stride: number): number[] {
  const [n = 0, h = 0, w = 0] = x.shape
  return [n, h * stride, w * stride, kernel.shape[2] ?? 0]
}

function forward(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, attributes: ConvolutionAttributes): tf.Tensor {
  const attrs = strided(attributes)
  const plain = attributes.transposed
    ? run('Conv2DBackpropInput', { dy: x, filter: kernel }, { ...attrs, inputShape: transposedShape(x, kernel, attributes.stride) })
    : run('Conv2D', { x, filter: kernel }, attrs)
  const biased = biasAdd(plain, bias)
  plain.dispose()
  if (attributes.activation === 'linear') return biased
  const y = leaky(biased, slope)
  biased.dispose()
  return y
}

tf.registerKernel({
  kernelName: convolutionKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) =>
    forward(inputs['x'] as tf.Tensor, inputs['kernel'] as tf.Tensor, inputs['bias'] as tf.Tensor, attrs as unknown as ConvolutionAttributes),
})

tf.registerKernel({ kernelName: biasGradientKernel, backendName: 'tensorflow', kernelFunc: ({ inputs }) => execute(tensorflowBackend(), 'BiasAddGrad', [inputs['dy'] as tf.Tensor], { nhwc: true }) })

tf.registerGradient({
  kernelName: convolutionKernel,
  inputsToSave: ['x', 'kernel'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const attributes = attrs as unknown as ConvolutionAttributes
    const [x, kernel, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
    const d = attributes.activation === 'linear' ? (dy as tf.Tensor) : leakyGradient(dy as tf.Tensor, y, slope)
    const how = strided(attributes)
    const filterShape = kernel.shape
    return attributes.transposed
      ? {
          x: () => run('Conv2D', { x: d, filter: kernel }, how),
          kernel: () => run('Conv2DBackpropFilter', { x: d, dy: x }, { ...how, filterShape }),
          bias: () => biasGradient(d),
        }
      : {
          x: () => run('Conv2DBackpropInput', { dy: d, filter: kernel }, { ...how, inputShape: x.shape }),
          kernel: () => run('Conv2DBackpropFilter', { x, dy: d }, { ...how, filterShape }),
          bias: () => biasGradient(d),
        }
  },
})

tf.registerKernel({ kernelName: leakyReluKernel, backendName: 'tensorflow', kernelFunc: ({ inputs, attrs }) => leaky(inputs['x'] as tf.Tensor, slopeOf(attrs)) })
tf.registerGradient({
  kernelName: leakyReluKernel,
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => ({ x: () => leakyGradient(dy as tf.Tensor, saved[0] as tf.Tensor, slopeOf(attrs)) }),
})

tf.registerKernel({
  kernelName: leakyReluGradientKernel,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs }) => execute(tensorflowBackend(), 'LeakyReluGrad', [inputs['dy'] as tf.Tensor, inputs['y'] as tf.Tensor], { alpha: slopeOf(attrs) }),
})
tf.registerGradient({
  kernelName: leakyReluGradientKernel,
  inputsToSave: ['y'],
  // Linear in dy, and flat in y but for the kink.
  gradFunc: (dy, saved, attrs) => {
    const [y] = saved as [tf.Tensor]
    return { dy: () => leakyGradient(dy as tf.Tensor, y, slopeOf(attrs)), y: () => tf.zerosLike(y) }
  },
})

tf.registerKernel({ kernelName: relu6Kernel, backendName: 'tensorflow', kernelFunc: ({ inputs }) => execute(tensorflowBackend(), 'Relu6', [inputs['x'] as tf.Tensor]) })
tf.registerKernel({ kernelName: relu6GradientKernel, backendName: 'tensorflow', kernelFunc: ({ inputs }) => execute(tensorflowBackend(), 'Relu6Grad', [inputs['dy'] as tf.Tensor, inputs['y'] as tf.Tensor]) })

/**
 * tfjs-node's own kernels that are to be done otherwise: its GatherV2 reads every index back to
 * check it, which TensorFlow does itself. Call after tfjs-node has registered its kernels.
 */
export function replaceKernels(): void {
  tf.unregisterKernel('GatherV2', 'tensorflow')
  tf.registerKernel({
    kernelName: 'GatherV2',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, indices } = inputs as { readonly x: tf.Tensor; readonly indices: tf.Tensor }
      const { axis, batchDims } = attrs as unknown as { readonly axis: number; readonly batchDims: number }
      const backend = tensorflowBackend()
      const { binding } = backend
      const axisTensor = tf.scalar(axis, 'int32')
      const y = backend.executeSingleOutput('GatherV2', [
        { name: 'batch_dims', type: binding.TF_ATTR_INT, value: batchDims },
        { name: 'Tparams', type: binding.TF_ATTR_TYPE, value: x.dtype === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT },
        { name: 'Tindices', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
        { name: 'Taxis', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ], [x, indices, axisTensor])
      axisTensor.dispose()
      return y
    },
  })
}
