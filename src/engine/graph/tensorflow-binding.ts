/** What of tfjs-node's backend and addon the graph compiler uses. */
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { BugError } from '../../base/errors.ts'
import { tf } from '../tf.ts'

export type Binding = TFJSBinding
export type TensorInfo = ReturnType<Binding['executeOp']>[number]
export type Attribute = Parameters<Binding['executeOp']>[1][number]

/** tfjs-node's backend: every kernel goes through `binding`, and tensors are numbers to it. */
export interface TensorflowBackend {
  binding: Binding
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly tf.TensorInfo[], outputs: number): tf.Tensor[]
  /** The addon's numbers; data still on the host is handed to it first. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[]
  /** Takes ownership of the addon's tensor. */
  createOutputTensor(info: TensorInfo): tf.Tensor
}

export function tensorflowBackend(): TensorflowBackend {
  if (tf.getBackend() !== 'tensorflow') throw new BugError(`A graph needs the TensorFlow engine; the open one is ${tf.getBackend()}.`)
  return tf.backend() as unknown as TensorflowBackend
}

/** The addon's number of a tensor's data. */
export const tensorId = (backend: TensorflowBackend, tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0] as number
