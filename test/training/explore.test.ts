/** An open generator draws what it is asked, moves alike for alike steps, and makes the same bytes again. */
import { describe, expect, it } from 'vitest'
import { pictureSize } from '../../src/contract/data.ts'
import type { DrawRequest } from '../../src/contract/engine-jobs.ts'
import type { LatentPoint } from '../../src/contract/explorer.ts'
import { combined, framesOf, moved, pathAt, pointOf } from '../../src/contract/latents.ts'
import type { EngineMessage, ExplorerHost } from '../../src/contract/trainer.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { explore } from '../../src/training/explore-job.ts'
import { generatePictures } from '../../src/training/generate.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

class Asking extends TestHost implements ExplorerHost {
  readonly #requests: DrawRequest[]
  constructor(requests: readonly Omit<DrawRequest, 'number'>[]) {
    super()
    this.#requests = requests.map((request, number) => ({ ...request, number }))
  }
  nextRequest(): Promise<DrawRequest | null> {
    return Promise.resolve(this.#requests.shift() ?? null)
  }
}

const bed = testBed()

const { latentSize } = smallOptions
async function trained(change: Partial<TrainingOptions> = {}): Promise<string> {
  const host = new TestHost()
  const options = { ...smallOptions, ...change }
  const data = await packedSet(bed.folder, { size: pictureSize(options) })
  await train(trainJob((await temporaryFolder()).path, data, { options }), host, bed.backend)
  return host.lastCheckpoint
}
async function asked(checkpoint: string, requests: readonly Omit<DrawRequest, 'number'>[]): Promise<Asking> {
  const host = new Asking(requests)
  await explore({ kind: 'explore', engine: 'cpu', checkpoint }, host, 'test')
  return host
}
const point = (seed: number, classIndex: number | null = 0): LatentPoint => pointOf(seed, latentSize, classIndex, 2)
const pixelsOf = (host: Asking): Uint8Array[] => host.of('drawn').map(({ pixels }) => Uint8Array.from(pixels))
const distance = (a: Uint8Array = new Uint8Array(), b?: Uint8Array): number => a.reduce((sum, byte, i) => sum + Math.abs(byte - (b?.[i] ?? 0)), 0)

describe('an explorer', () => {
  it('draws the pictures of seeds as generating does, in order, and knows ways to move', async () => {
    const checkpoint = await trained()
    const seeds = [3, 4, 5]
    const generated = new TestHost()
    await generatePictures({ kind: 'generate', engine: 'cpu', checkpoint, truncation: 0.8, items: seeds.map((seed) => ({ seed, classIndex: 1 })) }, generated, 'test')
    const points = seeds.map((seed) => point(seed, 1))
    const host = await asked(checkpoint, [{ points, truncation: 0.8, exact: true }, { points: points.slice(0, 1), truncation: 0.8, exact: false }])
    const [all, first] = pixelsOf(host)
    expect(Buffer.from(all ?? [])).toEqual(Buffer.from(generated.of('pictures')[0]?.pixels ?? []))
    expect(distance(first, all?.subarray(0, first?.length))).toBeLessThan(200)
    expect(host.messages.map((message: EngineMessage) => message.type)).toEqual(['ready', 'explorer', 'drawn', 'drawn', 'done'])
    const [opened] = host.of('explorer')
    expect(opened?.styles).toBe(false)
    expect(opened?.directions.length).toBeGreaterThan(5)
    for (const { latent } of opened?.directions.filter(({ of }) => of === 'pictures') ?? []) expect(Math.hypot(...latent)).toBeCloseTo(1, 5)
  })

  it('moves further along its first direction than along its last', async () => {
    const checkpoint = await trained()
    const { directions = [] } = (await asked(checkpoint, [])).of('explorer')[0] ?? {}
    const ways = directions.filter(({ of }) => of === 'pictures')
    const starts = [1, 2, 3, 4].map((seed) => point(seed))
    const by = (at: number): LatentPoint[] => starts.map((start) => moved(start, [ways.at(at) ?? ways[0] as never], [2]))
    const [before, first, last] = pixelsOf(await asked(checkpoint, [starts, by(0), by(-1)].map((points) => ({ points, truncation: 1, exact: true }))))
    expect(distance(before, first)).toBeGreaterThan(distance(before, last))
  })

  it('mixes classes, and takes the style of another picture where the networks can', async () => {
    const checkpoint = await trained({ network: 'fast', resolution: 32, width: 8 })
    const plain = point(1)
    const styled = { ...plain, style: [...point(2).latent] }
    const host = await asked(checkpoint, [plain, styled, { ...plain, style: [...plain.latent] }, { ...plain, mix: [0.5, 0.5] }, point(1, 1)].map((one) => ({ points: [one], truncation: 1, exact: true })))
    const [own, other, same, half, second] = pixelsOf(host)
    expect(host.of('explorer')[0]?.styles).toBe(true)
    expect(distance(own, other)).toBeGreaterThan(0)
    expect(distance(own, same)).toBe(0)
    expect(distance(own, half)).toBeLessThan(distance(own, second))
  }, 60_000)

  it('refuses a point of other networks', async () => {
    await expect(asked(await trained(), [{ points: [{ latent: [1], mix: [1, 0], style: null }], truncation: 1, exact: false }])).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/takes latents of 16 numbers/) as string })
  })
})

describe('latent arithmetic', () => {
  it('gives a for a - b + b, and keeps the distance from the mean', () => {
    const [a, b, c] = [point(1), point(2, 1), point(3, 1)]
    combined(a, b, b).latent.forEach((value, i) => expect(value).toBeCloseTo(a.latent[i] ?? 0, 5))
    expect(Math.hypot(...combined(a, b, c).latent)).toBeCloseTo(Math.hypot(...a.latent), 5)
    expect(combined(a, b, c).mix).toEqual([1, 0])
  })

  it('walks a path from key to key, and back where it loops', () => {
    const keys = [point(1), point(2, 1), point(3)].map((one, i) => ({ point: one, seconds: i + 1 }))
    const open = { keys, loop: false, spherical: true }
    expect(framesOf(open, 10)).toHaveLength(31)
    expect(framesOf({ ...open, loop: true }, 10)).toHaveLength(60)
    expect(pathAt(open, 1)?.latent).toEqual(keys[1]?.point.latent)
    expect(pathAt(open, 99)).toEqual(keys[2]?.point)
    expect(pathAt(open, 0.5)?.mix).toEqual([0.5, 0.5])
    // Half way on the sphere is as far out as the ends; half way on the line is nearer to the mean.
    const length = (spherical: boolean): number => Math.hypot(...(pathAt({ ...open, spherical }, 0.5)?.latent ?? []))
    expect(length(true)).toBeGreaterThan(length(false))
  })
})
