import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../src/base/errors.ts'
import { decodeSafetensors, encodeSafetensors, type HostTensor } from '../../../src/engine/safetensors.ts'

const joined = (chunks: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks))
const sample: [string, HostTensor][] = [
  ['a.kernel', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) }],
  ['标签', { shape: [2], data: Int32Array.of(-1, 7) }],
  ['__proto__', { shape: [1], data: Float32Array.of(4) }],
  ['bytes', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
]

describe('safetensors', () => {
  it('comes back as it went', () => {
    const { tensors, metadata } = decodeSafetensors(joined(encodeSafetensors(sample, { note: 'naïve "quotes"' })), 'x')
    expect([...tensors]).toEqual(sample)
    expect(metadata['note']).toBe('naïve "quotes"')
  })

  it('round-trips any tensors', () => {
    const floats = fc.float32Array({ maxLength: 40 }).map((data): HostTensor => ({ shape: [data.length], data }))
    fc.assert(fc.property(fc.dictionary(fc.string().filter((name) => name !== '__metadata__'), floats), (tensors) => {
      const decoded = decodeSafetensors(joined(encodeSafetensors(Object.entries(tensors), {})), 'x')
      expect(decoded.tensors.size).toBe(Object.keys(tensors).length)
      for (const [name, { data }] of Object.entries(tensors)) expect(decoded.tensors.get(name)?.data).toEqual(data)
    }))
  })

  it('refuses damaged files with a StudioError and nothing else', () => {
    const bytes = joined(encodeSafetensors(sample, { k: 'v' }))
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255), cut: fc.option(fc.nat(bytes.length), { nil: null }) })
    fc.assert(fc.property(change, ({ at, value, cut }) => {
      const copy = bytes.slice(0, cut ?? bytes.length)
      if (at < copy.length) copy[at] = value
      try {
        decodeSafetensors(copy, 'x')
      } catch (error) {
        expect(error).toBeInstanceOf(StudioError)
      }
    }), { numRuns: 2000 })
  })

  it('survives arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decodeSafetensors(bytes, 'x')).toThrow(StudioError)
    }))
  })

  const file = (header: unknown, dataBytes: number): Uint8Array => {
    const text = new TextEncoder().encode(JSON.stringify(header))
    const bytes = new Uint8Array(8 + text.length + dataBytes)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
    bytes.set(text, 8)
    return bytes
  }
  const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets })
  const hostile: readonly [string, unknown, number, RegExp][] = [
    ['overlapping tensors', { a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, 12, /starts at byte 4/],
    ['a hole between tensors', { a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12, /starts at byte 8/],
    ['data nobody names', { a: entry([1], [0, 4]) }, 12, /hold 4 bytes/],
    ['a shape that does not fit', { a: entry([3], [0, 4]) }, 4, /needs 12 bytes/],
    ['a shape of astronomic size', { a: entry([2 ** 40, 2 ** 40], [0, 4]) }, 4, /needs/],
    ['a place outside the file', { a: entry([4], [0, 16]) }, 4, /outside the file/],
    ['a type we do not know', { a: entry([1], [0, 4], 'F64') }, 4, /type "F64"/],
    ['negative places', { a: entry([1], [-4, 0]) }, 0, /no valid place/],
    ['metadata that is not text', { __metadata__: { a: 1 } }, 0, /not a text/],
    ['a list for a header', [], 0, /not an object/],
  ]
  it.each(hostile)('refuses %s', (_, header, dataBytes, words) => {
    expect(() => decodeSafetensors(file(header, dataBytes), 'x.safetensors')).toThrow(words)
  })

  it('refuses a header longer than any could be', () => {
    const bytes = new Uint8Array(16)
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 62n, true)
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(/claims/)
  })
})
