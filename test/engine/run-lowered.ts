/** A lowered network run by everything that may read it. */
import * as converter from '@tensorflow/tfjs-converter'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Interpreter } from '../../src/engine/lowered/interpreter.ts'
import type { LoweredNetwork } from '../../src/engine/lowered/operations.ts'
import type { HostTensor } from '../../src/engine/safetensors.ts'
import { tf } from '../../src/engine/tf.ts'
import { encodeOnnx } from '../../src/export/models/onnx.ts'
import { encodeTfjs } from '../../src/export/models/tfjs.ts'

export type Outputs = Readonly<Record<string, Float32Array>>
export interface Everywhere { readonly 'ONNX': Outputs; readonly 'TensorFlow.js': Outputs; readonly 'player': Outputs }

/** Each output's numbers by its name. */
export async function everywhere(network: LoweredNetwork, tensors: ReadonlyMap<string, HostTensor>, inputs: Readonly<Record<string, tf.Tensor>>): Promise<Everywhere> {
  const names = network.outputs.map(({ name }) => name)
  const given = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]))
  const details = { name: 'network', description: '', producerVersion: '0', metadata: { some: 'text' } }
  const session = await InferenceSession.create(Buffer.concat(encodeOnnx(network, tensors, details)))
  const ran = await session.run(Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, new Tensor('float32', given[name] ?? new Float32Array(), shape)])))

  const { json, weights } = encodeTfjs(network, tensors, { producer: 'test', precision: 'float32', metadata: {} })
  const parsed = JSON.parse(json) as converter.GraphModel['artifacts'] & { weightsManifest: readonly { weights: tf.io.WeightsManifestEntry[] }[] }
  const model = await converter.loadGraphModel({ load: () => Promise.resolve({ ...parsed, weightSpecs: parsed.weightsManifest[0]?.weights ?? [], weightData: weights.buffer as ArrayBuffer }) })
  const executed = [model.execute({ ...inputs }, names)].flat()

  const played = new Interpreter(network, new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]))).run(given)
  for (const { name, shape } of network.outputs) if (String(ran[name]?.dims.slice(1)) !== String(shape.slice(1))) throw new Error(`ONNX gives ${name} the shape ${String(ran[name]?.dims)}.`)
  const found = {
    'ONNX': Object.fromEntries(names.map((name) => [name, Float32Array.from(ran[name]?.data as Float32Array)])),
    'TensorFlow.js': Object.fromEntries(names.map((name, i) => [name, Float32Array.from(executed[i]?.dataSync() ?? [])])),
    'player': Object.fromEntries(played),
  }
  await session.release()
  model.dispose()
  return found
}
