/** Whether numbers are true: tfjs's own cast keeps their lowest byte, so that 256 would be false and 2 a truth of its own kind. */
import type { KernelFunc } from '@tensorflow/tfjs-core'
import type { tf } from '../tf.ts'
import type { Memory } from './memory.ts'

const cast = (own: KernelFunc): KernelFunc => (call) => {
  const x = call.inputs['x'] as tf.Tensor
  if ((call.attrs as unknown as { readonly dtype: tf.DataType }).dtype !== 'bool' || x.dtype === 'bool') return own(call)
  const memory = call.backend as Memory
  const out = memory.makeOutput(x.shape, 'bool')
  const values = memory.typedArrayFromHeap(x)
  const truths = memory.typedArrayFromHeap(out)
  for (let i = 0; i < truths.length; i++) truths[i] = Number(values[i] !== 0)
  return out
}

export const castKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> = { Cast: cast }
