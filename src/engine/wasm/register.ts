/** Puts the studio's kernels in the place of tfjs's own on its WebAssembly engine. */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import { tf } from '../tf.ts'
import { castKernels } from './cast-kernel.ts'
import { depthwiseKernel } from './depthwise-kernel.ts'
import { memoryKernels } from './memory-kernels.ts'
import { fusedKernels, type Tools } from './fused-kernels.ts'
import { productKernels } from './product-kernels.ts'

let open: Tools | null = null
let registered = false

/** From now on kernels compute by these; null: the engine closes. */
export function use(tools: Tools | null): void {
  open = tools
}

const lacking = (name: string): KernelFunc => () => {
  throw new Error(`The WebAssembly engine has no kernel ${name} for these tensors.`)
}

/** Once; call before the engine is first used. */
export function registerWasmKernels(): void {
  if (registered) return
  registered = true
  const tools = (): Tools => open as Tools
  const kernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =
    { ...memoryKernels(() => tools().maps), ...castKernels, ...productKernels(() => tools().products), ...fusedKernels(tools), DepthwiseConv2dNativeBackpropInput: () => depthwiseKernel }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const own = tf.getKernel(kernelName, 'wasm')
    if (own !== undefined) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({ ...own, kernelName, backendName: 'wasm', kernelFunc: kernel(own?.kernelFunc ?? lacking(kernelName)) })
  }
}
