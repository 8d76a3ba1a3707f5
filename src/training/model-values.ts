/**
 * Everything that training changes, once: what a model holds on the engine, a checkpoint keeps
 * and a compiled step carries from call to call. A new kind of state is one more entry here.
 */
import { Rng } from '../base/rng.ts'
import type { Architecture } from '../engine/architecture.ts'
import { initialValues, laterTotal, type Layout } from '../engine/layout.ts'

export interface StateSpec {
  /** A network's parameters, saved by name behind `prefix`; null: one plain vector. */
  readonly network: { readonly layout: (architecture: Architecture) => Layout; readonly prefix: string } | null
  readonly length: (architecture: Architecture) => number
  /** Numbers at its end that older files lack: zeros there. */
  readonly later: (architecture: Architecture) => number
  /** First values, from the seed alone. */
  readonly fresh: (architecture: Architecture, seed: number) => Float32Array
}

/** The average's parameters carry G's names behind this. */
export const averagePrefix = 'average.'

const ofG = (architecture: Architecture): Layout => architecture.layoutG
const ofD = (architecture: Architecture): Layout => architecture.layoutD
const ofE = (architecture: Architecture): Layout => architecture.layoutE
const ofHead = (architecture: Architecture): Layout => architecture.layoutHead
const network = (layout: (architecture: Architecture) => Layout, stream: string, prefix = ''): StateSpec => ({
  network: { layout, prefix },
  length: (architecture) => layout(architecture).total,
  later: (architecture) => laterTotal(layout(architecture)),
  fresh: (architecture, seed) => initialValues(layout(architecture), Rng.fromSeed(seed, stream)),
})
const zeros = (layout: (architecture: Architecture) => Layout): StateSpec => ({
  network: null,
  length: (architecture) => layout(architecture).total,
  later: (architecture) => laterTotal(layout(architecture)),
  fresh: (architecture) => new Float32Array(layout(architecture).total),
})

export const stateTable = {
  G: network(ofG, 'G'),
  D: network(ofD, 'D'),
  /** G's moving average, which pictures come from. */
  average: network(ofG, 'G', averagePrefix),
  /** Batch norm's, of the average; measured anew for each checkpoint (`calibrate.ts`). */
  statistics: { ...zeros(({ layoutStatistics }) => layoutStatistics), network: { layout: ({ layoutStatistics }) => layoutStatistics, prefix: averagePrefix } },
  'adam.G.m': zeros(ofG),
  'adam.G.v': zeros(ofG),
  'adam.D.m': zeros(ofD),
  'adam.D.v': zeros(ofD),
  /** Spectral norm's kept vectors, end to end. */
  'spectral.D': {
    network: null,
    length: ({ vectorsTotal }) => vectorsTotal,
    later: () => 0,
    fresh: ({ vectorsTotal }, seed) => Rng.fromSeed(seed, 'spectral').fillNormal(new Float32Array(vectorsTotal)),
  },
  /** Empty without encoder, as its moments are. */
  E: network(ofE, 'E'),
  'adam.E.m': zeros(ofE),
  'adam.E.v': zeros(ofE),
  /** Empty without; learned before the first step, and left as it is (`class-head.ts`). */
  head: network(ofHead, 'head', 'head.'),
} satisfies Record<string, StateSpec>

export type StateName = keyof typeof stateTable
export const stateNames = Object.keys(stateTable) as readonly StateName[]
export const stateSpec = (name: StateName): StateSpec => stateTable[name]

/** The flat vectors of a model on the host. */
export type ModelValues = Readonly<Record<StateName, Float32Array>>

/** One entry per kind of state. */
export const perState = <T>(make: (name: StateName) => T): Record<StateName, T> =>
  Object.fromEntries(stateNames.map((name) => [name, make(name)])) as Record<StateName, T>

export const freshValues = (architecture: Architecture, seed: number): ModelValues =>
  perState((name) => stateSpec(name).fresh(architecture, seed))
