import { expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { centreDistances, ranks, votes } from '../../../src/training/look/findings.ts'
import { layOut } from '../../../src/training/look/layout.ts'
import type { Neighbours } from '../../../src/training/look/neighbours.ts'
import { unit, type UnitFeatures } from '../../../src/training/look/unit-features.ts'

const groups = 3
const dimensions = 8
/** Points around three centres. */
function clustered(count: number): UnitFeatures {
  const random = Rng.fromSeed(4)
  const values = Float32Array.from({ length: count * dimensions }, (_, at) => (Math.floor(at / dimensions) % groups === at % dimensions ? 5 : 0) + random.uniform())
  return unit({ values, count, dimensions })
}
function graphOf({ values, count }: UnitFeatures, k: number): Neighbours {
  const [indices, distances] = [new Int32Array(count * k), new Float32Array(count * k)]
  for (let i = 0; i < count; i += 1) {
    const away = (j: number): number => 1 - values.subarray(i * dimensions, (i + 1) * dimensions).reduce((sum, value, d) => sum + value * (values[j * dimensions + d] ?? 0), 0)
    const near = [...Array(count).keys()].filter((j) => j !== i).sort((a, b) => away(a) - away(b)).slice(0, k)
    near.forEach((j, n) => { [indices[i * k + n], distances[i * k + n]] = [j, away(j)] })
  }
  return { k, indices, distances }
}
const label = (i: number): number => i % groups

test('features of length 1 and no dimension that outweighs the others', () => {
  const { values, count } = clustered(30)
  for (let i = 0; i < count; i += 1) expect(Math.hypot(...values.subarray(i * dimensions, (i + 1) * dimensions))).toBeCloseTo(1, 5)
})

test('a map keeps groups apart, in [0,1], and is the same each time', async () => {
  const features = clustered(150)
  const graph = graphOf(features, 6)
  const places = await layOut(features, graph, () => Promise.resolve(true))
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...places)).toBeLessThanOrEqual(1)
  const away = (i: number, j: number): number => Math.hypot((places[2 * i] ?? 0) - (places[2 * j] ?? 0), (places[2 * i + 1] ?? 0) - (places[2 * j + 1] ?? 0))
  let alike = 0
  for (let i = 0; i < features.count; i += 1) {
    const nearest = [...Array(features.count).keys()].filter((j) => j !== i).sort((a, b) => away(i, a) - away(i, b))[0] ?? 0
    if (label(nearest) === label(i)) alike += 1
  }
  expect(alike / features.count).toBeGreaterThan(0.95)
  expect(await layOut(features, graph, () => Promise.resolve(true))).toEqual(places)
  await expect(layOut(features, graph, () => Promise.resolve(false))).rejects.toMatchObject({ code: 'cancelled' })
})

test('a picture among another class is farther from the centre of its own, and its neighbours say which it is of', async () => {
  const features = clustered(60)
  const labels = Int32Array.from({ length: 60 }, (_, i) => (i === 0 ? 1 : i === 1 ? -1 : label(i)))
  const distances = await centreDistances(features, labels, groups)
  expect(distances[0]).toBe(Math.max(...[...distances].filter((one) => !Number.isNaN(one))))
  expect(distances[1]).toBeNaN()
  const shares = votes(graphOf(features, 5), labels, groups)
  expect(shares[0 * groups + label(0)]).toBeGreaterThan(0.9)
  expect(shares[1 * groups + label(1)]).toBeGreaterThan(0.9)
})

test('ranks are shares of the others, equal ones by place', () => {
  expect([...ranks(Float32Array.of(3, 1, 2, 1, 9))]).toEqual([0.75, 0, 0.5, 0.25, 1])
  expect([...ranks(Float32Array.of(7))]).toEqual([0])
})
