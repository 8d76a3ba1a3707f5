import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../src/transport/codec.ts'

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null), fc.uint8Array(),
  fc.constantFrom('\u0000', '\u0000bytes:0', '\u0000text:x', '__proto__'),
)
const message = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value')), fc.dictionary(fc.string().filter((key) => key !== '__proto__'), tie('value'), { noNullPrototype: true })),
})).value

const positiveZero = (value: unknown): unknown =>
  value === 0 ? 0 : Array.isArray(value) ? value.map(positiveZero)
  : value instanceof Uint8Array || typeof value !== 'object' || value === null ? value
  : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, positiveZero(item)]))

describe('codec', () => {
  it('gives back what was encoded', () => {
    fc.assert(fc.property(message, (value) => {
      expect(decode(encode(value))).toEqual(positiveZero(value))
    }))
  })

  it('is text without bytes and a frame with them', () => {
    expect(encode({ a: 1 })).toBe('{"a":1}')
    expect(encode({ a: Buffer.from('x') })).toBeInstanceOf(Uint8Array)
  })

  it('refuses frames that were cut or forged', () => {
    const frame = encode({ a: new Uint8Array(10) }) as Uint8Array
    for (let length = 0; length < frame.byteLength; length++) expect(() => decode(frame.subarray(0, length))).toThrow()
    expect(() => decode(new Uint8Array([255, 255, 255, 255, 1]))).toThrow()
    expect(() => decode('"\\u0000bytes:0"')).toThrow()
    expect(() => decode('"\\u0000other:0"')).toThrow()
    const many = new TextEncoder().encode(`{"sizes":[${new Array<number>(2000).fill(0).join()}],"message":1}`)
    expect(() => decode(Buffer.concat([new Uint8Array(Uint32Array.of(many.length).buffer), many]))).toThrow('not valid')
  })
})
