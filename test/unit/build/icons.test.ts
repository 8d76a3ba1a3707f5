import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { icns, ico } from '../../../build/icons.ts'

const square = (side: number): Promise<Buffer> => sharp({ create: { width: side, height: side, channels: 4, background: '#f0a63a' } }).png().toBuffer()

describe('icon files', () => {
  it('lists each picture of an ICO with its side, length and place', async () => {
    const [small, large] = [await square(16), await square(256)]
    const file = ico([[16, small], [256, large]])
    expect([file.readUInt16LE(0), file.readUInt16LE(2), file.readUInt16LE(4)]).toEqual([0, 1, 2])
    expect([file[6], file[6 + 16]]).toEqual([16, 0])
    for (const [index, png] of [small, large].entries()) {
      const [length, offset] = [file.readUInt32LE(6 + 16 * index + 8), file.readUInt32LE(6 + 16 * index + 12)]
      expect(file.subarray(offset, offset + length)).toEqual(png)
    }
  })

  it('gives an ICNS and each of its pictures their lengths', async () => {
    const png = await square(16)
    const file = icns([['icp4', png], ['ic11', png]])
    expect(file.subarray(0, 4).toString()).toBe('icns')
    expect(file.readUInt32BE(4)).toBe(file.length)
    const second = 8 + file.readUInt32BE(12)
    expect(file.subarray(second, second + 4).toString()).toBe('ic11')
    expect(file.subarray(second + 8)).toEqual(png)
  })
})
