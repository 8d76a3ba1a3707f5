/** Expectations of speed: their shape, and how near they are to what was measured. */
import { describe, expect, it } from 'vitest'
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { expectedSpeed, referenceOptions, type ReferenceSpeed } from '../../../src/engine/expected-speed.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'

const processor: ReferenceSpeed = { imagesPerSecond: 640, bfloat16: 'vectors', graphics: false }
const withMatrices: ReferenceSpeed = { ...processor, bfloat16: 'matrices' }
/** What the model makes of the reference step on the card that it was fitted on. */
const card: ReferenceSpeed = { imagesPerSecond: 5490, bfloat16: 'none', graphics: true }
const slowCard: ReferenceSpeed = { ...card, imagesPerSecond: 100 }

const small: TrainingOptions = { ...defaultOptions, resolution: 32, width: 16 }
const speed = (options: Partial<TrainingOptions>, reference: ReferenceSpeed, classes = 10): number => expectedSpeed({ ...small, ...options }, classes, 3, reference)

describe.each([['a processor', processor], ['one with a matrix unit', withMatrices], ['a graphics card', card], ['a slow one', slowCard]] as const)('what is expected of %s', (_, reference) => {
  it('is the measured speed for the step that was measured, and in its proportion for others', () => {
    expect(expectedSpeed(referenceOptions, 0, 3, reference)).toBeCloseTo(reference.imagesPerSecond, 6)
    const faster = speed({}, { ...reference, imagesPerSecond: 1.5 * reference.imagesPerSecond })
    expect(faster).toBeGreaterThan(speed({}, reference))
    expect(faster).toBeLessThanOrEqual(1.5 * speed({}, reference) * (1 + 1e-9))
  })

  it.each<readonly [string, Partial<TrainingOptions>, Partial<TrainingOptions>]>([
    ['wider', { width: 16 }, { width: 24 }],
    ['deeper', { depth: 0 }, { depth: 1 }],
    ['larger pictures', { resolution: 32 }, { resolution: 64 }],
    ['attention', { resolution: 64 }, { resolution: 64, attention: true }],
    ['an encoder', {}, { encoder: true }],
    ['energy scores', {}, { energy: 1 }],
    ['the pretrained network', {}, { projected: 1 }],
    ['a penalty', {}, { penalty: 'r1', penaltyGamma: 1 }],
    ['a penalty more often', { penalty: 'r1', penaltyGamma: 1, penaltyEvery: 16 }, { penalty: 'r1', penaltyGamma: 1, penaltyEvery: 2 }],
    ['pictures that are moved', { augment: 'none' }, { augment: 'translation' }],
  ])('falls with %s', (_what, less, more) => {
    expect(speed(more, reference)).toBeLessThan(speed(less, reference))
  })

  it('rises with the batch, by less than its size', () => {
    const [one, two] = [speed({ batchSize: 16 }, reference), speed({ batchSize: 32 }, reference)]
    expect(two).toBeGreaterThan(one)
    expect(two).toBeLessThan(2 * one)
  })
})

it('expects float32 to cost where the reference convolves in bfloat16 alone', () => {
  for (const reference of [processor, withMatrices]) expect(speed({ precision: 'float32' }, reference)).toBeLessThan(speed({}, reference))
  expect(speed({ precision: 'float32' }, { ...processor, bfloat16: 'none' })).toBe(speed({}, { ...processor, bfloat16: 'none' }))
})

it('expects a penalty between reals and fakes to cost less than one on both', () => {
  expect(speed({ penalty: 'r1+r2', penaltyGamma: 1 }, processor)).toBeLessThan(speed({ penalty: 'unit-slope', penaltyGamma: 1 }, processor))
})

it('expects commands to be waited for on a fast card, and arithmetic on a slow one', () => {
  const gain = (reference: ReferenceSpeed): number => speed({ batchSize: 32 }, reference) / speed({ batchSize: 16 }, reference)
  expect(gain(card)).toBeGreaterThan(1.5)
  expect(gain(slowCard)).toBeLessThan(1.1)
})

const proposed = (resolution: 32 | 64, pictureCount: number): TrainingOptions => proposeOptions({
  pictureCount, classCounts: new Array<number>(10).fill(pictureCount / 10), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
}).options
const wide: Partial<TrainingOptions> = { width: 32 }
const relativistic = { loss: 'relativistic', penaltyGamma: 1, spectralNorm: false } as const

// Time for a picture in that of the reference step's: two cores of an EPYC with AVX-512 BF16, quiet or by processor time.
it.each<readonly [string, Partial<TrainingOptions>, number]>([
  ['proposed, 64 px', proposed(64, 2000), 1.78],
  ['light, 16 px, width 64', { resolution: 16, width: 64 }, 0.69],
  ['light, 32 px, width 16', {}, 0.51],
  ['light, 32 px, width 64, batch 32', { width: 64, batchSize: 32 }, 2.25],
  ['light, 64 px, depth 1', { resolution: 64, depth: 1 }, 2.68],
  ['light, 128 px, width 8', { resolution: 128, width: 8 }, 2.78],
  ['light, 32 px, float32', { ...wide, precision: 'float32' }, 1.52],
  ['light, 32 px, exact R1+R2', { ...wide, ...relativistic, penalty: 'r1+r2' }, 2.12],
  ['dcgan, 32 px', { network: 'dcgan', width: 64 }, 0.84],
  ['dcgan, 64 px', { ...wide, network: 'dcgan', resolution: 64 }, 1.17],
  ['resnet, 32 px', { ...wide, network: 'resnet' }, 2.36],
  ['fast, 64 px', { network: 'fast', resolution: 64 }, 4.7],
  ['r3, 32 px', { network: 'r3', width: 24, ...relativistic }, 2.55],
  ['mlp, 32 px', { ...wide, network: 'mlp' }, 0.5],
  ['light, 64 px, attention', { resolution: 64, attention: true }, 2.34],
  ['light, 32 px, encoder', { ...wide, encoder: true }, 2.09],
  ['light, 32 px, width 48, batch 64', { width: 48, batchSize: 64 }, 1.6],
  ['slope penalty, five D steps', { ...wide, loss: 'wasserstein', penalty: 'unit-slope', penaltyGamma: 10, stepsD: 5, spectralNorm: false }, 1.34],
  // Those were fitted on, these were not.
  ['exact R1 in every sixteenth step', { ...wide, loss: 'non-saturating', penalty: 'r1', penaltyGamma: 1, penaltyEvery: 16, spectralNorm: false }, 1.05],
  ['light, 256 px, width 8, batch 8', { resolution: 256, width: 8, batchSize: 8 }, 11.1],
  ['dcgan, 32 px, width 16', { network: 'dcgan' }, 0.26],
  ['resnet, 64 px', { network: 'resnet', resolution: 64 }, 3.91],
  ['r3, 64 px', { network: 'r3', resolution: 64, ...relativistic }, 4.7],
  // What reads the pretrained network, which is quicker than it was on the EPYC: two cores of a Xeon with AMX.
  ['proposed, 32 px', proposed(32, 50_000), 2.15],
  // Convolutions that keep the size: there, too, the mean of three measurements.
  ['enlarging, 64 px', { resolution: 64, width: 24, enlarge: 2, conditional: false }, 3.04],
  ['r3, 32 px, with kernels of our own', { network: 'r3', width: 24, ...relativistic }, 2.76],
])('is within a fifth on a processor: %s', (_, options, measured) => {
  const ratio = (measured * speed(options, processor)) / processor.imagesPerSecond
  expect(ratio).toBeGreaterThan(1 / 1.2)
  expect(ratio).toBeLessThan(1.2)
})

// One NVIDIA H200, images/s (`test/bench/results/graphics.json`).
const plain = { energy: 0, projected: 0, featureEnergy: 0 } as const
it.each<readonly [string, Partial<TrainingOptions>, number]>([
  ['32 px, batch 16', { ...proposed(32, 50_000), ...plain }, 5820],
  ['32 px, batch 64', { ...proposed(32, 50_000), ...plain, batchSize: 64 }, 10_815],
  ['32 px, batch 256', { ...proposed(32, 50_000), ...plain, batchSize: 256 }, 14_740],
  ['32 px, width 96, batch 64', { ...proposed(32, 50_000), ...plain, width: 96, batchSize: 64 }, 3284],
  ['64 px, batch 16', { ...proposed(64, 2062), ...plain }, 3530],
  ['64 px, batch 64', { ...proposed(64, 2062), ...plain, batchSize: 64 }, 5306],
  ['32 px, all that is proposed', proposed(32, 50_000), 1883],
])('is within a fifth on a graphics card: %s', (_, options, measured) => {
  const ratio = speed(options, card) / measured
  expect(ratio).toBeGreaterThan(1 / 1.2)
  expect(ratio).toBeLessThan(1.2)
})
