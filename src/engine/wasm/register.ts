/** Puts the studio's kernels in the place of tfjs's own on its WebAssembly engine. */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { castKernels } from './cast-kernel.ts'
import { depthwiseKernel } from './depthwise-kernel.ts'
import { memoryKernels } from './memory-kernels.ts'
import { productKernels } from './product-kernels.ts'
import type { Products } from './products.ts'

let open: Products | null = null
let registered = false

/** From now on kernels compute by these; null: the engine closes. */
export function useProducts(products: Products | null): void {
  open = products
}

const lacking = (name: string): KernelFunc => () => {
  throw new Error(`The WebAssembly engine has no kernel ${name} for these tensors.`)
}

/** Once; call before the engine is first used. */
export function registerWasmKernels(): void {
  if (registered) return
  registered = true
  const products = (): Products => open as Products
  const kernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =
    { ...memoryKernels, ...castKernels, ...productKernels(products), DepthwiseConv2dNativeBackpropInput: () => depthwiseKernel }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const own = tf.getKernel(kernelName, 'wasm')
    if (own !== undefined) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({ ...own, kernelName, backendName: 'wasm', kernelFunc: kernel(own?.kernelFunc ?? lacking(kernelName)) })
  }
}
