/** Puts the studio's kernels in the place of tfjs' own on its WebGPU engine. */
import { BugError } from '../../base/errors.ts'
import { tf } from '../tf.ts'
import { depthwiseKernels } from './depthwise-kernels.ts'
import { elementwiseKernels } from './elementwise-kernels.ts'
import { fusedKernels } from './fused-kernels.ts'
import { productKernels } from './product-kernels.ts'
import { sliceKernels } from './slice-kernels.ts'
import { sumKernels } from './sum-kernels.ts'

let registered = false

/** Once; call before the engine is first used. */
export function registerWebgpuKernels(): void {
  if (registered) return
  registered = true
  for (const [kernelName, kernel] of Object.entries({ ...productKernels, ...elementwiseKernels, ...sliceKernels, ...sumKernels, ...depthwiseKernels })) {
    const own = tf.getKernel(kernelName, 'webgpu')
    if (own === undefined) throw new BugError(`tfjs' WebGPU engine has no kernel ${kernelName}.`)
    tf.unregisterKernel(kernelName, 'webgpu')
    tf.registerKernel({ ...own, kernelFunc: kernel(own.kernelFunc) })
  }
  for (const [kernelName, kernelFunc] of Object.entries(fusedKernels)) tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc })
}
