/** What an engine finds in a process of its own, and how far two findings lie apart. */
import type { EngineId } from '../../src/contract/data.ts'
import { messageOf, type ChildOptions } from './child-message.ts'
import type { FindingsMessage } from './findings-child.ts'

export interface FindingsRequest extends ChildOptions {
  /** Also the readings of many kinds of training. */
  readonly varied?: boolean
}

export const findingsOf = (id: EngineId, { varied = false, ...options }: FindingsRequest = {}): Promise<FindingsMessage> =>
  messageOf('findings-child.ts', varied ? [id, 'varied'] : [id], options)

/** Largest difference, as a share of the largest value. @throws where there are not as many numbers */
export function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers were found where ${b.length} are expected.`)
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0) / scale
}
