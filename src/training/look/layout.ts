/**
 * Pictures in the plane, those alike near each other: the graph of nearest neighbours laid out by
 * attraction along its edges and repulsion of random others, as UMAP does (McInnes 2018), from the
 * first two principal components. The same features give the same map.
 */
import { CancelledError } from '../../base/errors.ts'
import { Rng } from '../../base/rng.ts'
import { turn } from '../../judgement/turns.ts'
import type { Neighbours } from './neighbours.ts'
import type { UnitFeatures } from './unit-features.ts'

/** Steepness of 1 ÷ (1 + a d²): neighbours end about 0.1 to 1 apart. */
const a = 1.6
const repulsions = 4
const largestStep = 4
/** Fewer rounds where there are very many: each has more to say. */
const roundsFor = (count: number): number => (count < 10_000 ? 200 : 80)
/** Beyond these shares of all, a place is drawn at the edge. */
const trimmed = 0.002

/** @param goOn asked between rounds with the share done; false ends it. @returns x and y in turn, in [0,1]. @throws `cancelled` */
export async function layOut(features: UnitFeatures, graph: Neighbours, goOn: (share: number) => Promise<boolean>): Promise<Float32Array> {
  const { count } = features
  const random = Rng.fromSeed(1, 'map')
  const places = await principal(features, random)
  const weights = edgeWeights(graph, count)
  const rounds = roundsFor(count)
  for (let round = 0; round < rounds; round += 1) {
    if (!(await goOn(round / rounds))) throw new CancelledError()
    const rate = 1 - round / rounds
    for (let edge = 0; edge < weights.length; edge += 1) {
      if (edge % 4096 === 0) await turn()
      if (random.uniform() > (weights[edge] ?? 0)) continue
      const from = Math.floor(edge / graph.k)
      pull(places, from, graph.indices[edge] ?? 0, rate)
      for (let n = 0; n < repulsions; n += 1) push(places, from, random.integer(count), rate)
    }
  }
  return within(places)
}

/** Both ends move towards each other. */
function pull(places: Float32Array, i: number, j: number, rate: number): void {
  const [dx, dy] = [(places[2 * i] ?? 0) - (places[2 * j] ?? 0), (places[2 * i + 1] ?? 0) - (places[2 * j + 1] ?? 0)]
  const strength = (-2 * a) / (1 + a * (dx * dx + dy * dy))
  const [mx, my] = [step(strength * dx) * rate, step(strength * dy) * rate]
  places[2 * i] = (places[2 * i] ?? 0) + mx
  places[2 * i + 1] = (places[2 * i + 1] ?? 0) + my
  places[2 * j] = (places[2 * j] ?? 0) - mx
  places[2 * j + 1] = (places[2 * j + 1] ?? 0) - my
}

/** The first moves away from the other. */
function push(places: Float32Array, i: number, j: number, rate: number): void {
  if (i === j) return
  const [dx, dy] = [(places[2 * i] ?? 0) - (places[2 * j] ?? 0), (places[2 * i + 1] ?? 0) - (places[2 * j + 1] ?? 0)]
  const squared = dx * dx + dy * dy
  const strength = 2 / ((0.001 + squared) * (1 + a * squared))
  places[2 * i] = (places[2 * i] ?? 0) + step(strength * dx) * rate
  places[2 * i + 1] = (places[2 * i + 1] ?? 0) + step(strength * dy) * rate
}

const step = (value: number): number => Math.max(-largestStep, Math.min(largestStep, value))

/** 1 for the nearest of each, less for those farther relative to its own neighbourhood. */
function edgeWeights({ k, distances }: Neighbours, count: number): Float32Array {
  const weights = new Float32Array(count * k)
  for (let i = 0; i < count; i += 1) {
    const nearest = distances[i * k] ?? 0
    let spread = 1e-6
    for (let n = 0; n < k; n += 1) spread += ((distances[i * k + n] ?? 0) - nearest) / k
    for (let n = 0; n < k; n += 1) weights[i * k + n] = Math.exp(-((distances[i * k + n] ?? 0) - nearest) / spread)
  }
  return weights
}

/** Along the two directions that differ most, by power iteration; about 20 wide. */
async function principal({ values, count, dimensions }: UnitFeatures, random: Rng): Promise<Float32Array> {
  const places = new Float32Array(2 * count)
  const found: Float64Array[] = []
  for (let axis = 0; axis < 2; axis += 1) {
    let direction = normalised(Float64Array.from({ length: dimensions }, () => random.uniform() - 0.5), found)
    for (let round = 0; round < 12; round += 1) {
      const next = new Float64Array(dimensions)
      for (let i = 0; i < count; i += 1) {
        if (i % 1024 === 0) await turn()
        const along = dot(values, i * dimensions, direction)
        for (let d = 0; d < dimensions; d += 1) next[d] = (next[d] ?? 0) + along * (values[i * dimensions + d] ?? 0)
      }
      direction = normalised(next, found)
    }
    found.push(direction)
    for (let i = 0; i < count; i += 1) places[2 * i + axis] = 20 * dot(values, i * dimensions, direction) + 0.01 * random.uniform()
  }
  return places
}

function dot(values: Float32Array, at: number, direction: Float64Array): number {
  let sum = 0
  for (let d = 0; d < direction.length; d += 1) sum += (values[at + d] ?? 0) * (direction[d] ?? 0)
  return sum
}

/** Of length 1, at right angles to those found. */
function normalised(vector: Float64Array, found: readonly Float64Array[]): Float64Array {
  for (const other of found) {
    const along = vector.reduce((sum, value, d) => sum + value * (other[d] ?? 0), 0)
    vector.forEach((value, d) => { vector[d] = value - along * (other[d] ?? 0) })
  }
  const length = Math.hypot(...vector)
  return vector.map((value) => (length > 0 ? value / length : 0))
}

function within(places: Float32Array): Float32Array {
  const count = places.length / 2
  for (const axis of [0, 1]) {
    const sorted = Float32Array.from({ length: count }, (_, i) => places[2 * i + axis] ?? 0).sort()
    const low = sorted[Math.floor(trimmed * (count - 1))] ?? 0
    const high = sorted[Math.ceil((1 - trimmed) * (count - 1))] ?? 0
    for (let i = 0; i < count; i += 1) places[2 * i + axis] = high > low ? Math.max(0, Math.min(1, ((places[2 * i + axis] ?? 0) - low) / (high - low))) : 0.5
  }
  return places
}
