/** The page that generates: kept as it is built, and whatever a model is called, no more than a page. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { buildPlayer, playerFile } from '../../../build/player.ts'
import { Rng } from '../../../src/base/rng.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { initialValues, partsOf } from '../../../src/engine/layout.ts'
import { encodePage, packGenerator, packingError, type PageDetails } from '../../../src/export/models/page.ts'
import type { SavedModel } from '../../../src/export/models/saved-model.ts'
import { halfBits, halfValue, pack, unpack } from '../../../src/engine/lowered/quantise.ts'
import { fromHash, asHash, type Point } from '../../../src/player/point.ts'

const options = { ...defaultOptions, resolution: 16, width: 8, latentSize: 8 } as const
function model(runName: string): SavedModel {
  const { layoutG } = architectureOf(options, 2, 3)
  const parts = partsOf(layoutG, initialValues(layoutG, Rng.fromSeed(3)))
  const tensors = new Map(layoutG.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) as Float32Array }]))
  return { config: { runName, resolution: 16, latentSize: 8, channels: 3, classNames: ['</script><b>', 'b'], palette: null, imagesSeen: 1, options }, tensors }
}

it('is kept as it is built (node build/player.ts builds it anew)', async () => {
  expect(readFileSync(playerFile, 'utf8')).toBe(await buildPlayer())
})

it('lets no name end the element that it lies in', () => {
  const named = model('</script><script>alert(1)</script>')
  const details: Omit<PageDetails, 'player'> = { title: named.config.runName, licence: '<!--', card: '</pre>$&', about: { en: [{ kind: 'text', text: [{ given: '</script>' }] }], zh: [] }, config: JSON.stringify(named.config) }
  const page = encodePage(named, packGenerator(named, 'uint8'), { player: '<body><!--MODEL--></body>', ...details })
  expect(page.match(/<\/script/g)).toHaveLength(2)
  expect(page).not.toContain('alert(1)</script>')
  const [, json = ''] = /<script id="model"[^>]*>(.*?)<\/script>/s.exec(page) ?? []
  expect(JSON.parse(json)).toMatchObject({ ...details, classNames: ['</script><b>', 'b'] })
})

it('measures what fewer bytes cost', async () => {
  const whole = model('m')
  const { signal } = new AbortController()
  const errors = await Promise.all((['float32', 'float16', 'uint8'] as const).map((precision) => packingError(whole, packGenerator(whole, precision), signal)))
  expect(errors[0]).toEqual({ mean: 0, largest: 0 })
  expect(errors[1]?.largest).toBeLessThan(1)
  expect(errors[2]?.mean).toBeGreaterThan(errors[1]?.mean ?? 0)
  expect(errors[2]?.mean).toBeLessThan(8)
})

it('rounds to half precision as IEEE 754 says', () => {
  for (const [value, half] of [[0, 0], [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [1e9, 0x7bff], [2 ** -24, 1], [2 ** -25, 0], [2 ** -14, 0x0400], [0.1, 0x2e66], [2049, 0x6800], [2051, 0x6802]] as const) {
    expect(halfBits(value), String(value)).toBe(half)
    if (Math.abs(value) <= 65504 && value !== 2 ** -25) expect(Math.abs(halfValue(half) - value)).toBeLessThanOrEqual(Math.abs(value) / 1024)
  }
  const values = Rng.fromSeed(1).fillNormal(new Float32Array(3000))
  for (const precision of ['float16', 'uint8'] as const)
    unpack(pack(values, precision)).forEach((value, i) => expect(Math.abs(value - (values[i] ?? 0))).toBeLessThan(precision === 'float16' ? 0.002 : 0.02))
})

it('reads points from links, and nothing else', () => {
  const fallback: Point = { seed: 7, classIndex: 0, truncation: 1, along: [0, 0] }
  const point: Point = { seed: 4294967295, classIndex: 1, truncation: 0.7, along: [-1.5, 2] }
  expect(fromHash(asHash(point), fallback, 2)).toEqual(point)
  expect(fromHash('#seed=-1&class=9&truncation=NaN&along=99,x', fallback, 2)).toEqual(fallback)
})
