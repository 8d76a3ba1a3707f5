import { expect, it } from 'vitest'
import { mirror } from '../../../src/training/batches.ts'

it.each([[8, 3], [12, 3], [6, 3], [8, 1], [5, 4]])('pictures %i wide of %i channels are turned left to right', (width, channels) => {
  const [height, line] = [3, width * channels]
  const bytes = Uint8Array.from({ length: height * line }, (_, i) => (i * 37 + 11) % 256)
  const expected = bytes.map((_, i) => bytes[Math.floor(i / line) * line + (width - 1 - Math.floor((i % line) / channels)) * channels + (i % channels)] ?? 0)
  // Where it lies in memory makes no difference.
  for (const offset of [0, 1]) {
    const from = new Uint8Array(bytes.length + offset).subarray(offset)
    const to = new Uint8Array(bytes.length + 4).subarray(4)
    from.set(bytes)
    mirror(from, to, width, channels)
    expect(to).toEqual(expected)
  }
})
