/**
 * Training, validation and test pictures. A picture's place depends on its content, its class and
 * a seed, so that runs that start from each other never train on each other's test pictures,
 * whatever classes they take.
 */
import { createHash } from 'node:crypto'
import type { PartCounts, Split, SplitPart, SplitRequest } from '../contract/data.ts'
import { partCodes } from '../contract/engine-jobs.ts'

/** Of each class, in [0,0.5]; rounded down, so that small classes keep all to train on. */
export type SplitShares = Omit<SplitRequest, 'seed'>

interface SplitItem {
  readonly sha256: string
  readonly label: number | string | null
}
/** Pictures that go together. */
interface Unit {
  readonly indices: readonly number[]
  readonly key: string
}

/**
 * One of `partCodes` per item; stratified by label. Items of a group (indices of copies of each
 * other) get the same part: that of the label most of them have, where the group still fits.
 */
export function splitOf(items: readonly SplitItem[], { validation, test }: SplitShares, seed = 0, groups: readonly (readonly number[])[] = []): Uint8Array {
  const parts = new Uint8Array(items.length)
  for (const units of strata(items, seed, groups).values()) {
    const count = units.reduce((sum, { indices }) => sum + indices.length, 0)
    const room = { [partCodes.test]: Math.floor(test * count), [partCodes.validation]: Math.floor(validation * count) }
    for (const { indices } of units.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
      const part = ([partCodes.test, partCodes.validation] as const).find((one) => indices.length <= room[one])
      if (part === undefined) continue
      room[part] -= indices.length
      for (const index of indices) parts[index] = part
    }
  }
  return parts
}

function strata(items: readonly SplitItem[], seed: number, groups: readonly (readonly number[])[]): ReadonlyMap<SplitItem['label'], readonly Unit[]> {
  const grouped = new Set(groups.flat())
  const all = [...groups, ...Array.from(items.keys(), (index) => (grouped.has(index) ? [] : [index]))].filter((indices) => indices.length > 0)
  const byLabel = new Map<SplitItem['label'], Unit[]>()
  for (const indices of all) {
    const own = indices.flatMap((index) => items[index] ?? [])
    const [[label] = [null]] = [...Map.groupBy(own, (item) => item.label)].toSorted(([, a], [, b]) => b.length - a.length)
    // The same whichever of the group is called its first.
    const unit = { indices, key: own.map(({ sha256 }) => keyOf(sha256, seed)).reduce((a, b) => (a < b ? a : b), '~') }
    const others = byLabel.get(label)
    if (others === undefined) byLabel.set(label, [unit])
    else others.push(unit)
  }
  return byLabel
}

/** Of parts that came with the pictures; shares to a tenth of a percent. */
export function splitThatCame({ train, validation, test }: PartCounts, since: number): Split {
  const share = (count: number): number => Math.round((1000 * count) / (train + validation + test)) / 1000
  return { validation: share(validation), test: share(test), seed: null, since }
}

interface PlacedItem {
  readonly id: string
  readonly sha256: string
  readonly label: number
  /** Of the data set's own split. */
  readonly part: SplitPart | null
  readonly parentId: string | null
}

/**
 * One of `partCodes` per item as a run sees it: by the data set's split where it has one, else by
 * `shares`. Null: a copy of a picture that is held out, or is not there, which no part may hold.
 */
export function partsOf(items: readonly PlacedItem[], shares: SplitShares): readonly (number | null)[] {
  const originals = items.filter(({ parentId }) => parentId === null)
  const own = originals.some(({ part }) => part !== null)
  const automatic = own ? null : splitOf(originals, shares)
  const placed = new Map(originals.map(({ id, part }, index) => [id, automatic === null ? partCodes[part ?? 'train'] : (automatic[index] ?? partCodes.train)]))
  return items.map(({ id, parentId }) => {
    if (parentId === null) return placed.get(id) ?? partCodes.train
    return placed.get(parentId) === partCodes.train ? partCodes.train : null
  })
}

const keyOf = (sha256: string, seed: number): string => createHash('sha256').update(`${seed} ${sha256}`).digest('hex')
