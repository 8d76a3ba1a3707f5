/** Colours are smoothed and light is not, on every engine alike. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { softColour } from '../../src/engine/soft-colour.ts'
import { tf } from '../../src/engine/tf.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => { backend = await openTestBackend() })
afterAll(async () => backend.close())

const [height, width] = [4, 6]
const soften = (values: Float32Array, channels: number): Float32Array =>
  tf.tidy(() => softColour(tf.tensor4d(values, [1, height, width, channels])).dataSync() as Float32Array)
const at = (values: Float32Array, channels: number, y: number, x: number): number[] => [...values.subarray((y * width + x) * channels, (y * width + x) * channels + channels)]
const light = ([red = 0, green = 0, blue = 0]: readonly number[]): number => 0.299 * red + 0.587 * green + 0.114 * blue

describe('colour at half its detail', () => {
  it.for([3, 4])('of %i channels keeps light and transparency in every pixel', (channels) => {
    const x = Rng.fromSeed(1).fillNormal(new Float32Array(height * width * channels))
    const y = soften(x, channels)
    for (let i = 0; i < height * width; i++) {
      const [before, after] = [x, y].map((values) => [...values.subarray(i * channels, (i + 1) * channels)])
      expect(light(after ?? [])).toBeCloseTo(light(before ?? []), 5)
      if (channels === 4) expect(after?.[3]).toBeCloseTo(before?.[3] ?? NaN, 6)
    }
  })

  it('leaves one colour as it is, to the edges', () => {
    const x = Float32Array.from({ length: height * width * 3 }, (_, i) => [0.9, -0.2, 0.4][i % 3] ?? 0)
    soften(x, 3).forEach((value, i) => expect(value).toBeCloseTo(x[i] ?? NaN, 6))
  })

  it('spreads the colour of a speck over its neighbours by [1,2,1]/4 both ways', () => {
    const speck = [0.7, -0.1, 0.3]
    const x = new Float32Array(height * width * 3)
    x.set(speck, (1 * width + 2) * 3)
    const colour = speck.map((value) => value - light(speck))
    const y = soften(x, 3)
    at(y, 3, 1, 2).forEach((value, c) => expect(value).toBeCloseTo(light(speck) + (colour[c] ?? 0) / 4, 5))
    at(y, 3, 1, 3).forEach((value, c) => expect(value).toBeCloseTo((colour[c] ?? 0) / 8, 5))
    at(y, 3, 2, 3).forEach((value, c) => expect(value).toBeCloseTo((colour[c] ?? 0) / 16, 5))
    expect(at(y, 3, 3, 2)).toEqual([0, 0, 0])
    // Above the speck is the edge, which repeats.
    at(y, 3, 0, 2).forEach((value, c) => expect(value).toBeCloseTo((colour[c] ?? 0) / 8, 5))
  })
})
