/** What compiled and replayed steps have in common: which program a step with its feed asks for. */
import { StudioError } from '../base/errors.ts'
import { leavesOf, type TensorTree } from '../engine/tensor-tree.ts'
import type { PackedFeed } from './packed-feed.ts'
import type { StepRates } from './step-feed.ts'
import type { Step } from './stepper.ts'

/** A step's program could not be made or does not run; the model is as it was before the step. */
export class NotCompiled extends StudioError {
  constructor(cause: unknown) {
    super('unsupported', cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'NotCompiled'
  }
}

export type Fed = { readonly feed: PackedFeed; readonly rates: StepRates }
export type Leaves = ReturnType<typeof leavesOf>

export const leavesOfFed = (fed: Fed): Leaves => leavesOf(fed as unknown as TensorTree)

/** Tells programs apart by step, shapes and parts of the feed. */
export class StepKeys {
  readonly #steps = new Map<Step, number>()

  keyOf(step: Step, leaves: Leaves): string {
    const number = this.#steps.get(step) ?? this.#steps.size
    this.#steps.set(step, number)
    return `${number}:${leaves.map(([path, { shape, dtype }]) => `${path}[${shape.join()}]${dtype}`).join(' ')}`
  }
}
