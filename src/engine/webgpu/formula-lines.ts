/** Formulas of tensors' elements as WGSL. */
import { BugError } from '../../base/errors.ts'
import { tf } from '../tf.ts'
import type { Program, Snippet, TensorData, Uniform } from './binding.ts'

/** WGSL of a result's element from those of the inputs, f32 all. */
export type Formula = (...inputs: readonly string[]) => string

export interface Source {
  readonly dataId: object
  readonly shape: readonly number[]
}
export interface Deferred {
  readonly by: Formula | SliceAt | Kernel
  readonly sources: readonly Source[]
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
}

/** Numbers in a row of the only source, from `first` on. */
interface SliceAt {
  readonly first: number
}
export interface Kernel {
  readonly program: Program
  readonly inputs: readonly tf.TensorInfo[]
  readonly uniforms: readonly Uniform[]
}
export const isKernel = (by: Deferred['by'] | undefined): by is Kernel => typeof by === 'object' && 'program' in by
/** The input whose numbers it can make instead of reading them. */
export const madeInput = (by: Kernel): object | null => (by.program.around?.reads === true ? by.inputs[0]?.dataId ?? null : null)
export const isSlice = (by: Deferred['by'] | undefined): by is SliceAt => typeof by === 'object' && 'first' in by

/** Of one kernel: WebGPU promises eight buffers, one of which is the result. */
export const mostLeaves = 7

interface How {
  readonly deferred: ReadonlyMap<object, Deferred>
  /** Whether a result has a buffer. */
  readonly isKept: (dataId: object) => boolean
  readonly dataOf: (dataId: object) => TensorData
  /** The kernel whose result is `value`. */
  readonly base: object | null
  /** Of tensors that are read, with a number behind it. */
  readonly name: string
}

/** A result's formula down to what has a buffer; what is asked for twice is written once. */
export class Lines {
  readonly #how: How
  readonly #value: string
  readonly #lines: string[] = []
  readonly #values = new Map<object, Map<string, string>>()
  readonly #indices = new Map<string, string>()
  readonly leaves: object[] = []
  /** Whether the base is read where it is written alone. */
  baseInPlace = true

  constructor(deferred: Deferred, how: How) {
    this.#how = how
    this.#value = this.#formula(deferred, 'index')
  }

  /** Returns the number at `index` (i32); where a comparison was cast, that is an i32 in itself. */
  snippet(type: 'f32' | 'i32' = 'f32'): Snippet {
    return { leaves: this.leaves.map((_, i) => this.#nameOf(i)), code: [...this.#lines, `return ${type}(${this.#value});`].join('\n  ') }
  }

  #nameOf(leaf: number): string {
    return `${this.#how.name}${leaf}`
  }

  #valueOf({ dataId }: Source, index: string): string {
    if (dataId === this.#how.base) {
      this.baseInPlace &&= index === 'index'
      return 'value'
    }
    const byIndex = this.#values.get(dataId) ?? new Map<string, string>()
    this.#values.set(dataId, byIndex)
    const known = byIndex.get(index)
    if (known !== undefined) return known
    const text = this.#how.isKept(dataId) ? this.#leaf(dataId, index) : this.#formula(this.#how.deferred.get(dataId) as Deferred, index)
    byIndex.set(index, text)
    return text
  }

  #formula({ by, sources, shape }: Deferred, index: string): string {
    if (isKernel(by)) throw new BugError('A kernel is read as a formula.')
    if (isSlice(by)) return this.#valueOf(sources[0] as Source, by.first === 0 ? index : this.#indexOf(`${index} + ${by.first}`))
    const inputs = sources.map((source) => this.#valueOf(source, this.#indexOf(broadcastIndex(source.shape, shape, index))))
    const name = `v${this.#lines.length}`
    this.#lines.push(`let ${name} = ${by(...inputs.map((input) => `f32(${input})`))};`)
    return name
  }

  #leaf(dataId: object, index: string): string {
    const { values, shape } = this.#how.dataOf(dataId)
    const constant = tf.util.sizeFromShape([...shape]) === 1 ? values?.[0] : undefined
    // WGSL has no constants that are not finite.
    if (constant !== undefined && Number.isFinite(Math.fround(constant))) return literal(constant)
    const known = this.leaves.indexOf(dataId)
    const place = known < 0 ? this.leaves.push(dataId) - 1 : known
    const name = `v${this.#lines.length}`
    this.#lines.push(`let ${name} = ${this.#nameOf(place)}[${index}];`)
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
