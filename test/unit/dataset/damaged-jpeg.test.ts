/** libjpeg decodes what it can of a damaged file and warns: what lost pixels is left out, what merely looks odd is taken. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { inspect } from '../../../src/dataset/decode.ts'

const random = Rng.fromSeed(3)
/** Not noise itself: its codes are so even that nearly any bytes are some. */
const whole = async (side: number, progressive = false): Promise<Buffer> =>
  await sharp(Buffer.from(Uint8Array.from({ length: side * side * 3 }, () => random.integer(256))), { raw: { width: side, height: side, channels: 3 } }).blur(1.5).jpeg({ progressive }).toBuffer()
const end = Buffer.from([0xff, 0xd9])

describe('a JPEG', () => {
  it.each([[40, false], [40, true], [200, false], [200, true]] as const)('of %i pixels (progressive: %s) is damaged where a stretch of it is zeros, as a bad sector leaves it', async (side, progressive) => {
    for (let n = 0; n < 6; n += 1) {
      const file = await whole(side, progressive)
      const at = Math.floor(file.length / 3) + random.integer(Math.floor(file.length / 3))
      file.fill(0, at, at + 256)
      await expect(inspect(file)).rejects.toMatchObject({ kind: 'broken', message: expect.stringMatching(/damaged|cut off/) as string })
    }
  })

  it('is taken with padding before its end, between its segments and after its end', async () => {
    const file = await whole(40)
    const body = file.subarray(0, -2)
    const padding = Buffer.alloc(40)
    const tables = file.indexOf(Buffer.from([0xff, 0xdb]))
    for (const odd of [Buffer.concat([body, padding, end]), Buffer.concat([file, padding]), Buffer.concat([file.subarray(0, tables), padding, file.subarray(tables)])])
      expect(await inspect(odd)).toMatchObject({ width: 40, height: 40 })
  })

  it('is taken, whatever its tables say: nothing in the format tells which would be right', async () => {
    const file = await whole(40)
    const table = file.indexOf(Buffer.from([0xff, 0xdb])) + 5
    file[table] = (file[table] ?? 0) ^ 1
    expect(await inspect(file)).toMatchObject({ width: 40, height: 40 })
  })
})
