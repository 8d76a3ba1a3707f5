/** A function of tensors that is asked again and again with some of them the same: one call where the engine compiles it, kernel by kernel elsewhere. */
import { CompiledPass } from './graph/compiled-pass.ts'
import { tf } from './tf.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>
/** By name, and those by name once more. */
export type TensorGroups = Readonly<Record<string, Tensors>>

export interface PassOf<Given extends Tensors> {
  /** Vectors that stay, by name; the pass owns them. */
  readonly fixed: Tensors
  /** What is made of them before anything is given. */
  readonly derived: (fixed: Tensors) => TensorGroups
  readonly pass: (derived: TensorGroups, given: Given) => tf.Tensor
}

export class FixedPass<Given extends Tensors> {
  readonly #of: PassOf<Given>
  /** By what is given; null where it cannot be compiled. */
  readonly #compiled = new Map<string, CompiledPass<Given> | null>()
  #derived: TensorGroups | null = null

  constructor(of: PassOf<Given>) {
    this.#of = of
  }

  /** The caller owns the result. */
  run(given: Given): tf.Tensor {
    const compiled = tf.getBackend() === 'tensorflow' ? this.#compiledFor(given) : null
    return compiled === null ? this.runPlain(given) : compiled.run(given)
  }

  /** Kernel by kernel: for what is asked once. */
  runPlain(given: Given): tf.Tensor {
    const { fixed, derived, pass } = this.#of
    this.#derived ??= tf.tidy(() => derived(fixed)) as TensorGroups
    const known = this.#derived
    return tf.tidy(() => pass(known, given))
  }

  dispose(): void {
    for (const pass of this.#compiled.values()) pass?.close()
    tf.dispose([this.#of.fixed, this.#derived ?? []])
  }

  #compiledFor(given: Given): CompiledPass<Given> | null {
    const key = Object.entries(given).map(([name, { shape }]) => `${name}[${shape.join()}]`).join()
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const made = compiledOrNull(this.#of, given)
    this.#compiled.set(key, made)
    return made
  }
}

function compiledOrNull<Given extends Tensors>(of: PassOf<Given>, given: Given): CompiledPass<Given> | null {
  let made: CompiledPass<Given> | null = null
  try {
    made = new CompiledPass(of, given)
    // A kernel that the engine lacks shows at the first call.
    made.run(given).dispose()
    return made
  } catch (error) {
    made?.close()
    console.warn(`What is asked again and again runs kernel by kernel: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}
