/** TensorFlow.js models that `tfjs.ts` wrote, read back: what they say of themselves, and their parameters. */
import { z } from 'zod'
import { mostTensors, unusableModel, type ClaimedModel, type ClaimedTensor } from '../../engine/model-file.ts'
import { unpack, type Precision } from '../../engine/lowered/quantise.ts'
import { byteLength, parsedAs, shapeSchema, startBytes } from './read-shapes.ts'

/** The largest networks' descriptions have 0.2 MB. */
export const mostJsonBytes = 4 * 1024 * 1024
const mostFiles = 64

const weight = z.object({
  name: z.string(),
  shape: shapeSchema,
  dtype: z.enum(['float32', 'int32']),
  quantization: z.union([z.object({ dtype: z.literal('float16') }), z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() })]).optional(),
})
const manifest = z.object({ paths: z.array(z.string()).max(mostFiles), weights: z.array(weight).max(mostTensors) })
const modelSchema = z.object({ userDefinedMetadata: z.record(z.string(), z.string()), weightsManifest: z.array(manifest).max(mostFiles) })

export type TfjsDescription = z.infer<typeof modelSchema>

/** What `model.json` says. @throws `corrupt`, saying what is wrong */
export function describeTfjs(json: Uint8Array, file: string): TfjsDescription {
  if (json.length > mostJsonBytes) throw unusableModel(file, `its description has ${json.length} bytes, and ${mostJsonBytes} at most are read`)
  try {
    return parsedAs(modelSchema, json, 'its description')
  } catch (error) {
    throw unusableModel(file, error instanceof Error ? error.message : String(error))
  }
}

/** Names of the files that its weights are in; one that leads elsewhere is none. */
export const weightFiles = ({ weightsManifest }: TfjsDescription): readonly string[] =>
  weightsManifest.flatMap(({ paths }) => paths).filter((path) => /^[\w-][\w.-]*$/.test(path))

/** @param files by those names, as far as they were found @throws `corrupt`, saying what is wrong */
export function readTfjs({ userDefinedMetadata: metadata, weightsManifest }: TfjsDescription, file: string, files: ReadonlyMap<string, Uint8Array>): ClaimedModel {
  const tensors = new Map<string, ClaimedTensor>()
  for (const { paths, weights } of weightsManifest) {
    const chunks = paths.map((path) => {
      const bytes = files.get(path)
      if (bytes === undefined) throw unusableModel(file, `its weights "${path.slice(0, 100)}" are not beside it; choose the whole ZIP or folder`)
      return bytes
    })
    const [only = new Uint8Array()] = chunks
    const all = chunks.length === 1 ? only : Buffer.concat(chunks)
    let at = 0
    for (const { name, shape, dtype, quantization } of weights) {
      const precision: Precision = quantization?.dtype ?? 'float32'
      const { scale, min } = quantization?.dtype === 'uint8' ? quantization : { scale: 1, min: 0 }
      const bytes = all.subarray(at, (at += byteLength(shape, precision)))
      if (at > all.length) throw unusableModel(file, `tensor "${name}" ends at byte ${at} of its weights, which have ${all.length}`)
      // Axes and shapes of single operations.
      if (dtype === 'int32') continue
      if (tensors.has(name)) throw unusableModel(file, `it has tensor "${name}" twice`)
      tensors.set(name, { shape, dtype: 'F32', read: () => unpack({ precision, bytes, scale, minimum: min }) })
    }
    if (at !== all.length) throw unusableModel(file, `its weights should have ${at} bytes and have ${all.length}`)
  }
  return { metadata, tensors }
}

/** By how every writer of such models begins. */
export const isTfjs = (start: Uint8Array): boolean =>
  /^\uFEFF?\s*\{[^{}]*"format"\s*:\s*"graph-model"/.test(new TextDecoder().decode(start.subarray(0, startBytes)))
