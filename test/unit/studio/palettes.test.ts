import { describe, expect, it } from 'vitest'
import { pixelsOf, square } from '../../../src/contract/data.ts'
import { Palettes } from '../../../src/studio/palettes.ts'
import type { ResizedWanted } from '../../../src/studio/pictures-wanted.ts'

/** Pictures of so many greys, and how often one was asked for. */
function greys(colours: number, pictures = 300): { readonly palettes: Palettes; readonly asked: () => number } {
  let asked = 0
  const palettes = new Palettes({
    async *some({ count, size }) {
      for (let i = 0; i < Math.min(count, pictures); i++) {
        asked += 1
        yield Uint8Array.from({ length: pixelsOf(size) }, (_, at) => Math.floor(255 / (colours - 1)) * ((at + i) % colours))
      }
    },
  })
  return { palettes, asked: () => asked }
}
const wanted: ResizedWanted = { datasetId: 'set_1', classIds: undefined, revision: 1, size: square(16), fit: 'crop', channels: 1 }

describe('what the colours come to', () => {
  it('is a palette where there are few, and black and white where there are only those', async () => {
    const found = await greys(6).palettes.find(wanted, { output: 'auto', colours: 32 })
    expect(found).toEqual({ kind: 'palette', palette: [0, 51, 102, 153, 204, 255].map((grey) => [grey]), looked: 256 })
    expect(await greys(2, 10).palettes.find(wanted, { output: 'auto', colours: 32 })).toEqual({ kind: 'binary', palette: [[0], [255]], looked: 10 })
  })

  it('is any colour after the first picture that has too many', async () => {
    const { palettes, asked } = greys(200)
    expect(await palettes.find(wanted, { output: 'auto', colours: 32 })).toEqual({ kind: 'continuous', palette: [], looked: 1 })
    expect(asked()).toBe(1)
  })

  it('is remembered until pictures, size or options change, and not of an unknown revision', async () => {
    const { palettes, asked } = greys(6, 20)
    const find = (change: Partial<ResizedWanted>, colours = 32): Promise<unknown> => palettes.find({ ...wanted, ...change }, { output: 'auto', colours })
    await find({})
    await find({})
    expect(asked()).toBe(20)
    await find({ revision: 2 })
    await find({ size: square(32) })
    await find({}, 16)
    expect(asked()).toBe(80)
    await find({ revision: null })
    await find({ revision: null })
    expect(asked()).toBe(120)
    expect(await palettes.find(wanted, { output: 'binary', colours: 32 })).toMatchObject({ kind: 'binary', looked: 0 })
    expect(await palettes.find(wanted, { output: 'continuous', colours: 32 })).toMatchObject({ kind: 'continuous' })
    expect(asked()).toBe(120)
  })

  it('is asked again after it failed', async () => {
    let fail = true
    const palettes = new Palettes({
      async *some() {
        if (fail) throw new Error('The disk is away.')
        yield new Uint8Array(256)
      },
    })
    await expect(palettes.find(wanted, { output: 'auto', colours: 32 })).rejects.toThrow('The disk is away.')
    fail = false
    expect(await palettes.find(wanted, { output: 'auto', colours: 32 })).toMatchObject({ kind: 'continuous', looked: 1 })
  })
})
