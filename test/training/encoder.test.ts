/** The encoder finds latents that rebuild pictures, and leaves the generator exactly as it is without one. */
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { families } from '../../src/engine/families/index.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { encode, generate } from '../../src/engine/networks.ts'
import { adam, correctedRate } from '../../src/engine/optimiser.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { encodePictures } from '../../src/training/encode-job.ts'
import { gradientE } from '../../src/training/encoder.ts'
import { oneHot } from '../../src/training/feed.ts'
import { newModel } from '../../src/training/model.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob, trainKeepingHalf } from './helpers.ts'

const options: TrainingOptions = { ...smallOptions, encoder: true, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 }
const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await packedSet(bed.folder)
})

async function run(change: Partial<TrainingOptions>, more: Parameters<typeof trainJob>[2] = {}): Promise<string> {
  const host = new TestHost()
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

const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.mean(tf.abs(tf.sub(a, b))).dataSync()[0] ?? NaN)

/** Adam on the encoder alone, of a generator as it begins: always the same pictures of known latents, and others as the real ones. */
/** What is called astray is of the same pictures and the latents of others of their class: as far as an encoder gets that does not look. */
function byHeart(steps: number): { readonly latents: number; readonly latentsAstray: number; readonly own: number; readonly astray: number } {
  const model = newModel(options, 2, 3)
  const { architecture, average, perceptual, state } = model
  if (perceptual === null) throw new Error('A model with an encoder asks how alike pictures look.')
  const [count, rng] = [8, Rng.fromSeed(5)]
  const normal = (): tf.Tensor2D => tf.tensor2d(rng.fillNormal(new Float32Array(count * options.latentSize)), [count, options.latentSize])
  const labels = oneHot(Array.from({ length: count }, (_, i) => i % 2), 2)
  const generator = named(architecture.layoutG, split(architecture.layoutG, average.flat))
  const [z, real] = [normal(), tf.tidy(() => generate(architecture, generator, normal(), labels))]
  for (let updates = 1; updates <= steps; updates++) {
    const gradient = tf.tidy(() => gradientE({ architecture, average, E: state.E, perceptual }, { real, z, labels }))
    const next = adam(state.E.flat, gradient, { m: state['adam.E.m'].flat, v: state['adam.E.v'].flat }, { step: tf.scalar(correctedRate(1e-3, 0.9, 0.99, updates)), beta1: 0.9, beta2: 0.99 })
    state.E.replace(next.values)
    state['adam.E.m'].replace(next.moments.m)
    state['adam.E.v'].replace(next.moments.v)
    gradient.dispose()
  }
  const found = tf.tidy(() => {
    const encoder = named(architecture.layoutE, split(architecture.layoutE, state.E.flat))
    const others = (x: tf.Tensor): tf.Tensor => tf.concat([tf.slice(x, [2]), tf.slice(x, [0], [2])])
    const ofFakes = encode(architecture, encoder, generate(architecture, generator, z, labels)).latents
    const rebuilt = generate(architecture, generator, encode(architecture, encoder, real).latents, labels)
    return { latents: distance(ofFakes, z), latentsAstray: distance(others(ofFakes), z), own: distance(rebuilt, real), astray: distance(others(rebuilt), real) }
  })
  model.dispose()
  return found
}

describe('an encoder', () => {
  it('learns the latents of generated pictures, and to rebuild real ones as none but their own latents do', () => {
    const { latents, latentsAstray, own, astray } = byHeart(300)
    expect(latents).toBeLessThan(0.8 * latentsAstray)
    expect(own).toBeLessThan(0.5 * astray)
  }, 300_000)

  it('knows the classes of pictures, and gives latents of about the size that the generator was trained on', async () => {
    const before = await rebuilding(await run({}, { totalImages: 4 }))
    const trained = await run({}, { totalImages: 1200 })
    const after = await rebuilding(trained)
    const untold = await rebuilding(trained, new Array<null>(data.count).fill(null))
    // As good as where the classes are told; a generator in the wrong class is as far off as one at the start.
    expect(untold.distance).toBeLessThan(1.1 * after.distance)
    expect(after.distance).toBeLessThan(0.5 * before.distance)
    expect(after.latents).toHaveLength(data.count * options.latentSize)
    const size = Math.sqrt(after.latents.reduce((sum, value) => sum + value * value, 0) / after.latents.length)
    expect(size).toBeGreaterThan(0.1)
    expect(size).toBeLessThan(3)
  }, 120_000)

  it('changes nothing of the other networks, and resumes exactly, moments included', async () => {
    const { host, half } = await trainKeepingHalf(trainJob((await temporaryFolder()).path, data, { options }), bed.backend)
    const [plain, encoding] = [await readCheckpoint(await run({ encoder: false })), await readCheckpoint(host.lastCheckpoint)]
    expect(plain.values.E).toHaveLength(0)
    expect(encoding.values.E.length).toBeGreaterThan(1000)
    expect(encoding.values.G).toEqual(plain.values.G)
    expect(encoding.values.D).toEqual(plain.values.D)

    const rest = await readCheckpoint(await run({}, { resumeFrom: half }))
    expect((await readCheckpoint(half)).values.E).not.toEqual(encoding.values.E)
    expect(rest.values).toEqual(encoding.values)
  })

  it.each(Object.keys(families) as TrainingOptions['network'][])('has the shape of the discriminator of %s', async (network) => {
    const { values } = await readCheckpoint(await run({ network }, { totalImages: 4 }))
    expect(values.E.length).toBeGreaterThan(1000)
    expect(values['adam.E.m'].some((value) => value !== 0)).toBe(true)
  })

  it('is asked for in vain where there is none', async () => {
    const checkpoint = await run({ encoder: false }, { totalImages: 4 })
    await expect(rebuilding(checkpoint)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/without an encoder/) as string })
  })
})
