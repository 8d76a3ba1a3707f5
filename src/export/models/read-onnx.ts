/** ONNX files that `onnx.ts` wrote, read back: what they say of themselves, and their parameters. */
import { StudioError } from '../../base/errors.ts'
import { readFields, readVarints } from '../../engine/graph/protobuf-reader.ts'
import { mostTensors, unusableModel, type ClaimedModel, type ClaimedTensor } from '../../engine/model-file.ts'
import { unpack } from '../../engine/lowered/quantise.ts'
import { onnxTypes, producer } from './onnx.ts'
import { byteLength, mostSides } from './read-shapes.ts'

const mostMetadata = 64
const text = new TextDecoder('utf-8', { fatal: true })

/** @throws `corrupt`, saying what is wrong */
export function readOnnx(bytes: Uint8Array, file: string): ClaimedModel {
  try {
    return new OnnxReader(file).read(bytes)
  } catch (error) {
    throw error instanceof StudioError ? error : unusableModel(file, `it is read as ONNX, and ${error instanceof Error ? error.message : String(error)}`)
  }
}

class OnnxReader {
  readonly #file: string
  readonly #metadata: Record<string, string> = Object.create(null) as Record<string, string>
  readonly #tensors = new Map<string, ClaimedTensor>()
  #producer = ''
  #entries = 0

  constructor(file: string) {
    this.#file = file
  }

  read(bytes: Uint8Array): ClaimedModel {
    let graph: Uint8Array | null = null
    for (const { field, bytes: value } of readFields(bytes)) {
      if (field === 2) this.#producer = text.decode(value)
      if (field === 7) {
        if (graph !== null) throw new RangeError('it has two graphs')
        graph = value
      }
      if (field === 14) this.#entry(value)
    }
    if (this.#producer !== producer) throw unusableModel(this.#file, `it is an ONNX file ${this.#producer === '' ? 'of an unnamed program' : `of "${this.#producer.slice(0, 60)}"`}, and only those that this studio exported can be read`)
    if (graph === null) throw new RangeError('it has no graph')
    for (const { field, bytes: value } of readFields(graph)) if (field === 5) this.#tensor(value)
    return { metadata: this.#metadata, tensors: this.#tensors }
  }

  #entry(message: Uint8Array): void {
    if (++this.#entries > mostMetadata) throw new RangeError(`it has more than ${mostMetadata} texts beside its graph`)
    let [key, value] = ['', '']
    for (const { field, bytes } of readFields(message)) {
      if (field === 1) key = text.decode(bytes)
      if (field === 2) value = text.decode(bytes)
    }
    this.#metadata[key] = value
  }

  #tensor(message: Uint8Array): void {
    let [name, type] = ['', 0]
    let raw: Uint8Array | null = null
    const sides: bigint[] = []
    for (const { field, value, bytes } of readFields(message)) {
      // Packed, or one field for each.
      if (field === 1) sides.push(...(bytes.length > 0 ? readVarints(bytes, mostSides) : value === 0n ? [] : [value]))
      if (sides.length > mostSides) throw new RangeError(`a tensor has more than ${mostSides} sides`)
      if (field === 2) type = Number(value)
      if (field === 8) name = text.decode(bytes)
      if (field === 9) raw = bytes
    }
    // Axes and shapes of single operations.
    if (type === onnxTypes.int64) return
    if (this.#tensors.has(name)) throw new RangeError(`it has tensor "${name}" twice`)
    if (this.#tensors.size === mostTensors) throw new RangeError(`it has more than ${mostTensors} tensors`)
    const shape = sides.map(Number)
    const own = raw
    this.#tensors.set(name, { shape, dtype: type === onnxTypes.float ? 'F32' : `ONNX type ${type}`, read: () => this.#numbers(name, shape, own) })
  }

  #numbers(name: string, shape: readonly number[], raw: Uint8Array | null): Float32Array {
    const expected = byteLength(shape, 'float32')
    if (raw?.length !== expected) throw unusableModel(this.#file, `tensor "${name}" needs ${expected} bytes and has ${raw?.length ?? 'none'}`)
    return unpack({ precision: 'float32', bytes: raw, scale: 1, minimum: 0 })
  }
}

/** By its first bytes: a version and who wrote it, whoever that is. */
export const isOnnx = (start: Uint8Array): boolean => start[0] === 0x08 && (start[1] ?? 128) < 128 && start[2] === 0x12
