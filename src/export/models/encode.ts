/** A network written in the formats that other programs read, with its card. */
import type { NetworkFormat, ModelPrecision } from '../../contract/data.ts'
import type { Words } from '../../contract/options.ts'
import type { LoweredNetwork } from '../../engine/lowered/operations.ts'
import { encodeSafetensors, type HostTensor } from '../../engine/safetensors.ts'
import type { TreeFile } from '../zip.ts'
import { encodeOnnx } from './onnx.ts'
import { encodeTfjs, modelFile, weightsFile } from './tfjs.ts'

export const cardFile = 'model-card.md'

export interface NetworkToWrite {
  readonly title: string
  /** Of its file, without an ending. */
  readonly stem: string
  readonly producerVersion: string
  /** Where a format leaves a choice. */
  readonly precision: ModelPrecision
  /** Called for formats that hold operations. @throws `unsupported` */
  readonly network: () => LoweredNetwork
  /** All that the network reads, by name. */
  readonly tensors: ReadonlyMap<string, HostTensor>
  /** @param remarks about what writing it in this form has cost */
  readonly card: (remarks: readonly Words[]) => string
  readonly metadata: (card: string) => Readonly<Record<string, string>>
}

export function encodeNetwork(format: NetworkFormat, { title, stem, producerVersion, precision, network, tensors, card, metadata }: NetworkToWrite): { readonly files: readonly TreeFile[]; readonly card: string } {
  const text = card(format === 'tfjs' && precision !== 'float32' ? [{ en: `Weights are kept as ${precision}`, zh: `权重以 ${precision} 保存` }] : [])
  const one = (bytes: readonly Uint8Array[]): readonly TreeFile[] => [{ name: `${stem}.${format}`, bytes: Buffer.concat(bytes) }]
  switch (format) {
    case 'safetensors':
      return { card: text, files: one(encodeSafetensors(tensors, metadata(text))) }
    case 'onnx':
      return { card: text, files: one(encodeOnnx(network(), tensors, { name: title, description: text, producerVersion, metadata: metadata(text) })) }
    case 'tfjs': {
      const { json, weights } = encodeTfjs(network(), tensors, { producer: `GAN Studio ${producerVersion}`, precision, metadata: metadata(text) })
      return { card: text, files: [{ name: modelFile, bytes: Buffer.from(json) }, { name: weightsFile, bytes: weights }, { name: cardFile, bytes: Buffer.from(text) }] }
    }
  }
}
