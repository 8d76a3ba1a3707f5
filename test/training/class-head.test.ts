/** The classifier that a run learns before it begins, and what it says to the generator. */
import { expect, it } from 'vitest'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { generate } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { Projector } from '../../src/engine/projected.ts'
import { tf } from '../../src/engine/tf.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { headLoss } from '../../src/training/class-head.ts'
import { oneHot } from '../../src/training/feed.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob, trainKeepingHalf } from './helpers.ts'

const bed = testBed()

const options: TrainingOptions = { ...smallOptions, classHead: 2, learningRateG: 5e-3, batchSize: 8, emaKimg: 0.1, augment: 'none' }

/** The cross-entropy of the averaged generator's pictures of either class, as the head of `judged` sees them. */
async function crossEntropy(file: string, judged: string): Promise<number> {
  const { values, options: its } = await readCheckpoint(file)
  const { values: { head }, options: theirs } = await readCheckpoint(judged)
  const [architecture, withHead] = [architectureOf(its, 2, 3), architectureOf(theirs, 2, 3)]
  const projector = new Projector(architecture)
  const labels = oneHot(Array.from({ length: 32 }, (_, i) => i % 2), 2)
  const loss = tf.tidy(() => {
    const fake = generate(architecture, named(architecture.layoutG, split(architecture.layoutG, tf.tensor1d(values.average))), tf.randomNormal([32, 16], 0, 1, 'float32', 5) as tf.Tensor2D, labels)
    return headLoss(withHead, projector, tf.tensor1d(head), fake, labels, null)
  })
  const [found = NaN] = await loss.data()
  projector.dispose()
  return found
}

it('learns classes from real pictures, stays as it is, and draws what is made towards the class that was asked for', async () => {
  const data = await packedSet(bed.folder, { count: 80 })
  const host = new TestHost()
  const job = trainJob(bed.folder, data, { options, totalImages: 400, classNames: ['red', 'green'] })
  await train({ ...job, folder: bed.folder }, host, bed.backend)
  const [notice] = host.of('notice').filter(({ notice: { key } }) => key === 'notice.classHead')
  expect(notice?.notice.values).toEqual({ pictures: 72, percent: 100, held: 8 })

  const without = await temporaryFolder()
  const plain = new TestHost()
  await train(trainJob(without.path, data, { options: { ...options, classHead: 0 }, totalImages: 400 }), plain, bed.backend)
  expect((await readCheckpoint(plain.lastCheckpoint)).values.head).toHaveLength(0)
  expect(await crossEntropy(host.lastCheckpoint, host.lastCheckpoint)).toBeLessThan(0.7 * (await crossEntropy(plain.lastCheckpoint, host.lastCheckpoint)))
  await without.remove()
})

it('goes on with the head it had, to the same numbers', async () => {
  const data = await packedSet(bed.folder, { count: 80 })
  const [one, two] = [await temporaryFolder(), await temporaryFolder()]
  const { host: whole, half } = await trainKeepingHalf(trainJob(one.path, data, { options, totalImages: 64 }), bed.backend)
  const rest = new TestHost()
  await train(trainJob(two.path, data, { options, totalImages: 64, resumeFrom: half }), rest, bed.backend)
  expect(rest.of('notice').filter(({ notice: { key } }) => key === 'notice.classHead')).toEqual([])
  const [expected, found] = [await readCheckpoint(whole.lastCheckpoint), await readCheckpoint(rest.lastCheckpoint)]
  expect(found.values.head.length).toBeGreaterThan(1000)
  expect(found.values.head).toEqual(expected.values.head)
  expect(found.values.average).toEqual(expected.values.average)
  await one.remove()
  await two.remove()
})

it('says what it needs', async () => {
  const data = await packedSet(bed.folder, { count: 12 })
  await expect(train(trainJob(bed.folder, data, { options }), new TestHost(), bed.backend)).rejects.toThrow('Option classHead: a classifier needs at least 20 pictures with a class, of two classes or more; found 12.')
})
