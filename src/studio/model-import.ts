/** Models of every format that the studio exports, as the one that it starts from: safetensors. */
import { encodeSafetensors, decodeSafetensors } from '../engine/safetensors.ts'
import { unusableModel, type ClaimedModel } from '../engine/model-file.ts'
import { readOnnx } from '../export/models/read-onnx.ts'
import { readPage } from '../export/models/read-page.ts'
import { describeTfjs, readTfjs, weightFiles } from '../export/models/read-tfjs.ts'
import { modelHead } from '../training/transfer/donor.ts'
import type { ModelSource } from './model-source.ts'

/** @throws `corrupt`, `newer-version`, `bad-input` */
export const asSafetensors = async (source: ModelSource): Promise<readonly Uint8Array[]> => takenOver(await claimed(source), source.name)

/** A model file's bytes, with what its networks have and nothing else. @throws `corrupt`, `newer-version` */
export function takenOver({ metadata, tensors }: ClaimedModel, name: string): readonly Uint8Array[] {
  const { architecture, networks } = modelHead({ metadata, entries: tensors }, name)
  const { layoutG, layoutStatistics, layoutD } = architecture
  const layouts = [layoutG, layoutStatistics, ...(networks.includes('D') ? [layoutD] : [])]
  const kept = layouts.flatMap(({ specs }) => specs).map(({ name: key, shape }) => {
    const tensor = tensors.get(key)
    // Those of batch norms, which a start does not read, but which make the same pictures.
    if (tensor?.shape.join() !== shape.join()) throw unusableModel(name, `tensor "${key}" should be of ${shape.join(' × ')} and is ${tensor === undefined ? 'missing' : `of ${tensor.shape.join(' × ')}`}`)
    const data = tensor.read()
    const broken = data.findIndex((value) => !Number.isFinite(value))
    if (broken !== -1) throw unusableModel(name, `number ${broken} of tensor "${key}" is ${String(data[broken])}`)
    return [key, { shape, data }] as const
  })
  return encodeSafetensors(kept, metadata)
}

async function claimed({ format, name, bytes, beside }: ModelSource): Promise<ClaimedModel> {
  switch (format) {
    case 'onnx':
      return readOnnx(await bytes(), name)
    case 'page':
      return readPage(await bytes(), name)
    case 'tfjs':
      return await claimedTfjs(await bytes(), name, beside)
    case 'safetensors':
      return claimedSafetensors(await bytes(), name)
  }
}

/** @throws `corrupt`, saying what is wrong */
export function claimedSafetensors(bytes: Uint8Array, name: string): ClaimedModel {
  const { metadata, tensors } = decodeSafetensors(bytes, name)
  return { metadata, tensors: new Map([...tensors].map(([key, { shape, data }]) => [key, { shape, dtype: data instanceof Float16Array ? 'F16' : data instanceof Float32Array ? 'F32' : 'whole numbers', read: () => Float32Array.from(data) }])) }
}

async function claimedTfjs(json: Uint8Array, name: string, beside: ModelSource['beside']): Promise<ClaimedModel> {
  const description = describeTfjs(json, name)
  const files = new Map<string, Uint8Array>()
  for (const file of weightFiles(description)) {
    const bytes = await beside(file)
    if (bytes !== null) files.set(file, bytes)
  }
  return readTfjs(description, name, files)
}
