/** Features of a run's discriminator: what its judgement is read from, whole and in order. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { classScores } from '../../src/engine/heads.ts'
import { tf } from '../../src/engine/tf.ts'
import { freshCounters, freshWatch, writeCheckpoint } from '../../src/training/checkpoint.ts'
import { classScoresOf } from '../../src/training/discriminator.ts'
import { frozenD } from '../../src/training/gradients.ts'
import { DiscriminatorFeatures, featureWidth } from '../../src/training/look/discriminator-features.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { testBed } from './bed.ts'
import { smallOptions } from './helpers.ts'

const bed = testBed()

const rng = Rng.fromSeed(1).state()
const deck = { rng, position: 0 }

it.each(['projection', 'classifier', 'k+1'] as const)('are those that classes are read from (%s)', async (classMethod) => {
  const options: TrainingOptions = { ...smallOptions, classMethod, normalisationD: 'none' }
  const architecture = architectureOf(options, 2, 3)
  const values = freshValues(architecture, 4)
  const file = join(bed.folder, `${classMethod.replace('+', '')}.safetensors`)
  await writeCheckpoint(file, {
    options, classNames: ['a', 'b'], channels: 3, palette: null, counters: freshCounters, watch: freshWatch, values,
    streams: { latents: rng, augment: rng, directions: rng, batches: { groups: [deck, deck], order: deck, mirror: rng } },
  })
  const count = 300
  const random = Rng.fromSeed(2)
  const pixels = Uint8Array.from({ length: count * 16 * 16 * 3 }, () => random.integer(256))
  const network = await DiscriminatorFeatures.open(file)
  const asked: number[] = []
  const features = await network.of(pixels, count, async (done) => (asked.push(done), Promise.resolve(true)))
  network.dispose()
  const width = featureWidth(architecture)
  expect(features).toHaveLength(count * width)
  expect(asked).toEqual([0, 256])

  const model = new Model(architecture, options, values)
  const expected = await classScoresOf(model, pixels)
  const scores = tf.tidy(() => (classScores(architecture, frozenD(model), tf.tensor2d(features, [count, width])) as tf.Tensor2D).dataSync())
  scores.forEach((score, i) => expect(Math.abs(score - (expected[i] ?? NaN))).toBeLessThan(1e-4))
  model.dispose()

  const again = await DiscriminatorFeatures.open(file)
  await expect(again.of(pixels.subarray(1), count, () => Promise.resolve(true))).rejects.toThrow(/16 × 16 px with 3 channels/)
  again.dispose()
})
