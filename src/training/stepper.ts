/** Who runs the steps: kernel by kernel on every engine, or compiled or replayed where the engine can. */
import type { EngineId } from '../contract/data.ts'
import type { tf } from '../engine/tf.ts'
import { CompiledStepper } from './compiled-stepper.ts'
import type { Model } from './model.ts'
import type { StateName } from './model-values.ts'
import { ReplayingStepper } from './replaying-stepper.ts'
import type { PackedFeed } from './packed-feed.ts'
import type { StepRates } from './step-feed.ts'
import { NotCompiled } from './step-programs.ts'

/** Updates the model and returns the readings, which the caller owns. A pure function of its arguments. */
export type Step = (model: Model, feed: PackedFeed, rates: StepRates) => tf.Tensor1D

export interface Stepper {
  /** What a kind of step needs before its first run, in pieces between which the event loop turns; without it `run` does it at once. */
  prepare(step: Step, feed: PackedFeed, rates: StepRates): Promise<void>
  /** Runs one step; the caller owns the readings. */
  run(step: Step, feed: PackedFeed, rates: StepRates): tf.Tensor1D
  /** Brings the model's tensors up to date: call before reading them. */
  pull(names?: readonly StateName[]): void
  /** Takes the model's tensors as they are now: call after replacing them. */
  push(): void
  dispose(): void
}

/** The reference: each operation as it is written. The model's tensors are always the current ones. */
export class EagerStepper implements Stepper {
  readonly #model: Model

  constructor(model: Model) {
    this.#model = model
  }
  async prepare(): Promise<void> {}
  run(step: Step, feed: PackedFeed, rates: StepRates): tf.Tensor1D {
    return step(this.#model, feed, rates)
  }
  pull(): void {}
  push(): void {}
  dispose(): void {}
}

/** Compiled on TensorFlow, replayed on WebGPU, eager elsewhere; a step that cannot be is told once and runs eagerly from then on. */
export function stepperFor(model: Model, engine: EngineId, told: (reason: string) => void): Stepper {
  if (engine === 'tensorflow') return new CompilingStepper(model, new CompiledStepper(model), told)
  return engine === 'webgpu' ? new CompilingStepper(model, new ReplayingStepper(model), told) : new EagerStepper(model)
}

class CompilingStepper implements Stepper {
  readonly #model: Model
  readonly #told: (reason: string) => void
  #current: Stepper

  constructor(model: Model, compiled: Stepper, told: (reason: string) => void) {
    this.#model = model
    this.#told = told
    this.#current = compiled
  }

  async prepare(step: Step, feed: PackedFeed, rates: StepRates): Promise<void> {
    try {
      await this.#current.prepare(step, feed, rates)
    } catch (error) {
      this.#goOnEagerly(error)
    }
  }

  run(step: Step, feed: PackedFeed, rates: StepRates): tf.Tensor1D {
    try {
      return this.#current.run(step, feed, rates)
    } catch (error) {
      this.#goOnEagerly(error)
      return this.#current.run(step, feed, rates)
    }
  }

  /** From the model's tensors, which hold the state as it was before the step that was refused. */
  #goOnEagerly(error: unknown): void {
    if (!(error instanceof NotCompiled)) throw error
    this.#current.dispose()
    this.#current = new EagerStepper(this.#model)
    this.#told(error.message)
  }

  pull(names?: readonly StateName[]): void {
    this.#current.pull(names)
  }
  push(): void {
    this.#current.push()
  }
  dispose(): void {
    this.#current.dispose()
  }
}
