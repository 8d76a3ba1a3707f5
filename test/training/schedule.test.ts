/** What a run plans from its options and progress, without an engine. */
import { describe, expect, it } from 'vitest'
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { freshResponses, mostAugmentation, Responses, windowSteps } from '../../src/training/responses.ts'
import { planOf, rateFactor, type StepPlan } from '../../src/training/schedule.ts'
import type { StepMeans } from '../../src/training/stats.ts'

const plan = (change: Partial<TrainingOptions>, { imagesSeen = 0, updatesD = 0, augmentProbability = 0, regularised = 0 } = {}, progress: number | null = 0): StepPlan =>
  planOf({ ...defaultOptions, ...change }, { imagesSeen, updatesD, augmentProbability, regularised }, progress)

describe('the plan of a step', () => {
  it('has a bootstrap phase for its share of the run, then the adversarial phase', () => {
    expect([0, 0.24, 0.25, 1].map((progress) => plan({ bootstrap: 0.25 }, {}, progress).phase)).toEqual(['bootstrap', 'bootstrap', 'adversarial', 'adversarial'])
    expect(plan({}, {}, 0).phase).toBe('adversarial')
    // An open run has shares of a number of pictures.
    expect([10_000, 60_000].map((imagesSeen) => plan({ bootstrap: 0.25 }, { imagesSeen }, null).phase)).toEqual(['bootstrap', 'adversarial'])
  })

  it('has a lazy penalty that is on average what a penalty in every step is', () => {
    const gammas = (penaltyEvery: number): number[] => Array.from({ length: 16 }, (_, updatesD) => plan({ penaltyGamma: 2, penaltyEvery }, { updatesD }).gamma ?? 0)
    for (const every of [1, 2, 4, 8]) {
      expect(gammas(every).filter((gamma) => gamma > 0)).toHaveLength(16 / every)
      expect(gammas(every).reduce((sum, gamma) => sum + gamma, 0) / 16).toBe(2)
    }
    expect(plan({ penaltyGamma: 0 }).gamma).toBeNull()
  })

  it('has a penalty that falls to its final share along the run, and stays in an open one', () => {
    const gammas = [0, 0.5, 1].map((progress) => plan({ penaltyGamma: 2, finalGamma: 0.1 }, {}, progress).gamma)
    expect(gammas[0]).toBe(2)
    expect(gammas[1]).toBeCloseTo(1.1)
    expect(gammas[2]).toBeCloseTo(0.2)
    expect(plan({ penaltyGamma: 2, finalGamma: 0.1 }, {}, null).gamma).toBe(2)
  })

  it('strengthens the penalty of a D that is held back, or begins one', () => {
    const mean = (change: Partial<TrainingOptions>, regularised: number): number =>
      Array.from({ length: 16 }, (_, updatesD) => plan(change, { updatesD, regularised }).gamma ?? 0).reduce((sum, gamma) => sum + gamma, 0) / 16
    expect([0, 1, 2, 3].map((regularised) => mean({ penaltyGamma: 2, penaltyEvery: 2 }, regularised))).toEqual([2, 8, 32, 128])
    expect([0, 1, 2].map((regularised) => mean({ penaltyGamma: 0, resolution: 64 }, regularised))).toEqual([0, 1, 4])
  })

  it('lets classes in over the transition', () => {
    expect([0, 0.2, 0.4, 0.8].map((progress) => plan({ transition: 0.4 }, {}, progress).classShare)).toEqual([0, 0.5, 1, 1])
    expect(plan({ transition: 0 }, {}, 0).classShare).toBe(1)
  })

  it('takes the probability of augmentation from the option, or from what adapts', () => {
    expect(plan({ augmentProbability: 0.7 }, { augmentProbability: 0.2 }).augmentProbability).toBe(0.7)
    expect(plan({ augmentAdapt: true }, { augmentProbability: 0.2 }).augmentProbability).toBe(0.2)
  })
})

describe('learning rates', () => {
  const options = { finalLearningRate: 0.04, warmup: 0.1 }
  it('rise, then fall as their schedule says, and stay in an open run', () => {
    expect(rateFactor('constant', options, 0.05)).toBeCloseTo(0.5)
    expect(rateFactor('constant', options, 0.9)).toBe(1)
    expect([0.3, 0.6, 0.8].map((progress) => rateFactor('step', options, progress))).toEqual([1, 0.2, 0.04])
    expect(rateFactor('cosine', options, 1)).toBeCloseTo(0.04)
    expect(rateFactor('cosine', { ...options, warmup: 0 }, 0)).toBe(1)
    expect(rateFactor('cosine', options, 0)).toBeGreaterThan(0)
    expect(rateFactor('cosine', options, null)).toBe(1)
  })
})

describe('responses to trouble', () => {
  const usual: StepMeans = { lossD: 1, lossG: 1, pReal: 0.6, pFake: 0.4, penalty: 0, classLoss: 0, certainty: 0.5, varietyReal: 0.1, varietyFake: 0.08 }
  const images = windowSteps * 16
  const none = { augmentProbability: 0, regularised: 0 }
  const responses = (change: Partial<TrainingOptions> = {}, heldOut = false): Responses => new Responses({ ...defaultOptions, ...change }, freshResponses, heldOut)
  const troubles = (of: Responses, windows: readonly Partial<StepMeans>[]): (string | null)[] => windows.map((change) => of.judge({ means: { ...usual, ...change }, images, overfit: null }, none).trouble)
  const adapted = (of: Responses, windows: number, means: Partial<StepMeans>, from: number, overfit: number | null = null): number => {
    let augmentProbability = from
    for (let i = 0; i < windows; i++) ({ augmentProbability } = of.judge({ means: { ...usual, ...means }, images, overfit }, { augmentProbability, regularised: 0 }))
    return augmentProbability
  }
  const times = (count: number, means: Partial<StepMeans> = {}): Partial<StepMeans>[] => Array.from({ length: count }, () => means)

  it('slow down when losses stay far above what they were, not at one outlier or a slow rise', () => {
    expect(troubles(responses(), [...times(10), ...times(3, { lossG: 100 })]).at(-1)).toBe('diverging')
    expect(troubles(responses(), [...times(10), ...times(1, { lossG: 100 }), ...times(5)])).not.toContain('diverging')
    expect(troubles(responses(), Array.from({ length: 60 }, (_, i) => ({ lossG: 1 + i / 4 })))).not.toContain('diverging')
    expect(troubles(responses({ lowerRate: false }), [...times(10), ...times(9, { lossG: 100 })])).not.toContain('diverging')
  })

  it('go back when pictures that differed become one, not while they have yet to differ', () => {
    const of = responses()
    expect(troubles(of, [...times(3, { varietyFake: 0.001 }), ...times(5)])).not.toContain('collapsed')
    expect(of.suspicious).toBe(false)
    expect(troubles(of, times(3, { varietyFake: 0.001 }))).not.toContain('collapsed')
    expect(of.suspicious).toBe(true)
    expect(troubles(of, times(1, { varietyFake: 0.001 }))).toEqual(['collapsed'])
    expect(troubles(responses({ rollBack: false }), [...times(3), ...times(9, { varietyFake: 0.001 })])).not.toContain('collapsed')
  })

  it('augment more while D is too sure, up to a limit, and less when it is not', () => {
    const of = responses({ augmentAdapt: true })
    expect(adapted(of, 500, { certainty: 0.9 }, 0)).toBe(mostAugmentation)
    expect(adapted(of, 500, { certainty: 0.1 }, mostAugmentation)).toBe(0)
    expect(adapted(responses(), 1, { certainty: 0.9 }, 0.3)).toBe(0.3)
  })

  it('augment by what held-out pictures tell, where there are some and the sign is not asked for', () => {
    const byHeldOut = responses({ augmentAdapt: true }, true)
    // Nothing is known before the first measurement.
    expect(adapted(byHeldOut, 50, { certainty: 0.9 }, 0.2)).toBe(0.2)
    expect(adapted(byHeldOut, 500, { certainty: 0.1 }, 0.2, 0.9)).toBe(mostAugmentation)
    // Between measurements the last ones count: their mean falls below the target at the second.
    expect(adapted(byHeldOut, 1, {}, 0.5, 0)).toBeLessThan(0.5)
    expect(adapted(byHeldOut, 500, { certainty: 0.9 }, 0.5)).toBe(0)
    expect(adapted(responses({ augmentAdapt: true, augmentRule: 'sign' }, true), 500, { certainty: 0.1 }, 0.5, 0.9)).toBe(0)
    expect(adapted(responses({ augmentAdapt: true, augmentRule: 'held-out' }, false), 500, { certainty: 0.9 }, 0)).toBe(mostAugmentation)
  })

  it('hold D back step by step while held-out pictures tell that it learns by heart', () => {
    const levels = (of: Responses, measured: readonly (number | null)[], augmentProbability = 0): number[] => {
      let regularised = 0
      return measured.map((overfit) => (regularised = of.judge({ means: usual, images, overfit }, { augmentProbability, regularised }).regularised))
    }
    const often = (count: number, overfit: number | null): (number | null)[] => Array.from({ length: count }, () => overfit)
    expect(levels(responses({ strengthen: true }, true), often(14, 0.9))).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5])
    // One measurement is no proof, and windows without one are none at all.
    expect(levels(responses({ strengthen: true }, true), [0.6, 0.1, 0.9, null, null, 0.1, 0.2])).toEqual(often(7, 0))
    expect(levels(responses({ strengthen: true }, true), often(9, 0.4))).toEqual(often(9, 0))
    expect(levels(responses({}, true), often(9, 0.9))).toEqual(often(9, 0))
    // Where augmentation adapts, it goes first.
    expect(levels(responses({ strengthen: true, augmentAdapt: true }, true), often(9, 0.9), 0.5)).toEqual(often(9, 0))
    expect(levels(responses({ strengthen: true, augmentAdapt: true }, true), often(3, 0.9), mostAugmentation).at(-1)).toBe(1)
  })
})
