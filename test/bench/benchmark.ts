/** What a benchmark is and reports. */

export interface Measurement {
  /** What was measured, in a few words. */
  readonly what: string
  readonly value: number
  readonly unit: string
  /** The same by a bare or foreign way, interleaved in the same run. */
  readonly beside?: { readonly what: string; readonly value: number }
  /** Median over the rounds of value ÷ beside; the medians of both need not have this ratio. */
  readonly ratio?: number
  /** In words: "≥ 0.7 of bare", "flat". */
  readonly goal?: string
  readonly note?: string
}

export interface Benchmark {
  readonly name: string
  readonly about: string
  run(log: (line: string) => void): Promise<readonly Measurement[]>
}

/** Cannot be measured here; says what is missing. */
export class Skipped extends Error {}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** Both in turn, each round in the other order, so that a slow minute of the machine slows both. */
export async function interleaved(rounds: number, ours: (round: number) => Promise<number>, theirs: (round: number) => Promise<number>): Promise<{ readonly ours: number; readonly theirs: number; readonly ratio: number }> {
  const pairs: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await ours(round)
      pairs.push({ ours: first, theirs: await theirs(round) })
    } else {
      const first = await theirs(round)
      pairs.push({ theirs: first, ours: await ours(round) })
    }
  }
  return { ours: median(pairs.map((pair) => pair.ours)), theirs: median(pairs.map((pair) => pair.theirs)), ratio: median(pairs.map((pair) => pair.ours / pair.theirs)) }
}
