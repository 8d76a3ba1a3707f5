import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/dataset/decode.ts'

const flat = (r: number, g: number, b: number, size = 300): Sharp => sharp({ create: { width: size, height: size, channels: 3, background: { r, g, b } } })
const noise = (sigma: number): Sharp => sharp({ create: { width: 300, height: 200, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma } } })

test('brightness, saturation and mean colour are those of the picture, large or small', async () => {
  for (const size of [40, 300]) {
    expect(await inspect(await flat(255, 0, 0, size).png().toBuffer())).toMatchObject({ brightness: expect.closeTo(0.2126, 3), saturation: 1, sharpness: 0, meanColour: 0xff0000 })
    expect(await inspect(await flat(255, 255, 255, size).png().toBuffer())).toMatchObject({ brightness: expect.closeTo(1, 5), saturation: 0, meanColour: 0xffffff })
  }
  expect(await inspect(await flat(60, 60, 60).toColourspace('b-w').png().toBuffer())).toMatchObject({ colour: 'grey', brightness: expect.closeTo(60 / 255, 3), meanColour: 0x3c3c3c })
})

test('transparent pictures are measured on white', async () => {
  const clear = await sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer()
  expect(await inspect(clear)).toMatchObject({ colour: 'transparent', brightness: expect.closeTo(1, 5) })
})

test('a blurred picture is less sharp than the same in focus, and one pixel is neither', async () => {
  const focused = await noise(40).png().toBuffer()
  const blurred = await sharp(focused).blur(4).png().toBuffer()
  expect((await inspect(focused)).sharpness).toBeGreaterThan(10 * (await inspect(blurred)).sharpness)
  expect((await inspect(await flat(9, 9, 9, 1).png().toBuffer())).sharpness).toBe(0)
})
