import { describe, expect, it } from 'vitest'
import { architectureOf } from '../../src/engine/architecture.ts'
import { families } from '../../src/engine/families/index.ts'
import { tf } from '../../src/engine/tf.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { BatchSource } from '../../src/training/batches.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { stepBoth, stepD, stepG } from '../../src/training/step.ts'
import type { PackedFeed } from '../../src/training/packed-feed.ts'
import type { StepRates } from '../../src/training/step-feed.ts'
import { testBed } from './bed.ts'
import { packedSet, planFor, ratesOf, smallOptions } from './helpers.ts'

const bed = testBed()

interface Setting {
  readonly model: Model
  readonly batches: BatchSource
  readonly feeds: FeedSource
  readonly rates: StepRates
}
async function setting(change: Partial<TrainingOptions> = {}, channels: 1 | 3 | 4 = 3): Promise<Setting> {
  const options = { ...smallOptions, ...change }
  const data = await packedSet(bed.folder, { channels })
  const architecture = architectureOf(options, 2, channels)
  return {
    model: new Model(architecture, options, freshValues(architecture, options.seed)),
    batches: await BatchSource.open(data, { batchSize: options.batchSize, seed: 1, balanced: options.conditional, mirror: options.mirror }),
    feeds: new FeedSource(architecture, options),
    rates: ratesOf(options, 1e-3),
  }
}
const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())
function both({ model, rates }: Setting, feed: PackedFeed): number[] {
  const reports = [stepD(model, feed, rates), stepG(model, feed, rates)]
  const numbers = reports.flatMap(values)
  tf.dispose(reports)
  return numbers
}

describe('a training step', () => {
  it('changes only its own network', async () => {
    const { model, batches, feeds, rates } = await setting()
    const feed = feeds.next(await batches.next(), planFor(model.options))
    const before = { G: values(model.G.flat), D: values(model.D.flat), average: values(model.average.flat) }
    stepD(model, feed, rates).dispose()
    expect(values(model.G.flat)).toEqual(before.G)
    expect(values(model.average.flat)).toEqual(before.average)
    expect(values(model.D.flat)).not.toEqual(before.D)
    const D = values(model.D.flat)
    const vectors = values(model.vectors.flat)
    stepG(model, feed, rates).dispose()
    expect(values(model.D.flat)).toEqual(D)
    expect(values(model.vectors.flat)).toEqual(vectors)
    expect(values(model.G.flat)).not.toEqual(before.G)
    expect(values(model.average.flat)).not.toEqual(before.average)
  })

  it.each<readonly [string, Partial<TrainingOptions>]>([
    ['spectral norm and batch norm', { network: 'dcgan' }],
    ['a loss that sees reals with fakes, and an exact penalty', { loss: 'relativistic', penalty: 'r1+r2', penaltyGamma: 1, spectralNorm: false }],
    ['pretrained features and energy scores', { featureEnergy: 1, energy: 1 }],
    ['an encoder', { encoder: true }],
    ['a translator', { translate: true }],
  ])('of both networks is that of D and then that of G, to the bit: %s', async (_, change) => {
    const [apart, together] = [await setting(change), await setting(change)]
    for (let i = 0; i < 3; i++) {
      const feed = apart.feeds.next(await apart.batches.next(), planFor(apart.model.options))
      const report = stepBoth(together.model, feed, together.rates)
      expect(values(report)).toEqual(both(apart, feed))
      report.dispose()
      disposeFeed(feed)
    }
    expect(await together.model.values()).toEqual(await apart.model.values())
    for (const { model } of [apart, together]) model.dispose()
  })

  it('leaks no tensor over 30 steps', async () => {
    const parts = await setting({ penaltyGamma: 0.1 })
    let tensors = 0
    for (let i = 0; i < 32; i++) {
      const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.model.options))
      stepBoth(parts.model, feed, parts.rates).dispose()
      disposeFeed(feed)
      if (i === 1) tensors = tf.memory().numTensors
    }
    expect(tf.memory().numTensors).toBe(tensors)
    parts.model.dispose()
  })

  it('gives the same losses for the same seed and others for another', async () => {
    const run = async (seed: number): Promise<number[][]> => {
      const parts = await setting({ seed })
      const losses: number[][] = []
      for (let i = 0; i < 5; i++) {
        const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.model.options))
        losses.push(both(parts, feed))
        disposeFeed(feed)
      }
      return losses
    }
    const first = await run(3)
    expect(await run(3)).toEqual(first)
    expect(await run(4)).not.toEqual(first)
  })

  it('overfits one batch: D tells it from fakes that stay the same', async () => {
    const { model, batches, feeds, rates } = await setting({ augment: 'none', spectralNorm: false, loss: 'non-saturating' })
    const feed = feeds.next(await batches.next(), planFor(model.options))
    const losses: number[] = []
    for (let i = 0; i < 60; i++) {
      const report = stepD(model, feed, rates)
      losses.push(values(report)[0] ?? NaN)
      report.dispose()
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.2)
  })

  const networks = Object.keys(families) as TrainingOptions['network'][]
  it.each(networks)('overfits one batch with the networks of %s', async (network) => {
    const { model, batches, feeds, rates } = await setting({ augment: 'none', spectralNorm: false, loss: 'non-saturating', network })
    const feed = feeds.next(await batches.next(), planFor(model.options))
    const losses: number[] = []
    for (let i = 0; i < 40; i++) {
      const report = stepD(model, feed, rates)
      losses.push(values(report)[0] ?? NaN)
      report.dispose()
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.5)
    model.dispose()
  })

  it.each(networks)('lets G move the logits of a fixed D with the networks of %s', async (network) => {
    const { model, batches, feeds, rates } = await setting({ augment: 'none', network })
    const feed = feeds.next(await batches.next(), planFor(model.options))
    const losses: number[] = []
    for (let i = 0; i < 40; i++) {
      const report = stepG(model, feed, rates)
      losses.push(values(report)[0] ?? NaN)
      report.dispose()
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) - 0.05)
  })

  const variants: readonly [string, Partial<TrainingOptions>, 1 | 3 | 4][] = [
    ['non-saturating without spectral norm', { loss: 'non-saturating', spectralNorm: false }, 3],
    ['relativistic with penalty', { loss: 'relativistic', penaltyGamma: 1, spectralNorm: false }, 3],
    ['unconditional', { conditional: false }, 3],
    ['grey', {}, 1],
    ['with alpha', {}, 4],
    ['deeper', { depth: 2 }, 3],
    ['a translator', { translate: true }, 3],
    ['a translator that need not come back', { translate: true, translateCycle: 0, translateIdentity: 0, depth: 1 }, 3],
    ['with dropout', { dropout: 0.5, penaltyGamma: 1, penalty: 'unit-slope' }, 3],
    ['without momentum', { beta1: 0 }, 3],
  ]
  it.each(variants)('trains %s', async (_, change, channels) => {
    const parts = await setting(change, channels)
    for (let i = 0; i < 3; i++) {
      const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.model.options))
      expect(both(parts, feed).every(Number.isFinite)).toBe(true)
      disposeFeed(feed)
    }
    parts.model.dispose()
  })
})
