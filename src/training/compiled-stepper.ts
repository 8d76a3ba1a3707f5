/**
 * Steps as single calls into TensorFlow. A step is recorded when it is first asked for and
 * compiled together with those known before; the model's state moves into the graph's variables
 * and stays there until it is asked for.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildGraph, feedName, readName, reportName, writeFeedName, writtenName } from '../engine/graph/graph-builder.ts'
import { dataType } from '../engine/graph/graph-def.ts'
import { GraphSession } from '../engine/graph/graph-session.ts'
import type { Program } from '../engine/graph/kernels.ts'
import { optimised } from '../engine/graph/optimised.ts'
import { convolvesFasterInBfloat16 } from '../engine/graph/precision.ts'
import { Recorder } from '../engine/graph/recorder.ts'
import { leavesOf, mapLeaves, type TensorTree } from '../engine/tensor-tree.ts'
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'
import { perState, stateNames, type StateName } from './model-values.ts'
import type { PackedFeed } from './packed-feed.ts'
import type { StepRates } from './step-feed.ts'
import { leavesOfFed, NotCompiled, StepKeys, type Fed, type Leaves } from './step-programs.ts'
import type { Step, Stepper } from './stepper.ts'

export class CompiledStepper implements Stepper {
  readonly #model: Model
  readonly #programs = new Map<string, Program>()
  readonly #keys = new StepKeys()
  /** Those that have run; a failure of one is the engine's, not the compiler's. */
  readonly #proven = new Set<Program>()
  #session: GraphSession | null = null

  constructor(model: Model) {
    this.#model = model
  }

  /** @throws NotCompiled */
  async prepare(step: Step, feed: PackedFeed, rates: StepRates): Promise<void> {
    const key = this.#keys.keyOf(step, leavesOfFed({ feed, rates }))
    if (this.#programs.has(key)) return
    try {
      this.pull()
      const program = this.#programOf(step, { feed, rates })
      await nextTurn()
      this.#load(key, program)
      await nextTurn()
    } catch (error) {
      throw new NotCompiled(error)
    }
  }

  /** @throws NotCompiled */
  run(step: Step, feed: PackedFeed, rates: StepRates): tf.Tensor1D {
    const leaves = leavesOfFed({ feed, rates })
    const key = this.#keys.keyOf(step, leaves)
    const known = this.#programs.get(key)
    if (known !== undefined && this.#proven.has(known)) return this.#call(known, leaves)
    try {
      this.pull()
      const program = known ?? this.#load(key, this.#programOf(step, { feed, rates }))
      const report = this.#call(program, leaves)
      this.#proven.add(program)
      return report
    } catch (error) {
      throw new NotCompiled(error)
    }
  }

  pull(names: readonly StateName[] = stateNames): void {
    const read = this.#session?.run([], names.map(readName)) ?? []
    read.forEach((values, i) => this.#model.state[names[i] as StateName].replace(values as tf.Tensor1D))
  }

  push(): void {
    tf.dispose(this.#session?.run(stateNames.map((name) => [writeFeedName(name), this.#model.state[name].flat]), [writtenName]) ?? [])
  }

  dispose(): void {
    this.#session?.close()
    this.#session = null
    this.#programs.clear()
    this.#proven.clear()
  }

  #call({ name }: Program, leaves: Leaves): tf.Tensor1D {
    return (this.#session as GraphSession).run(leaves.map(([path, tensor]) => [feedName(name, path), tensor]), [reportName(name)])[0] as tf.Tensor1D
  }

  #programOf(step: Step, fed: Fed): Program {
    return optimised(this.#record(`step${this.#programs.size}`, step, fed), this.#inBfloat16(fed))
  }

  /** Loads a program beside those known; the model's tensors are current, and become the variables' values. */
  #load(key: string, program: Program): Program {
    const state = stateNames.map((name) => ({ name, length: this.#model.state[name].flat.size }))
    const session = new GraphSession(buildGraph(state, [...this.#programs.values(), program]))
    this.#session?.close()
    this.#session = session
    this.#programs.set(key, program)
    this.push()
    return program
  }

  /** A penalty is a small difference, or a slope, of D: it wants all digits. */
  #inBfloat16({ feed }: Fed): boolean {
    const { options } = this.#model
    return options.precision === 'bfloat16' || (options.precision === 'auto' && feed.penalty === null && (this.#model.bfloat16 ??= convolvesFasterInBfloat16()))
  }

  /** Runs the step once on a copy of the state and leaves the model as it was. */
  #record(name: string, step: Step, fed: Fed): Program {
    const { state } = this.#model
    const recorder = new Recorder()
    const kept = perState((key) => tf.keep(tf.clone(state[key].flat)))
    const inputs = mapLeaves(fed as unknown as TensorTree, (path, tensor) => recorder.input(path, tensor)) as unknown as Fed
    try {
      return recorder.record(() => {
        for (const key of stateNames) state[key].replace(recorder.input(key, kept[key]) as tf.Tensor1D)
        const report = step(this.#model, inputs.feed, inputs.rates)
        const program: Program = {
          name,
          inputs: leavesOf(inputs as unknown as TensorTree).map(([path, { shape, dtype }]) => ({ name: path, dtype: dtype === 'int32' ? dataType.int32 : dataType.float, shape })),
          state: new Map(stateNames.map((key) => [key, recorder.valueOf(state[key].flat)])),
          report: recorder.valueOf(report),
        }
        report.dispose()
        return program
      })
    } finally {
      for (const key of stateNames) state[key].replace(kept[key])
      tf.dispose(leavesOf(inputs as unknown as TensorTree).map(([, tensor]) => tensor))
    }
  }
}
