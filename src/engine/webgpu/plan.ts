/** Which of the kernels that were put off are needed, which results get a buffer, and which formulas become part of kernels. */
import { tf } from '../tf.ts'
import type { TensorData } from './binding.ts'
import { isKernel, Lines, madeInput, mostLeaves, type Deferred, type Kernel, type Source } from './formula-lines.ts'

const mostFormulas = 40

export class Plan {
  readonly #all: ReadonlyMap<object, Deferred>
  readonly #dataOf: (dataId: object) => TensorData
  readonly needed = new Set<object>()
  /** Of formulas; a kernel's result has one unless something is the kernel's ending. */
  readonly stored = new Set<object>()
  /** By what is written in the end: the kernel that comes to it. */
  readonly ending = new Map<object, object>()

  /** @param all in order: what reads comes after what is read @param left what is to have numbers */
  constructor(all: ReadonlyMap<object, Deferred>, dataOf: (dataId: object) => TensorData, left: readonly object[]) {
    this.#all = all
    this.#dataOf = dataOf
    const backwards = [...all].reverse()
    for (const dataId of left) {
      this.needed.add(dataId)
      this.stored.add(dataId)
    }
    for (const [dataId, { sources }] of backwards) if (this.needed.has(dataId)) for (const source of sources) this.needed.add(source.dataId)
    this.#store()
    this.#end(this.#readers(backwards))
  }

  /** What kernels read as it is, and what would be too much for one kernel. */
  #store(): void {
    const needed = [...this.#all].filter(([dataId]) => this.needed.has(dataId)).map(([, deferred]) => deferred)
    const asIs = ({ by }: Deferred): boolean => isKernel(by) && madeInput(by) === null
    for (const { sources } of needed.filter(asIs)) this.#keep(sources)
    for (const { sources } of needed.filter((one) => !asIs(one))) {
      const { leaves, formulas } = this.#extentOf(sources)
      if (leaves.length > mostLeaves || formulas >= mostFormulas) this.#keep(sources)
    }
  }
  #keep(sources: readonly Source[]): void {
    for (const { dataId } of sources) if (!this.#isKept(dataId)) this.stored.add(dataId)
  }

  #isKept(dataId: object): boolean {
    const deferred = this.#all.get(dataId)
    return deferred === undefined || isKernel(deferred.by) || this.stored.has(dataId)
  }

  /** What formulas come down to, and how many there are on the way. */
  #extentOf(sources: readonly Source[]): { readonly leaves: readonly object[]; readonly formulas: number } {
    const seen = new Set<object>()
    const visit = (some: readonly Source[]): void => some.forEach(({ dataId }) => {
      if (seen.has(dataId)) return
      seen.add(dataId)
      if (!this.#isKept(dataId)) visit(this.#all.get(dataId)?.sources ?? [])
    })
    visit(sources)
    const leaves = [...seen].filter((id) => this.#isKept(id))
    return { leaves, formulas: seen.size - leaves.length }
  }

  /** A result that one formula alone reads, number by number, is changed before it is written. */
  #end(readers: ReadonlyMap<object, ReadonlySet<object>>): void {
    for (const [dataId, deferred] of this.#all) {
      if (!this.needed.has(dataId) || isKernel(deferred.by) || deferred.dtype !== 'float32' || !this.stored.has(dataId)) continue
      const base = this.#extentOf(deferred.sources).leaves.findLast((leaf) => {
        const kernel = this.#all.get(leaf)
        return isKernel(kernel?.by) && kernel.by.program.around !== undefined && sizeOf(kernel) === sizeOf(deferred)
          && !this.stored.has(leaf) && readers.get(leaf)?.size === 1 && this.#endsWith(kernel.by, deferred, leaf)
      })
      if (base !== undefined) this.ending.set(dataId, base)
    }
  }

  /** With buffers enough. */
  #endsWith(kernel: Kernel, deferred: Deferred, base: object): boolean {
    const how = { deferred: this.#all, isKept: (id: object) => this.#isKept(id), dataOf: this.#dataOf, name: 'leaf' }
    const lines = new Lines(deferred, { ...how, base })
    const made = madeInput(kernel)
    const read = made !== null && !this.#isKept(made) ? new Lines(this.#all.get(made) as Deferred, { ...how, base: null }).leaves.length : kernel.inputs.length
    return lines.baseInPlace && read + lines.leaves.length <= mostLeaves
  }

  /** Of each result: the kernels that read it, through formulas or not. */
  #readers(backwards: readonly (readonly [object, Deferred])[]): ReadonlyMap<object, ReadonlySet<object>> {
    const readers = new Map<object, Set<object>>()
    for (const [dataId, { sources }] of backwards) {
      if (!this.needed.has(dataId)) continue
      const of = this.#isKept(dataId) ? [dataId] : [...(readers.get(dataId) ?? [])]
      for (const source of sources) {
        const found = readers.get(source.dataId) ?? new Set()
        readers.set(source.dataId, found)
        for (const reader of of) found.add(reader)
      }
    }
    return readers
  }
}

const sizeOf = ({ shape }: Deferred): number => tf.util.sizeFromShape([...shape])
