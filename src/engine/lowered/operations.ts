/**
 * A network as a list of elementary operations, which formats and players of other programs
 * understand. Values are named; maps are [N,H,W,C], and a first side of -1 is the batch. What
 * reads parameters alone (a kernel blurred for its strided form) is in the list too: readers
 * that compute it once lose nothing, and files keep the parameters as the studio knows them.
 */

/** Elementwise, but for softmax, which is along the last axis. */
export type Unary = 'relu' | 'relu6' | 'lrelu' | 'sigmoid' | 'tanh' | 'softplus' | 'softmax' | 'rsqrt'
/** With broadcasting, as in NumPy. */
export type Binary = 'add' | 'sub' | 'mul'

export type Operation =
  | { readonly op: Unary | Binary }
  /** [a,b]·[b,c], or a batch of such; `transposed`: the second is [c,b]. */
  | { readonly op: 'matMul'; readonly transposed: boolean }
  /** Sides stay, as 1. */
  | { readonly op: 'mean' | 'sum'; readonly axes: readonly number[] }
  | { readonly op: 'reshape' }
  /** Of any number of inputs along the last axis. */
  | { readonly op: 'concat' }
  /** Along the last axis. */
  | { readonly op: 'slice'; readonly begin: number }
  /** Padded to the same side × or ÷ stride. Kernel [k,k,in,out]; transposed: [k,k,out,in]. */
  | { readonly op: 'convolution'; readonly stride: 1 | 2; readonly transposed: boolean }
  /** Each channel by its own kernel, [k,k,C,1]; padded as a convolution is. */
  | { readonly op: 'depthwise'; readonly stride: 1 | 2 }
  /** Inputs [N,H,W,K] and a table [K,C]: the row of the largest of K, [N,H,W,C]. */
  | { readonly op: 'lookUp' }

export interface Value {
  readonly name: string
  readonly shape: readonly number[]
}
export interface Constant extends Value {
  readonly data: Float32Array
}
/** Its name and shape are those of its result. */
export interface Node extends Value {
  readonly operation: Operation
  readonly inputs: readonly string[]
}
export interface LoweredNetwork {
  readonly inputs: readonly Value[]
  /** Given by name beside the network. */
  readonly parameters: readonly Value[]
  readonly constants: readonly Constant[]
  /** Each after what it reads. */
  readonly nodes: readonly Node[]
  /** Names of results and the values behind them. */
  readonly outputs: readonly (Value & { readonly from: string })[]
}

/** Below zero, of `lrelu`. */
export { slope } from '../convolution-names.ts'

/** Zeros before and after each side: as many as keep the side or, where the stride divides it, give its share, the odd one after. */
export function paddingOf(taps: number, stride: number): { readonly before: number; readonly after: number } {
  const added = Math.max(0, taps - stride)
  return { before: Math.floor(added / 2), after: Math.ceil(added / 2) }
}
