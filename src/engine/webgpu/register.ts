/** Puts the studio's kernels in the place of tfjs' own on its WebGPU engine. */
import { BugError } from '../../base/errors.ts'
import { tf } from '../tf.ts'
import { elementwiseKernels } from './elementwise-kernels.ts'
import { productKernels } from './product-kernels.ts'

let registered = false

/** Once; call before the engine is first used. */
export function registerWebgpuKernels(): void {
  if (registered) return
  registered = true
  for (const [kernelName, kernel] of Object.entries({ ...productKernels, ...elementwiseKernels })) {
    const own = tf.getKernel(kernelName, 'webgpu')
    if (own === undefined) throw new BugError(`tfjs' WebGPU engine has no kernel ${kernelName}.`)
    tf.unregisterKernel(kernelName, 'webgpu')
    tf.registerKernel({ ...own, kernelFunc: kernel(own.kernelFunc) })
  }
}
