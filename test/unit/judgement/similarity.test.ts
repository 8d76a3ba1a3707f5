import { describe, expect, it } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { Rng } from '../../../src/base/rng.ts'
import { psnrOf, similarityOf, ssimOf } from '../../../src/judgement/similarity.ts'

const size = 16
const noise = (seed: number): Float64Array => {
  const rng = Rng.fromSeed(seed)
  return Float64Array.from({ length: size * size }, () => Math.floor(rng.uniform() * 256))
}

/** Wang's formula as it is written: each window by itself. */
function bySum(a: Float64Array, b: Float64Array): number {
  const weights = Array.from({ length: 121 }, (_, i) => Math.exp(-((Math.floor(i / 11) - 5) ** 2 + ((i % 11) - 5) ** 2) / (2 * 1.5 ** 2)))
  const all = weights.reduce((sum, one) => sum + one, 0)
  let total = 0
  for (let y = 0; y <= size - 11; y++)
    for (let x = 0; x <= size - 11; x++) {
      const at = (values: Float64Array, i: number): number => values[(y + Math.floor(i / 11)) * size + x + (i % 11)] ?? 0
      const mean = (of: (i: number) => number): number => weights.reduce((sum, one, i) => sum + (one / all) * of(i), 0)
      const [ma, mb] = [mean((i) => at(a, i)), mean((i) => at(b, i))]
      const [va, vb, ab] = [mean((i) => (at(a, i) - ma) ** 2), mean((i) => (at(b, i) - mb) ** 2), mean((i) => (at(a, i) - ma) * (at(b, i) - mb))]
      total += ((2 * ma * mb + 6.5025) * (2 * ab + 58.5225)) / ((ma ** 2 + mb ** 2 + 6.5025) * (va + vb + 58.5225))
    }
  return total / (size - 10) ** 2
}

describe('similarity', () => {
  it('is structural similarity as Wang et al. wrote it', () => {
    const a = noise(1)
    const near = a.map((value, i) => Math.min(255, value + (i % 7)))
    expect(ssimOf(a, near, square(size))).toBeCloseTo(bySum(a, near), 10)
    expect(ssimOf(a, noise(2), square(size))).toBeCloseTo(bySum(a, noise(2)), 10)
    expect(ssimOf(a, a, square(size))).toBe(1)
  })

  it('counts noise in decibels of the peak', () => {
    const a = new Float64Array(100).fill(100)
    expect(psnrOf(a, a.map((value) => value + 5))).toBeCloseTo(10 * Math.log10(255 ** 2 / 25), 10)
    expect(psnrOf(a, a)).toBe(88)
  })

  it('looks at luminance: a change of blue counts least', async () => {
    const original = { pixels: new Uint8Array(size * size * 3).fill(100), count: 1, size: square(size), channels: 3 as const }
    const changed = (channel: number) => ({ ...original, pixels: original.pixels.map((value, i) => (i % 3 === channel ? value + 20 : value)) })
    expect((await similarityOf(changed(2), original)).psnr).toBeGreaterThan((await similarityOf(changed(0), original)).psnr)
    expect((await similarityOf(changed(0), original)).psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / (0.299 * 20) ** 2), 6)
  })
})
