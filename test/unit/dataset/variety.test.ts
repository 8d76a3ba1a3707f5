import { describe, expect, it } from 'vitest'
import { variety } from '../../../src/dataset/variety.ts'

const flat = (value: number): Uint8Array => new Uint8Array(32 * 16 * 3).fill(value)
const of = (...pictures: readonly Uint8Array[]): number => variety(pictures, { width: 32, height: 16, channels: 3 })

describe('how different pictures are', () => {
  it('is none of one picture, and of pictures that are the same', () => {
    expect(of()).toBe(0)
    expect(of(flat(90))).toBe(0)
    expect(of(flat(90), flat(90))).toBeCloseTo(0)
  })
  it('is how far they are from their mean: 1 for black and white', () => {
    expect(of(flat(0), flat(255))).toBeCloseTo(1)
    expect(of(flat(100), flat(151))).toBeCloseTo(0.2)
  })
  it('does not see what differs in fine detail alone', () => {
    const board = (odd: number): Uint8Array => Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => ((Math.floor(i / 3) + Math.floor(i / 96) + odd) % 2) * 255)
    expect(of(board(0), board(1))).toBeCloseTo(0)
    const half = (left: boolean): Uint8Array => Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => ((Math.floor(i / 3) % 32 < 16) === left ? 255 : 0))
    expect(of(half(true), half(false))).toBeCloseTo(1)
  })
})
