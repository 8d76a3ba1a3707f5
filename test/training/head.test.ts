/** A classifier on kept features: what it learns, what it says of itself, and that it can be stopped. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { partCodes, type HeadJob } from '../../src/contract/engine-jobs.ts'
import { rawHeadLogits, rawHeadParameters } from '../../src/engine/class-head.ts'
import { layoutOf } from '../../src/engine/layout.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { headPart, outcomesOf } from '../../src/studio/head-report.ts'
import { trainHead } from '../../src/training/look/head-job.ts'
import { testBed } from './bed.ts'
import { TestHost } from './helpers.ts'

const dimensions = 16
const classes = 3
const count = 420
/** The last ones have no class. */
const labelled = 400

const bed = testBed()

const truth = (i: number): number => i % classes
/** A class lies where two of its dimensions are large together; `told`: the label of each. */
async function jobFor(name: string, told: (i: number) => number, seed = 0): Promise<HeadJob> {
  const rng = Rng.fromSeed(3, 'features')
  const values = Float32Array.from({ length: count * dimensions }, (_, at) => rng.normal() + (at % dimensions % classes === truth(Math.floor(at / dimensions)) ? 1.5 : 0))
  const features = join(bed.folder, `${name}.f32`)
  await writeFile(features, values)
  return {
    kind: 'head', engine: bed.backend.id, dimensions, features, classes, seed, rows: Int32Array.from({ length: count }, (_, i) => i),
    labels: Int32Array.from({ length: count }, (_, i) => (i < labelled ? told(i) : -1)),
    parts: Uint8Array.from({ length: count }, (_, i) => (i % 10 < 6 ? partCodes.train : i % 10 < 8 ? partCodes.validation : partCodes.test)),
  }
}
async function answerOf(job: HeadJob): Promise<Float32Array> {
  const host = new TestHost()
  await trainHead(job, host, 'test')
  return host.of('head')[0]?.probabilities ?? new Float32Array()
}
const testOf = (probabilities: Float32Array, { labels, parts }: HeadJob) =>
  headPart(outcomesOf({ probabilities, classes, labels }, [...parts.keys()].filter((i) => parts[i] === partCodes.test && (labels[i] ?? -1) >= 0)), classes)

describe('a classifier on kept features', () => {
  it('learns classes that can be told apart, also of pictures without one, the same each time', async () => {
    const job = await jobFor('apart', truth)
    const before = tf.memory().numTensors
    const probabilities = await answerOf(job)
    expect(tf.memory().numTensors).toBe(before)
    expect(testOf(probabilities, job).accuracy).toBeGreaterThan(0.9)
    for (let i = labelled; i < count; i++) {
      const row = [...probabilities.subarray(i * classes, (i + 1) * classes)]
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    }
    const right = Array.from({ length: count - labelled }, (_, n) => n + labelled).filter((i) => {
      const row = probabilities.subarray(i * classes, (i + 1) * classes)
      return row.indexOf(Math.max(...row)) === truth(i)
    })
    expect(right.length).toBeGreaterThan(17)
    expect(await answerOf(job)).toEqual(probabilities)
    expect(await answerOf({ ...job, seed: 1 })).not.toEqual(probabilities)
  })

  it('sends itself, too: what it says of features as they come', async () => {
    const job = await jobFor('sent', truth)
    const host = new TestHost()
    await trainHead(job, host, 'test')
    const [{ values, probabilities } = { values: new Float32Array(), probabilities: new Float32Array() }] = host.of('head')
    const layout = layoutOf(rawHeadParameters(dimensions, classes))
    const features = new Float32Array(Uint8Array.from(await readFile(job.features)).buffer)
    const found = tf.tidy(() => tf.softmax(rawHeadLogits(named(layout, split(layout, tf.tensor1d(values))), tf.tensor2d(features, [count, dimensions]))).dataSync())
    expect(Math.max(...probabilities.map((value, i) => Math.abs(value - (found[i] ?? NaN))))).toBeLessThan(1e-4)
  })

  it('claims no more than chance where labels mean nothing, and is unsure', async () => {
    const rng = Rng.fromSeed(8, 'noise')
    const job = await jobFor('noise', () => rng.integer(classes))
    const probabilities = await answerOf(job)
    const { accuracy, from, to } = testOf(probabilities, job)
    expect(accuracy).toBeLessThan(0.5)
    expect(from).toBeLessThan(1 / classes)
    expect(to).toBeGreaterThan(1 / classes)
    const sureness = Array.from({ length: count }, (_, i) => Math.max(...probabilities.subarray(i * classes, (i + 1) * classes)))
    expect(sureness.reduce((sum, share) => sum + share, 0) / count).toBeLessThan(0.6)
  })

  it('knows nothing of the labels of test pictures', async () => {
    const job = await jobFor('hidden', truth)
    const shuffled: HeadJob = { ...job, labels: job.labels.map((label, i) => (job.parts[i] === partCodes.test && label >= 0 ? (label + 1) % classes : label)) }
    expect(await answerOf(shuffled)).toEqual(await answerOf(job))
  })

  it('ends when it is told to, and leaves nothing on the engine', async () => {
    const job = await jobFor('stopped', truth)
    const before = tf.memory().numTensors
    const host = new TestHost({ during: (message, own) => { if (message.type === 'progress') own.stop = { save: false } } })
    await expect(trainHead(job, host, 'test')).rejects.toMatchObject({ code: 'cancelled' })
    expect(host.of('head')).toEqual([])
    expect(host.of('progress')).toHaveLength(1)
    expect(tf.memory().numTensors).toBe(before)
  })
})
