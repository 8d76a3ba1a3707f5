/** The encoder finds latents that rebuild pictures, and leaves the generator exactly as it is without one. */
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { families } from '../../src/engine/families/index.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { encodePictures } from '../../src/training/encode-job.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const options: TrainingOptions = { ...smallOptions, encoder: true, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 }
const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await packedSet(bed.folder)
})

async function run(change: Partial<TrainingOptions>, more: Parameters<typeof trainJob>[2] = {}, stopAfterSteps = Infinity): Promise<string> {
  const host = new TestHost({ stopAfterSteps })
  await train(trainJob((await temporaryFolder()).path, data, { options: { ...options, ...change }, ...more }), host, bed.backend)
  return host.lastCheckpoint
}
/** Mean absolute difference of pictures and what is made of their latents, in bytes. */
async function rebuilding(checkpoint: string, classIndices: readonly (number | null)[] = [...data.labels]): Promise<{ readonly distance: number; readonly latents: number[] }> {
  const pixels = new Uint8Array(await readFile(data.path))
  const host = new TestHost()
  await encodePictures({ kind: 'encode', engine: 'cpu', checkpoint, pixels, classIndices }, host, 'test')
  expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'reached' })
  const rebuilt = host.of('pictures').flatMap((message) => [...message.pixels])
  return { distance: rebuilt.reduce((sum, byte, i) => sum + Math.abs(byte - (pixels[i] ?? 0)), 0) / pixels.length, latents: host.of('latents').flatMap(({ latents }) => [...latents]) }
}

describe('an encoder', () => {
  it('learns to rebuild pictures, with latents of about the size the generator was trained on', async () => {
    const before = await rebuilding(await run({}, { totalImages: 4 }))
    const trained = await run({}, { totalImages: 1200 })
    const after = await rebuilding(trained)
    expect(after.distance).toBeLessThan(0.5 * before.distance)
    const untold = await rebuilding(trained, new Array<null>(data.count).fill(null))
    expect(untold.distance).toBeLessThan(0.5 * before.distance)
    expect(after.latents).toHaveLength(data.count * options.latentSize)
    const size = Math.sqrt(after.latents.reduce((sum, value) => sum + value * value, 0) / after.latents.length)
    expect(size).toBeGreaterThan(0.1)
    expect(size).toBeLessThan(3)
  }, 120_000)

  it('changes nothing of the other networks', async () => {
    const [plain, encoding] = [await readCheckpoint(await run({ encoder: false })), await readCheckpoint(await run({}))]
    expect(plain.values.E).toHaveLength(0)
    expect(encoding.values.E.length).toBeGreaterThan(1000)
    expect(encoding.values.G).toEqual(plain.values.G)
    expect(encoding.values.D).toEqual(plain.values.D)
  })

  it('resumes exactly, moments included', async () => {
    const whole = await readCheckpoint(await run({}))
    const rest = await readCheckpoint(await run({}, { resumeFrom: await run({}, {}, 5) }))
    expect(rest.values).toEqual(whole.values)
  })

  it.each(Object.keys(families) as TrainingOptions['network'][])('has the shape of the discriminator of %s', async (network) => {
    const { values } = await readCheckpoint(await run({ network }, { totalImages: 8 }))
    expect(values.E.length).toBeGreaterThan(1000)
    expect(values['adam.E.m'].some((value) => value !== 0)).toBe(true)
  })

  it('is asked for in vain where there is none', async () => {
    const checkpoint = await run({ encoder: false }, { totalImages: 4 })
    await expect(rebuilding(checkpoint)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/without an encoder/) as string })
  })
})
