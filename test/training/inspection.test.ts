/** Nearest pictures, the discriminator's answers and the classifier, on a set of known make. */
import { readdir } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { square } from '../../src/contract/data.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import { tf } from '../../src/engine/tf.ts'
import { NearestPictures } from '../../src/judgement/memorisation.ts'
import { readPacked } from '../../src/judgement/packed-pictures.ts'
import { trainedClassifier } from '../../src/training/classifier.ts'
import { inspect } from '../../src/training/inspect-job.ts'
import { findNearest } from '../../src/training/nearest-job.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, TestHost, trainJob } from './helpers.ts'

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  data = await packedSet(bed.folder, { count: 300 })
})

/** Left to right mirrored. */
function mirrored({ size: { width }, channels }: PackedSet, pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(pixels.length)
  for (let i = 0; i < pixels.length; i += channels) {
    const x = (i / channels) % width
    out.set(pixels.subarray(i, i + channels), i + (width - 1 - 2 * x) * channels)
  }
  return out
}

test('a copy of a training picture is found, also mirrored; a new one is as far as others are', async () => {
  // Noise has no near neighbours by chance.
  const side = 16
  const noise = (seed: number): Uint8Array => Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.imul(i + 1, 2654435761 + 97 * seed) >>> 13) & 255)
  const trainPictures = { pixels: Buffer.concat(Array.from({ length: 40 }, (_, i) => noise(i))), count: 40, size: square(side), channels: 3 as const }
  const before = tf.memory().numTensors
  const nearest = await NearestPictures.of(trainPictures)
  const asked = Buffer.concat([noise(7), mirrored({ ...data, size: square(side) }, noise(9)), noise(1000)])
  const [copy, mirror, fresh] = await nearest.find({ pixels: asked, count: 3, size: square(side), channels: 3 })
  expect(copy).toMatchObject({ index: 7, mirrored: false })
  expect(copy?.ratio).toBeLessThan(0.01)
  expect(mirror).toMatchObject({ index: 9, mirrored: true })
  expect(mirror?.ratio).toBeLessThan(0.01)
  expect(fresh?.ratio).toBeGreaterThan(0.5)
  nearest.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('the job names pictures by their place in the packed set, training ones only', async () => {
  const parts = new Uint8Array(data.count).map((_, i) => (i < 250 ? 0 : 1))
  const host = new TestHost()
  const { pixels } = await readPacked(data, [3, 260])
  await findNearest({ kind: 'nearest', engine: bed.backend.id, data: { ...data, parts }, pixels, count: 2 }, host, 'test')
  const found = host.of('nearest')[0]?.found ?? []
  expect(found[0]?.ratio).toBeCloseTo(0, 3)
  expect(found.every(({ index }) => index < 250)).toBe(true)
})

test('a discriminator answers with probabilities, calibrated on held-out pictures', async () => {
  const parts = new Uint8Array(data.count).map((_, i) => (i % 5 === 0 ? 1 : 0))
  const host = new TestHost()
  await train(trainJob(bed.folder, { ...data, parts }, { engine: bed.backend.id, totalImages: 400, options: smallOptions }), host, bed.backend)
  const before = tf.memory().numTensors
  const { pixels } = await readPacked(data, [0, 1])
  const noise = Uint8Array.from({ length: pixels.length / 2 }, (_, i) => (i * 97) & 255)
  const ask = async (classIndex: number | null) => {
    const answers = new TestHost()
    await inspect({ kind: 'inspect', engine: bed.backend.id, checkpoint: host.lastCheckpoint, data: { ...data, parts }, pixels: Buffer.concat([pixels, noise]), count: 3, classIndex }, answers, 'test')
    return answers.of('inspected')[0]
  }
  const answer = await ask(null)
  expect(answer?.calibration).toMatchObject({ part: 'validation', count: 60 })
  expect(answer?.pictures).toHaveLength(3)
  for (const { probability, classIndex } of answer?.pictures ?? []) {
    expect(probability).toBeGreaterThanOrEqual(0)
    expect(probability).toBeLessThanOrEqual(1)
    expect([0, 1]).toContain(classIndex)
  }
  const asRed = await ask(0)
  expect(asRed?.pictures.every(({ classIndex }) => classIndex === 0)).toBe(true)
  // Whichever class fits best is at least as good as the one.
  answer?.pictures.forEach(({ logit }, i) => expect(logit).toBeGreaterThanOrEqual(asRed?.pictures[i]?.logit ?? Infinity))
  expect(tf.memory().numTensors).toBe(before)
})

test('a classifier learns the classes, says how well, and is kept beside the pictures', async (context) => {
  if (bed.backend.id === 'cpu') context.skip('training it takes minutes on plain JavaScript')
  const before = tf.memory().numTensors
  const trained = await trainedClassifier(data, 2, () => true)
  expect(trained?.testAccuracy).toBeGreaterThan(0.95)
  expect(await trained?.classifier.accuracy(await readPacked(data, [0, 1, 2, 3]), [0, 1, 0, 1])).toBe(1)
  expect(await trained?.classifier.accuracy(await readPacked(data, [0, 1]), [1, 0])).toBe(0)
  trained?.classifier.dispose()
  expect(tf.memory().numTensors).toBe(before)
  expect((await readdir(bed.folder)).some((name) => name.includes('classifier'))).toBe(true)
  let asked = 0
  const again = await trainedClassifier(data, 2, () => ++asked > 0)
  expect(asked).toBe(0)
  expect(again?.testAccuracy).toBe(trained?.testAccuracy)
  again?.classifier.dispose()
  // Too few pictures to learn from and to test on.
  expect(await trainedClassifier({ ...data, count: 50, labels: data.labels.slice(0, 50) }, 2, () => true)).toBeNull()
})
