import { expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { insideOf } from '../../../renderer/state/lasso.ts'

const box = [0.2, 0.2, 0.8, 0.2, 0.8, 0.8, 0.2, 0.8]

test.each([['as drawn', box], ['the other way round', [0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8, 0.2]]])('what is inside of a box is inside: %s', (_how, path) => {
  const isInside = insideOf(path)
  expect([isInside(0.5, 0.5), isInside(0.21, 0.79), isInside(0.1, 0.5), isInside(0.5, 0.81), isInside(0.9, 0.9), isInside(Number.NaN, 0.5)]).toEqual([true, true, false, false, false, false])
})

test('a hollow is outside, and where a loop crosses itself the inside stays inside', () => {
  const hollow = insideOf([0, 0, 1, 0, 1, 1, 0.6, 1, 0.6, 0.4, 0.4, 0.4, 0.4, 1, 0, 1])
  expect([hollow(0.5, 0.2), hollow(0.5, 0.7), hollow(0.2, 0.7), hollow(0.8, 0.7)]).toEqual([true, false, true, true])
  const twice = insideOf([...box, ...box])
  expect(twice(0.5, 0.5)).toBe(true)
})

test.each([['nothing', []], ['a point', [0.5, 0.5]], ['a line', [0.1, 0.1, 0.9, 0.9]], ['a flat line', [0.1, 0.5, 0.9, 0.5, 0.5, 0.5]]])('%s holds nothing', (_what, path) => {
  const isInside = insideOf(path)
  expect([isInside(0.5, 0.5), isInside(0.1, 0.5)]).toEqual([false, false])
})

test('a circle of a thousand corners holds what its radius says, far zoomed in as well', () => {
  for (const scale of [1, 1e-4]) {
    const circle = Array.from({ length: 1000 }, (_, i) => [0.5 + 0.3 * scale * Math.cos((2 * Math.PI * i) / 1000), 0.5 + 0.3 * scale * Math.sin((2 * Math.PI * i) / 1000)]).flat()
    const isInside = insideOf(circle)
    const random = Rng.fromSeed(1, 'lasso')
    for (let i = 0; i < 5000; i += 1) {
      const [dx, dy] = [scale * (random.uniform() - 0.5), scale * (random.uniform() - 0.5)]
      const away = Math.hypot(dx, dy) / scale
      if (Math.abs(away - 0.3) > 0.001) expect(isInside(0.5 + dx, 0.5 + dy)).toBe(away < 0.3)
    }
  }
})
