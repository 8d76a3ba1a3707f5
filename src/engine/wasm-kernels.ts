/**
 * What tfjs's WebAssembly engine lacks for training convolutions (tensorflow/tfjs#8474), composed
 * from kernels it has. The filter's gradient is one matrix product per tap of the kernel:
 * dW[i,j] = X(shifted by i,j)ᵀ · dY.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import { tf } from './tf.ts'

type Attributes = { readonly strides: number | [number, number]; readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]; readonly filterShape: [number, number, number, number] }

const filterGradient = ({ x, dy }: { readonly x: tf.Tensor4D; readonly dy: tf.Tensor4D }, { strides, pad, filterShape }: Attributes): tf.Tensor =>
  tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad)
    const { outHeight, outWidth, inChannels, outChannels, batchSize, strideHeight, strideWidth } = info
    const { top, bottom, left, right } = info.padInfo
    const rows = batchSize * outHeight * outWidth
    const gradient = tf.reshape(dy, [rows, outChannels])
    const padded = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]])
    const taps: tf.Tensor[] = []
    for (let i = 0; i < info.filterHeight; i += 1) {
      for (let j = 0; j < info.filterWidth; j += 1) {
        const end = [batchSize, i + (outHeight - 1) * strideHeight + 1, j + (outWidth - 1) * strideWidth + 1, inChannels]
        const seen = strideHeight === 1 && strideWidth === 1
          ? tf.slice(padded, [0, i, j, 0], [batchSize, outHeight, outWidth, inChannels])
          : tf.stridedSlice(padded, [0, i, j, 0], end, [1, strideHeight, strideWidth, 1])
        taps.push(tf.matMul(tf.reshape(seen, [rows, inChannels]) as tf.Tensor2D, gradient as tf.Tensor2D, true))
      }
    }
    return tf.reshape(tf.stack(taps), filterShape)
  })

/** Once; a newer tfjs that brings its own keeps it. */
export function registerWasmKernels(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm') !== undefined) return
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: (({ inputs, attrs }) => filterGradient(inputs as never, attrs as never)) as KernelFunc,
  })
}
