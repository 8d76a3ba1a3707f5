/**
 * Training, validation and test pictures. A picture's place depends on its content and on
 * nothing else, so that runs that start from each other never train on each other's test
 * pictures, whatever classes they take and whatever was added since.
 */
import { createHash } from 'node:crypto'
import { partCodes } from '../contract/trainer.ts'

export interface SplitShares {
  /** Of each class, in [0,0.5]; rounded down, so that small classes keep all to train on. */
  readonly validation: number
  readonly test: number
}
interface SplitItem {
  readonly sha256: string
  readonly label: number
}

/** One of `partCodes` per item; stratified by label. */
export function splitOf(items: readonly SplitItem[], { validation, test }: SplitShares, seed = 0): Uint8Array {
  const parts = new Uint8Array(items.length)
  const byLabel = Map.groupBy(items.keys(), (index) => items[index]?.label ?? -1)
  for (const indices of byLabel.values()) {
    const ordered = indices.map((index) => ({ index, key: keyOf(items[index]?.sha256 ?? '', seed) })).sort((a, b) => (a.key < b.key ? -1 : 1))
    const held = Math.floor(test * ordered.length)
    const watched = Math.floor(validation * ordered.length)
    ordered.forEach(({ index }, rank) => {
      parts[index] = rank < held ? partCodes.test : rank < held + watched ? partCodes.validation : partCodes.train
    })
  }
  return parts
}

const keyOf = (sha256: string, seed: number): string => createHash('sha256').update(`${seed} ${sha256}`).digest('hex')
