/** Which pictures a batch draws from, how often each class comes, and how much it counts. */
import { partCodes, type PackedSet } from '../contract/engine-jobs.ts'
import type { TrainingOptions } from '../contract/options.ts'

export interface Grouping {
  /** Every class equally often, whatever its share of the set. */
  readonly balanced: boolean
  /** A class is not shown more than so many times as often as its share of the set; absent: no limit. */
  readonly mostRepeats?: number
  /** Pictures without a class are left out. */
  readonly labelled?: boolean
}
export interface Groups {
  /** Pictures to train on, by class where classes are balanced. */
  readonly groups: readonly Uint32Array[]
  /** Group numbers, each as often as it is to be drawn. */
  readonly tickets: readonly number[]
}

/** Automatic balance shows a class at most so many times as often as its share: its pictures would be learned by heart. */
export const automaticRepeats = 8

export const groupingOf = ({ conditional, balance, classWeights, translate }: Pick<TrainingOptions, 'conditional' | 'balance' | 'classWeights' | 'translate'>): Grouping & { readonly weighted: boolean } => ({
  balanced: conditional && balance !== 'off',
  ...(balance === 'auto' ? { mostRepeats: automaticRepeats } : {}),
  weighted: conditional && classWeights,
  labelled: translate,
})

export function groupsOf(set: PackedSet, { balanced, mostRepeats = Infinity, labelled = false }: Grouping): Groups {
  const all = Array.from({ length: set.count }, (_, i) => i).filter((i) => (set.parts?.[i] ?? partCodes.train) === partCodes.train && (!labelled || (set.labels[i] ?? -1) !== -1))
  if (!balanced) return { groups: [Uint32Array.from(all)], tickets: [0] }
  const groups = [...Map.groupBy(all, (i) => set.labels[i] ?? -1)].sort(([a], [b]) => a - b).map(([, items]) => Uint32Array.from(items))
  return { groups, tickets: ticketsOf(groups, set, mostRepeats) }
}

/** Tickets of a class where some class gets fewer. */
const fineTickets = 8

/**
 * Each class as many tickets as the others, unless that repeats its pictures too often; the
 * unlabelled get as many as their number makes mean-sized classes.
 */
function ticketsOf(groups: readonly Uint32Array[], { labels }: PackedSet, mostRepeats: number): number[] {
  const pictures = groups.reduce((sum, items) => sum + items.length, 0)
  const unlabelled = groups.findIndex((items) => groups.length > 1 && labels[items[0] ?? 0] === -1)
  const classes = groups.length - (unlabelled >= 0 ? 1 : 0)
  const meanSize = (pictures - (groups[unlabelled]?.length ?? 0)) / classes
  // 1 for a class that may come as often as any.
  const shares = groups.map((items, group) =>
    group === unlabelled ? Math.min(classes, Math.max(1, Math.round(items.length / meanSize))) : Math.min(1, (mostRepeats * items.length) / meanSize))
  const fine = shares.some((share) => share < 1) ? fineTickets : 1
  return shares.flatMap((share, group) => new Array<number>(Math.max(1, Math.round(share * fine))).fill(group))
}

/** Of the effective number of pictures: beyond about 1/(1-β), more of a class tell little new. */
const beta = 0.99
/** A rare class counts more, but its few pictures must not decide what the networks become. */
const largestWeight = 4

/**
 * How much a picture of each class counts in the losses (class-balanced loss, Cui 2019): a class
 * weighs n / E with E = (1 - βⁿ)/(1 - β), shared among the pictures of it that are drawn. The mean
 * over what is drawn is 1 before the limit.
 * @returns by label, -1 included
 */
export function classWeights(set: PackedSet, { groups, tickets }: Groups): ReadonlyMap<number, number> {
  const drawn = new Map<number, number>()
  const counts = new Map<number, number>()
  for (const [group, items] of groups.entries()) {
    const chance = tickets.filter((ticket) => ticket === group).length / tickets.length / items.length
    for (const i of items) {
      const label = set.labels[i] ?? -1
      drawn.set(label, (drawn.get(label) ?? 0) + chance)
      counts.set(label, (counts.get(label) ?? 0) + 1)
    }
  }
  const effective = (n: number): number => (1 - beta ** n) / (1 - beta)
  // Natural weight: every picture of an effective class alike.
  const wanted = new Map([...counts].map(([label, n]) => [label, label === -1 ? n : n / effective(n)] as const))
  const labelled = [...wanted].filter(([label]) => label !== -1)
  const scale = labelled.reduce((sum, [label]) => sum + (counts.get(label) ?? 0), 0) / Math.max(1e-12, labelled.reduce((sum, [, weight]) => sum + weight, 0))
  const total = [...wanted].reduce((sum, [label, weight]) => sum + (label === -1 ? weight : weight * scale), 0)
  return new Map([...wanted].map(([label, weight]) => {
    const share = (label === -1 ? weight : weight * scale) / total
    return [label, Math.min(largestWeight, share / (drawn.get(label) ?? 1))]
  }))
}
