/**
 * Kernels put off while commands are recorded, until it is known what becomes of every result. What nothing reads is
 * never computed; element-wise kernels become part of those that read them, or of the one whose result they change
 * (`plan.ts`). On a fast card a step costs as many microseconds as it has kernels to be given, hardly what they compute,
 * and more than half of them are element-wise.
 */
import { tf } from '../tf.ts'
import { noEnding, type Around, type Program, type Snippet, type Uniform, type WebgpuBackend } from './binding.ts'
import { isKernel, isSlice, Lines, madeInput, type Deferred, type Formula, type Kernel, type Source } from './formula-lines.ts'
import { Plan } from './plan.ts'

export interface Deferrable {
  readonly formula: Formula
  readonly inputs: readonly tf.TensorInfo[]
  /** The inputs' shapes broadcast to it. */
  readonly shape: readonly number[]
  /** A bool's formula is an i32. */
  readonly dtype: 'float32' | 'bool'
}

const threads = 128

let open: Fusion | null = null

/** That of the recording under way. */
export const fusionUnderWay = (): Fusion | null => open

export class Fusion {
  readonly #backend: WebgpuBackend
  /** In the order in which they were called. */
  readonly #deferred = new Map<object, Deferred>()
  readonly #upload: WebgpuBackend['uploadToGPU']
  readonly #dispose: WebgpuBackend['disposeData']
  readonly #run: WebgpuBackend['runWebGPUProgram']

  constructor(backend: WebgpuBackend) {
    this.#backend = backend
    this.#upload = backend.uploadToGPU.bind(backend)
    this.#dispose = backend.disposeData.bind(backend)
    this.#run = backend.runWebGPUProgram.bind(backend)
  }

  /** Runs, of the kernels that `run` calls, those that lead to what `left` says; the others' results never have numbers. */
  during<T>(run: () => T, left: (ran: T) => readonly tf.Tensor[]): T {
    const { uploadToGPU, disposeData, runWebGPUProgram } = this.#backend
    Object.assign(this.#backend, {
      uploadToGPU: (dataId: object) => {
        if (this.#deferred.has(dataId)) this.#computeAll([dataId])
        else this.#upload(dataId)
      },
      disposeData: (dataId: object, force?: boolean) => {
        const gone = this.#dispose(dataId, force)
        if (gone) this.#forget(dataId)
        return gone
      },
      runWebGPUProgram: (program: Program, inputs: readonly tf.TensorInfo[], dtype: tf.DataType, uniforms: readonly Uniform[], output?: tf.TensorInfo) => {
        const { outputShape: shape } = program
        // Where a kernel adds to what it is given, the order counts.
        if (output !== undefined || tf.util.sizeFromShape([...shape]) === 0) return this.#run(program, inputs, dtype, uniforms, output)
        return this.#defer({ by: { program, inputs, uniforms }, sources: inputs, shape, dtype })
      },
    })
    open = this
    try {
      const ran = run()
      open = null
      this.#computeAll(left(ran).map((tensor) => tensor.dataId))
      return ran
    } finally {
      open = null
      for (const dataId of this.#deferred.keys()) this.#forget(dataId)
      Object.assign(this.#backend, { uploadToGPU, disposeData, runWebGPUProgram })
    }
  }

  defer({ formula, inputs, shape, dtype }: Deferrable): tf.TensorInfo {
    return this.#defer({ by: formula, sources: inputs, shape, dtype })
  }

  /** Of float32 numbers. */
  deferSlice(tensor: tf.TensorInfo, first: number, shape: readonly number[]): tf.TensorInfo {
    return this.#defer({ by: { first }, sources: [tensor], shape, dtype: 'float32' })
  }

  /** Where a tensor's numbers are, for kernels that can begin in the middle of a buffer. */
  placeOf(tensor: tf.TensorInfo): { readonly tensor: tf.TensorInfo; readonly first: number } {
    let [place, first] = [tensor, 0]
    for (;;) {
      const { by, sources: [source] } = this.#deferred.get(place.dataId) ?? { by: undefined, sources: [] }
      if (!isSlice(by) || source === undefined) return { tensor: place, first }
      place = inARow({ ...source, dtype: 'float32' })
      first += by.first
    }
  }

  #defer(deferred: Deferred): tf.TensorInfo {
    const sources = deferred.sources.map(({ dataId, shape }) => ({ dataId, shape }))
    for (const { dataId } of sources) this.#backend.incRef(dataId)
    const result = this.#backend.makeTensorInfo(deferred.shape, deferred.dtype)
    this.#deferred.set(result.dataId, { ...deferred, sources })
    return result
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

  /** All that leads there, too. */
  #computeAll(left: readonly object[]): void {
    const { needed, stored, ending } = new Plan(this.#deferred, (dataId) => this.#backend.tensorMap.get(dataId), left)
    const absorbed = new Set(ending.values())
    for (const [dataId, { by }] of this.#deferred) {
      if (needed.has(dataId) && (isKernel(by) ? !absorbed.has(dataId) : stored.has(dataId))) this.#compute(dataId, ending.get(dataId) ?? null)
    }
  }

  /** By a kernel of its own. */
  now(deferrable: Deferrable): tf.TensorInfo {
    const result = this.defer(deferrable)
    this.#compute(result.dataId, null)
    return result
  }

  /** From then on it is a buffer like others. @param base the kernel whose ending it is */
  #compute(dataId: object, base: object | null): void {
    const { by, sources, dtype, shape } = this.#deferred.get(dataId) as Deferred
    const kernel = isKernel(by) ? by : base === null ? null : this.#deferred.get(base)?.by as Kernel
    const lines = isKernel(by) ? null : this.#linesOf(dataId, base, 'leaf')
    const leaves = lines === null ? [] : this.#tensorsOf(lines)
    let run: () => void
    if (kernel === null) {
      const program = fusedProgram(lines as Lines, shape, dtype === 'bool' ? 'i32' : 'f32')
      run = () => this.#run(program, leaves, dtype, [], inARow({ dataId, shape, dtype }))
    } else {
      const { program, inputs } = this.#readBy(kernel, lines === null ? noEnding : lines.snippet())
      run = () => this.#run(program, [...inputs, ...leaves], dtype, kernel.uniforms, { dataId, shape: [...program.outputShape], dtype })
    }
    this.#deferred.delete(dataId)
    run()
    this.#letGo(sources)
  }

  /** The kernel with what it reads of formulas. */
  #readBy(kernel: Kernel, ending: Snippet): Pick<Kernel, 'program' | 'inputs'> {
    const { program, inputs } = kernel
    const made = madeInput(kernel)
    const reading = made !== null && this.#deferred.has(made) ? this.#linesOf(made, null, 'from') : null
    if (reading === null && ending === noEnding) return { program, inputs }
    return { program: (program.around as Around).program(reading?.snippet() ?? null, ending), inputs: reading === null ? inputs : this.#tensorsOf(reading) }
  }

  #linesOf(dataId: object, base: object | null, name: string): Lines {
    return new Lines(this.#deferred.get(dataId) as Deferred, { deferred: this.#deferred, isKept: (id) => !this.#deferred.has(id), dataOf: (id) => this.#backend.tensorMap.get(id), base, name })
  }
  #tensorsOf({ leaves }: Lines): readonly tf.TensorInfo[] {
    return leaves.map((leaf) => inARow({ dataId: leaf, ...this.#backend.tensorMap.get(leaf) }))
  }
}

/** Outside a recording it is computed at once. */
export const computed = (backend: WebgpuBackend, deferrable: Deferrable): tf.TensorInfo => open?.defer(deferrable) ?? new Fusion(backend).now(deferrable)

function fusedProgram(lines: Lines, shape: readonly number[], type: 'f32' | 'i32'): Program {
  const { leaves, code } = lines.snippet(type)
  const size = tf.util.sizeFromShape([...shape])
  return {
    variableNames: leaves, outputShape: [size], outputComponent: 1, uniforms: '', size: true,
    dispatchLayout: { x: [0] }, dispatch: [Math.ceil(size / threads), 1, 1], workgroupSize: [threads, 1, 1],
    shaderKey: `fused_${code}`,
    getUserCode: () => `
fn number(index : i32) -> ${type} {
  ${code}
}
fn main(index : i32) {
  if (index < uniforms.size) { result[index] = number(index); }
}`,
  }
}

const inARow = ({ dataId, shape, dtype }: Pick<tf.TensorInfo, 'dataId' | 'dtype'> & { readonly shape: readonly number[] }): tf.TensorInfo =>
  ({ dataId, shape: [tf.util.sizeFromShape([...shape])], dtype })

