/** Given pictures are found again in latent space, also with a hole in them, which is then filled without a seam. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { square } from '../../src/contract/data.ts'
import type { InvertJob, PackedSet } from '../../src/contract/engine-jobs.ts'
import { classesOfEncoder } from '../../src/engine/architecture.ts'
import { partsOf } from '../../src/engine/layout.ts'
import { PerceptualDistance } from '../../src/engine/pretrained/perceptual.ts'
import { tf } from '../../src/engine/tf.ts'
import { blended } from '../../src/training/blend.ts'
import { architectureOfHead, readCheckpoint } from '../../src/training/checkpoint.ts'
import { checkpointWithEncoder, encoderFile } from '../../src/training/encoder-file.ts'
import { generatePictures } from '../../src/training/generate.ts'
import { invertPictures } from '../../src/training/invert-job.ts'
import { savedTensors } from '../../src/training/saved-tensors.ts'
import { train } from '../../src/training/train.ts'
import { trainEncoder } from '../../src/training/train-encoder-job.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const bed = testBed()
let data: PackedSet
let [plain, encoding] = ['', '']
beforeAll(async () => {
  data = await packedSet(bed.folder)
  const trained = async (encoder: boolean): Promise<string> => {
    const host = new TestHost()
    const options = { ...smallOptions, encoder, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 } as const
    await train(trainJob((await temporaryFolder()).path, data, { options, totalImages: 1200 }), host, bed.backend)
    return host.lastCheckpoint
  }
  ;[plain, encoding] = [await trained(false), await trained(true)]
}, 120_000)

const side = 16
const each = side * side * 3
async function inverted(checkpoint: string, pixels: Uint8Array, change: Partial<InvertJob> = {}, host = new TestHost()): Promise<TestHost> {
  const count = Math.floor(pixels.length / each)
  await invertPictures({ kind: 'invert', engine: 'cpu', checkpoint, pixels, masks: null, classIndices: new Array<null>(count).fill(null), steps: 20, start: 'auto', ...change }, host, 'test')
  return host
}
async function made(checkpoint: string, count = 2): Promise<Uint8Array> {
  const host = new TestHost()
  await generatePictures({ kind: 'generate', engine: 'cpu', checkpoint, truncation: 1, items: Array.from({ length: count }, (_, seed) => ({ seed, classIndex: seed % 2 })) }, host, 'test')
  return host.of('pictures')[0]?.pixels ?? new Uint8Array()
}
const mean = (values: Float32Array = new Float32Array()): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('an inversion', () => {
  it('comes nearer to pictures of the generator step by step, and finds their class', async () => {
    const looks = (await inverted(plain, await made(plain), { steps: 60 })).of('inverted')
    expect(looks.map(({ step }) => step)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60])
    expect(looks.at(-1)?.last).toBe(true)
    expect(mean(looks.at(-1)?.distances)).toBeLessThan(0.5 * mean(looks[0]?.distances))
    const [a = 0, b = 0, c = 0, d = 0] = looks.at(-1)?.mixes ?? []
    expect([a > b, d > c]).toEqual([true, true])
    expect(a + b).toBeCloseTo(1, 5)
  }, 60_000)

  it('begins nearer by the encoder than by the mean latent', async () => {
    const pixels = new Uint8Array((await readFile(data.path)).subarray(0, 8 * each))
    const first = async (start: InvertJob['start']): Promise<number> => mean((await inverted(encoding, pixels, { steps: 0, start })).of('inverted')[0]?.distances)
    expect(await first('auto')).toBeLessThan(0.8 * (await first('mean')))
  })

  it('begins in the class that the encoder reads', async () => {
    const pixels = new Uint8Array((await readFile(data.path)).subarray(0, 8 * each))
    const mixes = (await inverted(encoding, pixels, { steps: 0, start: 'encoder' })).of('inverted')[0]?.mixes ?? new Float32Array()
    expect(Array.from({ length: 8 }, (_, i) => ((mixes[2 * i] ?? 0) > 0.5 ? 0 : 1))).toEqual([...data.labels.subarray(0, 8)])
  })

  it('tries every class where an encoder of an earlier version reads none', async () => {
    const file = join(import.meta.dirname, '..', 'fixtures', 'checkpoints', '0.1.0', 'encoder.safetensors')
    const { values, classNames } = await readCheckpoint(file)
    const ofClasses = partsOf(architectureOfHead(await readCheckpoint(file)).layoutE, values.E).get(classesOfEncoder)
    expect(ofClasses?.length).toBeGreaterThan(0)
    expect(ofClasses?.some((value) => value !== 0)).toBe(false)
    const mixes = (await inverted(file, new Uint8Array(side * side).fill(90), { steps: 0, start: 'encoder', classIndices: [null] })).of('inverted')[0]?.mixes ?? []
    expect(mixes).toHaveLength(classNames.length)
    expect(Math.max(...mixes)).toBeGreaterThan(0.9)
  })

  it('goes by what the mask leaves', async () => {
    const [picture] = [(await made(plain)).slice(0, each)]
    const masks = new Uint8Array(side * side).fill(255, 0, (side * side) / 2)
    const broken = picture.map((byte, i) => (masks[Math.floor(i / 3)] === 0 ? 255 - byte : byte))
    const [whole, masked] = [await inverted(plain, picture, { masks }), await inverted(plain, broken, { masks })].map((host) => host.of('inverted').at(-1)?.latents)
    expect(masked).toEqual(whole)
  }, 60_000)

  it('ends early where it is told to, with what was reached', async () => {
    const host = new TestHost({ stopAfterSteps: 4 })
    await inverted(plain, await made(plain), {}, host)
    expect(host.of('inverted').at(-1)).toMatchObject({ last: true, step: 3 })
    expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'stopped' })
  })

  it('says what it lacks', async () => {
    await expect(inverted(plain, await made(plain), { start: 'encoder' })).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/has no encoder/) as string })
    await expect(inverted(plain, new Uint8Array(5), { classIndices: [null] })).rejects.toMatchObject({ code: 'bad-input' })
  })
})

it('a picture looks like itself, less so when blurred, and least like another', async () => {
  const look = new PerceptualDistance(square(32))
  const stripes = tf.tidy(() => tf.tile(tf.reshape(tf.tensor1d(Float32Array.from({ length: 32 }, (_, x) => (x % 8 < 4 ? 1 : -1))), [1, 1, 32, 1]), [1, 32, 1, 3]) as tf.Tensor4D)
  const soft = tf.tidy(() => tf.mul(stripes, 0.6) as tf.Tensor4D)
  const other = tf.tidy(() => tf.transpose(stripes, [0, 2, 1, 3]) as tf.Tensor4D)
  const distance = async (to: tf.Tensor4D): Promise<number> => (await tf.tidy(() => look.between(look.features(stripes), look.features(to))).data())[0] ?? -1
  const [same, near, far] = [await distance(stripes), await distance(soft), await distance(other)]
  expect(same).toBe(0)
  expect(near).toBeGreaterThan(0)
  expect(far).toBeGreaterThan(near)
  tf.dispose([stripes, soft, other])
  look.dispose()
})

it('a filled hole meets the picture around it without a seam, with the gradients of what was made', () => {
  const size = 12
  const known = new Uint8Array(size * size).fill(100)
  const mask = new Uint8Array(size * size).fill(255)
  for (let y = 4; y < 8; y++) for (let x = 4; x < 8; x++) mask[y * size + x] = 0
  // Brighter by 80 all over, and a spot on it: the offset is a seam, the spot is content.
  const made = new Uint8Array(size * size).fill(180)
  made[5 * size + 5] = 220
  const out = blended(known, made, mask, { size: square(size), channels: 1 })
  expect([...out].filter((_, at) => mask[at] === 255).every((byte) => byte === 100)).toBe(true)
  expect(Math.abs((out[6 * size + 7] ?? 0) - 100)).toBeLessThanOrEqual(2)
  expect((out[5 * size + 5] ?? 0) - 100).toBeGreaterThan(30)
})

it('an encoder trained later guesses nearer than the mean latent, and leaves the checkpoint as it was', async () => {
  const before = await readFile(plain)
  const pixels = new Uint8Array((await readFile(data.path)).subarray(0, 8 * each))
  const first = async (start: InvertJob['start']): Promise<number> => mean((await inverted(plain, pixels, { steps: 0, start })).of('inverted')[0]?.distances)
  await trainEncoder({ kind: 'train-encoder', engine: 'cpu', checkpoint: plain, data, totalMs: 10_000 }, new TestHost(), 'test')
  expect(await first('encoder')).toBeLessThan(await first('mean'))
  expect(await readFile(plain)).toEqual(before)
  // It leaves as the encoder of a run that was trained with one does.
  const checkpoint = await readCheckpoint(plain)
  const whole = await checkpointWithEncoder(checkpoint, plain)
  const { layoutE } = architectureOfHead(whole)
  expect([checkpoint.options.encoder, whole.options.encoder]).toEqual([false, true])
  for (const { name } of layoutE.specs.filter(({ name }) => name.endsWith('kernel'))) expect((savedTensors(whole).get(name)?.data as Float32Array).some((value) => value !== 0), name).toBe(true)
  await writeFile(encoderFile(plain), 'broken')
  await expect(inverted(plain, pixels)).rejects.toMatchObject({ code: 'corrupt' })
  await rm(encoderFile(plain))
}, 60_000)
