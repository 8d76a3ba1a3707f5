/**
 * Element-wise kernels put off while commands are recorded. Each is only noted, until a kernel of another kind reads
 * its result; then what led there becomes one kernel. On a fast card a step costs as many microseconds as it has
 * kernels to be given, hardly what they compute, and more than half of them are element-wise.
 */
import { tf } from '../tf.ts'
import type { Program, WebgpuBackend } from './binding.ts'

/** WGSL of a result's element from those of the inputs, f32 all. */
export type Formula = (...inputs: readonly string[]) => string

export interface Deferrable {
  readonly formula: Formula
  readonly inputs: readonly tf.TensorInfo[]
  /** The inputs' shapes broadcast to it. */
  readonly shape: readonly number[]
  /** A bool's formula is an i32. */
  readonly dtype: 'float32' | 'bool'
}

interface Source {
  readonly dataId: object
  readonly shape: readonly number[]
}
interface Deferred {
  readonly formula: Formula | SliceAt
  readonly sources: readonly Source[]
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'bool'
}

/** Numbers in a row of the only source, from `first` on. */
interface SliceAt {
  readonly first: number
}

/** Of one kernel: WebGPU promises eight buffers, one of which is the result. */
export const mostLeaves = 7
const mostFormulas = 40
const threads = 128

let open: Fusion | null = null

/** That of the recording under way. */
export const fusionUnderWay = (): Fusion | null => open

export class Fusion {
  readonly #backend: WebgpuBackend
  readonly #deferred = new Map<object, Deferred>()
  readonly #upload: WebgpuBackend['uploadToGPU']
  readonly #dispose: WebgpuBackend['disposeData']

  constructor(backend: WebgpuBackend) {
    this.#backend = backend
    this.#upload = backend.uploadToGPU.bind(backend)
    this.#dispose = backend.disposeData.bind(backend)
  }

  /** Every kernel that `run` calls computes at once what it reads, and so does whoever asks for a tensor's buffer. */
  during<T>(run: () => T): T {
    const { uploadToGPU, disposeData } = this.#backend
    Object.assign(this.#backend, {
      uploadToGPU: (dataId: object) => {
        if (this.#deferred.has(dataId)) this.#compute(dataId)
        else this.#upload(dataId)
      },
      disposeData: (dataId: object, force?: boolean) => {
        const gone = this.#dispose(dataId, force)
        if (gone) this.#forget(dataId)
        return gone
      },
    })
    open = this
    try {
      const result = run()
      for (const dataId of this.#deferred.keys()) this.#compute(dataId)
      return result
    } finally {
      open = null
      for (const dataId of this.#deferred.keys()) this.#forget(dataId)
      Object.assign(this.#backend, { uploadToGPU, disposeData })
    }
  }

  defer({ formula, inputs, shape, dtype }: Deferrable): tf.TensorInfo {
    return this.#defer({ formula, sources: inputs.map(({ dataId, shape: from }) => ({ dataId, shape: from })), shape, dtype })
  }

  /** Of float32 numbers. */
  deferSlice({ dataId, shape: from }: tf.TensorInfo, first: number, shape: readonly number[]): tf.TensorInfo {
    return this.#defer({ formula: { first }, sources: [{ dataId, shape: from }], shape, dtype: 'float32' })
  }

  /** Where a tensor's numbers are, for kernels that can begin in the middle of a buffer. */
  placeOf(tensor: tf.TensorInfo): { readonly tensor: tf.TensorInfo; readonly first: number } {
    const { formula, sources: [source] } = this.#deferred.get(tensor.dataId) ?? { formula: null, sources: [] }
    if (formula === null || typeof formula === 'function' || source === undefined || this.#deferred.has(source.dataId)) return { tensor, first: 0 }
    return { tensor: inARow({ ...source, dtype: 'float32' }), first: formula.first }
  }

  #defer(deferred: Deferred): tf.TensorInfo {
    const { sources, shape, dtype } = deferred
    const { leaves, formulas } = this.#extentOf(sources)
    if (leaves > mostLeaves || formulas >= mostFormulas) for (const { dataId } of sources) if (this.#deferred.has(dataId)) this.#compute(dataId)
    for (const { dataId } of sources) this.#backend.incRef(dataId)
    const result = this.#backend.makeTensorInfo(shape, dtype)
    this.#deferred.set(result.dataId, deferred)
    return result
  }

  #extentOf(sources: readonly Source[]): { readonly leaves: number; readonly formulas: number } {
    const seen = new Set<object>()
    let formulas = 0
    const visit = (some: readonly Source[]): void => some.forEach(({ dataId }) => {
      if (seen.has(dataId)) return
      seen.add(dataId)
      const deferred = this.#deferred.get(dataId)
      if (deferred === undefined) return
      formulas += 1
      visit(deferred.sources)
    })
    visit(sources)
    return { leaves: seen.size - formulas, formulas }
  }

  #forget(dataId: object): void {
    const sources = this.#deferred.get(dataId)?.sources ?? []
    this.#deferred.delete(dataId)
    this.#letGo(sources)
  }

  /** They are gone where nothing else holds them. */
  #letGo(sources: readonly Source[]): void {
    for (const { dataId } of sources) if (this.#dispose(dataId)) this.#forget(dataId)
  }

  /** From then on it is a buffer like others. */
  #compute(dataId: object): void {
    const { shape, dtype, sources } = this.#deferred.get(dataId) as Deferred
    const lines = new Lines(this.#backend, this.#deferred)
    const value = lines.valueOf({ dataId, shape }, 'index')
    const code = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  ${lines.text}
  result[index] = ${value};
}`
    const result = inARow({ dataId, shape, dtype })
    const program: Program = {
      variableNames: lines.leaves.map((_, i) => `leaf${i}`), outputShape: result.shape, outputComponent: 1, uniforms: '', size: true,
      dispatchLayout: { x: [0] }, dispatch: [Math.ceil(tf.util.sizeFromShape(result.shape) / threads), 1, 1], workgroupSize: [threads, 1, 1],
      shaderKey: `fused_${code}`, getUserCode: () => code,
    }
    const leaves = lines.leaves.map((leaf) => inARow({ dataId: leaf, ...this.#backend.tensorMap.get(leaf) }))
    this.#deferred.delete(dataId)
    this.#backend.runWebGPUProgram(program, leaves, dtype, [], result)
    this.#letGo(sources)
  }
}

const inARow = ({ dataId, shape, dtype }: Pick<tf.TensorInfo, 'dataId' | 'dtype'> & { readonly shape: readonly number[] }): tf.TensorInfo =>
  ({ dataId, shape: [tf.util.sizeFromShape([...shape])], dtype })

/** The statements of a kernel; what is asked for twice is written once. */
class Lines {
  readonly #backend: WebgpuBackend
  readonly #deferred: ReadonlyMap<object, Deferred>
  readonly #lines: string[] = []
  readonly #values = new Map<object, Map<string, string>>()
  readonly #indices = new Map<string, string>()
  readonly leaves: object[] = []

  constructor(backend: WebgpuBackend, deferred: ReadonlyMap<object, Deferred>) {
    this.#backend = backend
    this.#deferred = deferred
  }

  get text(): string {
    return this.#lines.join('\n  ')
  }

  valueOf({ dataId }: Source, index: string): string {
    const byIndex = this.#values.get(dataId) ?? new Map<string, string>()
    this.#values.set(dataId, byIndex)
    const known = byIndex.get(index)
    if (known !== undefined) return known
    const deferred = this.#deferred.get(dataId)
    const text = deferred === undefined ? this.#leaf(dataId, index) : this.#formula(deferred, index)
    byIndex.set(index, text)
    return text
  }

  #formula({ formula, sources, shape }: Deferred, index: string): string {
    if (typeof formula !== 'function') return this.valueOf(sources[0] as Source, formula.first === 0 ? index : this.#indexOf(`${index} + ${formula.first}`))
    const inputs = sources.map((source) => this.valueOf(source, this.#indexOf(broadcastIndex(source.shape, shape, index))))
    const name = `v${this.#lines.length}`
    this.#lines.push(`let ${name} = ${formula(...inputs.map((input) => `f32(${input})`))};`)
    return name
  }

  #leaf(dataId: object, index: string): string {
    const { values, shape } = this.#backend.tensorMap.get(dataId)
    const constant = tf.util.sizeFromShape([...shape]) === 1 ? values?.[0] : undefined
    // WGSL has no constants that are not finite.
    if (constant !== undefined && Number.isFinite(Math.fround(constant))) return literal(constant)
    const known = this.leaves.indexOf(dataId)
    const place = known < 0 ? this.leaves.push(dataId) - 1 : known
    const name = `v${this.#lines.length}`
    this.#lines.push(`let ${name} = leaf${place}[${index}];`)
    return name
  }

  #indexOf(text: string): string {
    if (/^\w+$/.test(text)) return text
    const known = this.#indices.get(text)
    if (known !== undefined) return known
    const name = `i${this.#lines.length}`
    this.#lines.push(`let ${name} = ${text};`)
    this.#indices.set(text, name)
    return name
  }
}

/** The number as it is, to the bit. */
export function literal(value: number): string {
  return `bitcast<f32>(${new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0}u)`
}

/** Where an element of a shape is that is broadcast to another, from where it is in that. */
export function broadcastIndex(from: readonly number[], to: readonly number[], index: string): string {
  if (tf.util.sizeFromShape([...from]) === 1) return '0'
  const padded = [...new Array<number>(Math.max(0, to.length - from.length)).fill(1), ...from.slice(Math.max(0, from.length - to.length))]
  // Neighbouring dimensions that are alike count as one.
  const runs: { size: number; spread: boolean }[] = []
  to.forEach((size, i) => {
    if (size === 1) return
    const spread = padded[i] === 1
    const last = runs.at(-1)
    if (last?.spread === spread) last.size *= size
    else runs.push({ size, spread })
  })
  const terms: string[] = []
  let [outside, inside] = [1, 1]
  for (const [at, { size, spread }] of [...runs.entries()].reverse()) {
    if (!spread) {
      const place = outside === 1 ? index : `(${index} / ${outside})`
      const within = at === 0 ? place : `(${place} % ${size})`
      terms.push(inside === 1 ? within : `${within} * ${inside}`)
      inside *= size
    }
    outside *= size
  }
  return terms.length === 0 ? '0' : terms.join(' + ')
}
