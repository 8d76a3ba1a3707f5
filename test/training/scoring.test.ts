/** Scores along a run: the best moment is kept, and the run goes on as if nothing had been measured. */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { scoreCheckpoint } from '../../src/training/score-job.ts'
import { overfitOf } from '../../src/training/overfit.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, TestHost, trainJob } from './helpers.ts'

const bed = testBed()

describe('a scored run', () => {
  // Rates that do not follow the clock; most of an hour of training has paid for a score of all forty pictures.
  const paid = { totalImages: 160, totalMs: 10_000_000, elapsedMs: 3_000_000 }
  const job = async (name: string, scoringShare: number) => {
    const runFolder = join(bed.folder, name)
    await mkdir(runFolder, { recursive: true })
    const data = await packedSet(bed.folder, { count: 40 })
    return trainJob(runFolder, data, { ...paid, engine: bed.backend.id, options: { ...smallOptions, scoringShare, finalLearningRate: 1 } })
  }

  test('keeps the best checkpoint beside the newest two, and trains exactly as without', async (context) => {
    if (bed.backend.id === 'cpu') context.skip('the judge needs a faster engine than plain JavaScript')
    const scored = new TestHost()
    await train(await job('scored', 0.06), scored, bed.backend)
    const [first] = scored.of('score')
    expect(first?.best).toBe(true)
    expect(first?.score).toMatchObject({ scope: 'quick', part: 'train', realCount: 40, fakeCount: 40 })
    expect(first?.score.kid).toBeGreaterThan(3 * (first?.score.calibration.kid ?? 0))
    const best = scored.of('score').filter((message) => message.best).at(-1)?.score.imagesSeen ?? -1
    const kept = (await readdir(join(bed.folder, 'scored', 'checkpoints'))).map((name) => Number.parseInt(name, 10))
    expect(kept).toContain(best)
    expect(kept).toContain(160)
    expect(kept.length).toBeLessThanOrEqual(3)
    const newest = await readCheckpoint(scored.lastCheckpoint)
    expect(newest.counters.bestAt).toBe(best)

    const plain = new TestHost()
    await train(await job('plain', 0), plain, bed.backend)
    expect(plain.of('score')).toEqual([])
    const other = await readCheckpoint(plain.lastCheckpoint)
    expect(newest.values).toEqual(other.values)
    expect(newest.streams).toEqual(other.streams)

    // A full score of the same checkpoint, twice: the same numbers, and files beside the pictures.
    const data = await packedSet(bed.folder, { count: 40 })
    const again = async () => {
      const host = new TestHost()
      await scoreCheckpoint({ kind: 'score', engine: bed.backend.id, checkpoint: scored.lastCheckpoint, data, count: 40, part: 'train' }, host, 'test')
      return { host, score: host.of('score')[0]?.score }
    }
    const a = await again()
    const b = await again()
    expect({ ...b.score, createdAt: 0 }).toEqual({ ...a.score, createdAt: 0 })
    expect(a.score?.memorisation).toBeGreaterThan(0)
    expect(b.host.of('progress').at(-1)?.total).toBe(40)
    expect((await readdir(bed.folder)).some((name) => name.includes('InceptionV3'))).toBe(true)
  }, 240_000)
})

test('the overfit light is dark for alike, bright for learned by heart, and absent with few pictures', () => {
  const logits = (centre: number, count = 100): Float32Array => Float32Array.from({ length: count }, (_, i) => centre + (i % 2 === 0 ? 0.5 : -0.5))
  expect(overfitOf({ train: logits(2), heldOut: logits(2), fake: logits(-2) })).toBe(0)
  expect(overfitOf({ train: logits(2), heldOut: logits(-2), fake: logits(-2) })).toBe(1)
  expect(overfitOf({ train: logits(2), heldOut: logits(1), fake: logits(-2) })).toBeCloseTo(0.25, 5)
  expect(overfitOf({ train: logits(2), heldOut: logits(1, 5), fake: logits(-2) })).toBeNull()
  expect(overfitOf({ train: logits(0), heldOut: logits(-1), fake: logits(0) })).toBe(0)
})
