/** Nested objects whose leaves are tensors: what a step is fed with. */
import type { tf } from './tf.ts'

export type TensorTree = tf.Tensor | null | { readonly [key: string]: TensorTree }

const isTensor = (tree: object): tree is tf.Tensor => 'dataId' in tree

/** The leaves with their paths, in a stable order; null leaves none. */
export function leavesOf(tree: TensorTree): (readonly [path: string, tensor: tf.Tensor])[] {
  const leaves: (readonly [string, tf.Tensor])[] = []
  gather(tree, '', leaves)
  return leaves
}

/** In one array: it is asked several times a step. */
function gather(tree: TensorTree, path: string, leaves: (readonly [string, tf.Tensor])[]): void {
  if (tree === null) return
  if (isTensor(tree)) leaves.push([path, tree])
  else for (const key of Object.keys(tree)) gather(tree[key] ?? null, path === '' ? key : `${path}.${key}`, leaves)
}

/** The same tree with other leaves. */
export function mapLeaves<T extends TensorTree>(tree: T, change: (path: string, tensor: tf.Tensor) => tf.Tensor, path = ''): T {
  const map = (part: TensorTree, at: string): TensorTree => {
    if (part === null) return null
    if (isTensor(part)) return change(at, part)
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, map(child, at === '' ? key : `${at}.${key}`)]))
  }
  return map(tree, path) as T
}
