/** Labels for pictures without one, by a discriminator that learned the classes. */
import { beforeAll, describe, expect, it } from 'vitest'
import { partCodes, type PackedSet } from '../../src/contract/engine-jobs.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { tf } from '../../src/engine/tf.ts'
import { readPacked } from '../../src/judgement/packed-pictures.ts'
import { label } from '../../src/training/label-job.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const bed = testBed()
let data: PackedSet
beforeAll(async () => {
  const all = await packedSet(bed.folder, { count: 200 })
  data = { ...all, parts: Uint8Array.from({ length: all.count }, (_, i) => (i < 120 ? partCodes.train : partCodes.validation)) }
})

describe('a discriminator that learned the classes', () => {
  it.each(['projection', 'classifier', 'k+1'] as const)('gives pictures their class, by %s, as sure as held-out pictures allow', async (classMethod) => {
    const options: TrainingOptions = { ...smallOptions, classMethod, augment: 'none', learningRateD: 0.002, scoringShare: 0 }
    const trained = new TestHost()
    await train(trainJob(bed.folder, data, { options, totalImages: 150 * options.batchSize }), trained, bed.backend)
    // Every fourth has lost its label, as far as the job knows.
    const asked = Array.from({ length: 20 }, (_, i) => 4 * i + 1 - (i % 2))
    const { pixels } = await readPacked(data, asked)
    const before = tf.memory().numTensors
    const host = new TestHost()
    await label({ kind: 'label', engine: bed.backend.id, checkpoint: trained.lastCheckpoint, data, pixels, count: asked.length }, host, 'test')
    expect(tf.memory().numTensors).toBe(before)
    const [found] = host.of('labelled')
    expect(found?.calibration).toMatchObject({ part: 'validation', count: 80 })
    expect(found?.calibration.accuracy).toBeGreaterThan(0.9)
    const rows = asked.map((_, i) => [...(found?.probabilities.subarray(2 * i, 2 * i + 2) ?? [])])
    for (const row of rows) expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === data.labels[asked[i] ?? 0]).length
    expect(right).toBeGreaterThan(17)
  })

  it('is needed: one that has none says so', async () => {
    const trained = new TestHost()
    const options: TrainingOptions = { ...smallOptions, conditional: false }
    const own = await temporaryFolder()
    await train(trainJob(own.path, data, { options, classNames: [] }), trained, bed.backend)
    const job = { kind: 'label', engine: bed.backend.id, checkpoint: trained.lastCheckpoint, data, pixels: new Uint8Array(16 * 16 * 3), count: 1 } as const
    await expect(label(job, new TestHost(), 'test')).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/without classes/) as string })
    await own.remove()
  })
})
