/**
 * Steps as lists of commands to the graphics processor, recorded when they are first asked for and given again from
 * then on. The model's state moves into buffers that the commands read, and stays there until it is asked for.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Recording, type Copies } from '../engine/replay/recording.ts'
import { bufferOf, copyOf, tensorUsage, viewOf, webgpuBackend, write } from '../engine/webgpu/binding.ts'
import { leavesOf, mapLeaves, type TensorTree } from '../engine/tensor-tree.ts'
import { tf } from '../engine/tf.ts'
import type { Model } from './model.ts'
import { stateNames, type StateName } from './model-values.ts'
import type { PackedFeed } from './packed-feed.ts'
import type { StepRates } from './step-feed.ts'
import { leavesOfFed, NotCompiled, StepKeys, type Fed, type Leaves } from './step-programs.ts'
import type { Step, Stepper } from './stepper.ts'

interface Program {
  readonly recording: Recording
  /** The state after a step, to where the next finds it. */
  readonly copies: Copies
  readonly report: { readonly buffer: GPUBuffer; readonly shape: readonly number[] }
}

/** Steps handed to the device and not finished: more would only make it late for a pause, and its memory full of feeds. */
const mostAhead = 2

export class ReplayingStepper implements Stepper {
  readonly #model: Model
  readonly #backend = webgpuBackend()
  readonly #programs = new Map<string, Program>()
  readonly #keys = new StepKeys()
  /** Empty until a step is recorded; without the parts that have no numbers. */
  readonly #state = new Map<StateName, GPUBuffer>()
  readonly #running: Promise<unknown>[] = []

  constructor(model: Model) {
    this.#model = model
  }

  /**
   * Also waits until the device has nearly caught up.
   * @throws NotCompiled also where the device finds fault with the commands
   */
  async prepare(step: Step, feed: PackedFeed, rates: StepRates): Promise<void> {
    while (this.#running.length >= mostAhead) await this.#running.shift()
    const fed = { feed, rates }
    const leaves = leavesOfFed(fed)
    if (this.#programs.has(this.#keys.keyOf(step, leaves))) return
    const { device } = this.#backend
    device.pushErrorScope('validation')
    let failed: GPUError | null
    try {
      this.#programOf(step, fed, leaves)
      await nextTurn()
    } finally {
      failed = await device.popErrorScope().catch(lostIsToldByReading)
    }
    if (failed !== null) throw new NotCompiled(new Error(failed.message))
  }

  /** @throws NotCompiled */
  run(step: Step, feed: PackedFeed, rates: StepRates): tf.Tensor1D {
    const fed = { feed, rates }
    const leaves = leavesOfFed(fed)
    const { recording, copies, report: { buffer, shape } } = this.#programOf(step, fed, leaves)
    const report = this.#backend.makeTensorInfo(shape, 'float32')
    this.#backend.uploadToGPU(report.dataId)
    recording.replay(leaves, [...copies, [buffer, bufferOf(this.#backend, report)]])
    this.#running.push(this.#backend.queue.onSubmittedWorkDone().catch(lostIsToldByReading))
    return tf.engine().makeTensorFromTensorInfo(report) as tf.Tensor1D
  }

  pull(names: readonly StateName[] = stateNames): void {
    for (const name of names) {
      const buffer = this.#state.get(name)
      if (buffer !== undefined) this.#model.state[name].replace(copyOf(buffer, [buffer.size / 4]) as tf.Tensor1D)
    }
  }

  push(): void {
    for (const [name, buffer] of this.#state) write(this.#backend, this.#model.state[name].flat, buffer)
  }

  dispose(): void {
    for (const { recording } of this.#programs.values()) recording.dispose()
    for (const buffer of this.#state.values()) buffer.destroy()
    this.#programs.clear()
    this.#state.clear()
  }

  #programOf(step: Step, fed: Fed, leaves: Leaves): Program {
    const key = this.#keys.keyOf(step, leaves)
    const known = this.#programs.get(key)
    if (known !== undefined) return known
    try {
      if (this.#state.size === 0) this.#moveState()
      else this.pull()
      const program = this.#record(step, fed)
      this.#programs.set(key, program)
      return program
    } catch (error) {
      throw new NotCompiled(error)
    }
  }

  #moveState(): void {
    for (const name of stateNames) {
      const { size } = this.#model.state[name].flat
      if (size > 0) this.#state.set(name, this.#backend.device.createBuffer({ size: 4 * size, usage: tensorUsage() }))
    }
    this.push()
  }

  /** Leaves the model as it was. */
  #record(step: Step, fed: Fed): Program {
    const { state } = this.#model
    const recording = new Recording(this.#backend)
    const before = [...this.#state.keys()].map((name) => [name, tf.keep(tf.clone(state[name].flat))] as const)
    const inputs = mapLeaves(fed as unknown as TensorTree, (path, tensor) => recording.input(path, tensor)) as unknown as Fed
    try {
      const reported = recording.record(() => {
        for (const [name, buffer] of this.#state) state[name].replace(viewOf(buffer, [buffer.size / 4]) as tf.Tensor1D)
        return step(this.#model, inputs.feed, inputs.rates)
      }, (report) => [report, ...[...this.#state.keys()].map((name) => state[name].flat)])
      const report = { buffer: recording.result(reported), shape: reported.shape }
      reported.dispose()
      const after = [...this.#state].map(([name, buffer]) => [recording.result(state[name].flat), buffer] as const)
      return { recording, report, copies: after.filter(([from, to]) => from !== to) }
    } catch (error) {
      recording.dispose()
      throw error
    } finally {
      for (const [name, flat] of before) state[name].replace(flat)
      tf.dispose(leavesOf(inputs as unknown as TensorTree).map(([, tensor]) => tensor))
    }
  }
}

/** The readings of the step are read soon. */
const lostIsToldByReading = (): null => null
