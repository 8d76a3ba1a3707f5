import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { othersOf, targetsInTurn } from '../../../src/training/pairing.ts'

describe('pictures that become of other classes', () => {
  it.each([[[0, 1, 0, 1, 0, 1, 0, 1]], [[0, 0, 1, 1, 2, 2, 2]], [[0, 1, 2, 3, 4]]])('come each once, for %j, and never from the class itself', (labels) => {
    const rng = Rng.fromSeed(1)
    for (let turn = 0; turn < 50; turn++) {
      const found = [...othersOf(labels, rng)]
      found.forEach((other, i) => expect(labels[other]).not.toBe(labels[i]))
    }
  })

  it('come each once where no class has more than half', () => {
    expect([...othersOf([0, 1, 0, 1, 2, 2], Rng.fromSeed(3))].toSorted()).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('come from every other class', () => {
    const labels = [0, 1, 2, 0, 1, 2]
    const rng = Rng.fromSeed(5)
    const seen = new Set(Array.from({ length: 40 }, () => labels[othersOf(labels, rng)[0] ?? 0]))
    expect(seen).toEqual(new Set([1, 2]))
  })

  it('come more than once from a rare class, and from itself where there is but one', () => {
    const most = [...othersOf([0, 0, 0, 0, 0, 1], Rng.fromSeed(2))]
    expect(most.slice(0, 5)).toEqual([5, 5, 5, 5, 5])
    expect([...othersOf([1, 1, 1], Rng.fromSeed(2))].every((other) => other >= 0 && other < 3)).toBe(true)
  })
})

it('asks for the other classes in turn', () => {
  expect([...targetsInTurn([0, 0, 0, 1, 1], 3)]).toEqual([1, 2, 1, 2, 0])
  expect([...targetsInTurn([0, 1, 0], 2)]).toEqual([1, 0, 1])
})
