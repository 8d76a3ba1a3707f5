/** A fixed pass as one call into TensorFlow: what is fixed lies in the graph's variables. */
import type { PassOf, Tensors } from '../fixed-pass.ts'
import { tf } from '../tf.ts'
import { buildGraph, feedName, reportName, writeFeedName, writtenName } from './graph-builder.ts'
import { GraphSession } from './graph-session.ts'
import { shapeOf, type Program, type Value } from './kernels.ts'
import { optimised } from './optimised.ts'
import { Recorder } from './recorder.ts'

const name = 'pass'

export class CompiledPass<Given extends Tensors> {
  readonly #session: GraphSession

  /**
   * Runs the pass once to record it.
   * @param given like what every call will have, in names, shapes and types
   * @throws NotRecordable; TensorFlow's own words where it refuses the graph
   */
  constructor(of: PassOf<Given>, given: Given) {
    const fixed = Object.entries(of.fixed)
    this.#session = new GraphSession(buildGraph(fixed.map(([key, { size }]) => ({ name: key, length: size })), [optimised(recorded(of, given), false)]))
    this.#call(fixed.map(([key, tensor]) => [writeFeedName(key), tensor]), writtenName).dispose()
  }

  /** The caller owns the result. */
  run(given: Given): tf.Tensor {
    return this.#call(Object.entries(given).map(([key, tensor]) => [feedName(name, key), tensor]), reportName(name))
  }

  close(): void {
    this.#session.close()
  }

  #call(feeds: readonly (readonly [string, tf.Tensor])[], fetch: string): tf.Tensor {
    return this.#session.run(feeds, [fetch])[0] as tf.Tensor
  }
}

function recorded<Given extends Tensors>({ fixed, derived, pass }: PassOf<Given>, given: Given): Program {
  const recorder = new Recorder()
  const known = <T extends Tensors>(tensors: T): T => Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, recorder.input(key, tensor)])) as T
  const [state, inputs] = [known(fixed), known(given)]
  try {
    const result = recorder.record(() => tf.tidy(() => pass(derived(state), inputs)))
    const valuesOf = (tensors: Tensors): (readonly [string, Value])[] => Object.entries(tensors).map(([key, tensor]) => [key, recorder.valueOf(tensor)])
    const program = { name, inputs: valuesOf(inputs).map(([key, value]) => ({ name: key, ...shapeOf(value) })), state: new Map(valuesOf(state)), report: recorder.valueOf(result) }
    result.dispose()
    return program
  } finally {
    tf.dispose([state, inputs])
  }
}
