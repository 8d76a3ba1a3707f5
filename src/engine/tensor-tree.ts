/** Nested objects whose leaves are tensors: what a step is fed with. */
import type { tf } from './tf.ts'

export type TensorTree = tf.Tensor | null | { readonly [key: string]: TensorTree }

const isTensor = (tree: object): tree is tf.Tensor => 'dataId' in tree

/** The leaves with their paths, in a stable order; null leaves none. */
export function leavesOf(tree: TensorTree, path = ''): (readonly [path: string, tensor: tf.Tensor])[] {
  if (tree === null) return []
  if (isTensor(tree)) return [[path, tree]]
  return Object.entries(tree).flatMap(([key, child]) => leavesOf(child, path === '' ? key : `${path}.${key}`))
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
