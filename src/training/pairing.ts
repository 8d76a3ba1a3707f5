/** Which pictures a translator is given, and what it is to make of them. */
import type { Rng } from '../base/rng.ts'

/**
 * For each picture of a batch one of another class, which is to become of its class: each is taken once
 * where no class has more than half of the batch.
 * @param labels class of each; a batch of one class is given to itself
 * @returns positions in the batch
 */
export function othersOf(labels: ArrayLike<number>, rng: Rng): Int32Array {
  const count = labels.length
  const shuffled = rng.shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  // Classes in a ring, each in one arc: a turn by the longest arc leaves every class.
  const arcs = [...Map.groupBy(shuffled, (i) => labels[i] ?? -1).values()]
  const ring = arcs.flat()
  const longest = Math.max(0, ...arcs.map(({ length }) => length))
  const turn = 2 * longest > count ? longest : longest + rng.integer(count - 2 * longest + 1)
  const found = new Int32Array(count)
  ring.forEach((i, at) => {
    const other = ring[(at + turn) % count] ?? i
    const rest = labels[other] === labels[i] ? ring.filter((one) => labels[one] !== labels[i]) : [other]
    found[i] = rest[rng.integer(Math.max(1, rest.length))] ?? other
  })
  return found
}

/** Another class for each label, the other classes in turn. @param labels 0…classes-1 */
export function targetsInTurn(labels: ArrayLike<number>, classes: number): Int32Array {
  const seen = new Array<number>(classes).fill(0)
  return Int32Array.from(Array.from(labels), (label) => {
    const turn = seen[label] ?? 0
    seen[label] = turn + 1
    return (label + 1 + (turn % Math.max(1, classes - 1))) % classes
  })
}
