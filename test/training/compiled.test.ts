import { beforeAll, describe, expect, it } from 'vitest'
import { pictureSize } from '../../src/contract/data.ts'
import { optionKeys, optionSpec, type OptionKey, type TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { tf } from '../../src/engine/tf.ts'
import { BatchSource } from '../../src/training/batches.ts'
import { CompiledStepper } from '../../src/training/compiled-stepper.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues, stateNames, type ModelValues, type StateName } from '../../src/training/model-values.ts'
import { disposeRates } from '../../src/training/rates.ts'
import { stepBoth, stepD, stepG, stepSideBySide } from '../../src/training/step.ts'
import { NotCompiled } from '../../src/training/step-programs.ts'
import { EagerStepper, stepperFor, type Step, type Stepper } from '../../src/training/stepper.ts'
import { testBed } from './bed.ts'
import { packedSet, planFor, ratesOf, smallOptions } from './helpers.ts'

const bed = testBed()
let compiles = false
beforeAll(async () => {
  compiles = bed.backend.id === 'tensorflow'
  if (!compiles) console.warn('TensorFlow is not installed: compiled steps are not tested.')
})

interface Side {
  readonly model: Model
  readonly stepper: Stepper
}
async function sides(change: Partial<TrainingOptions>, channels: 1 | 3 | 4 = 3) {
  const options = { ...smallOptions, ...change }
  const architecture = architectureOf(options, 2, channels)
  const data = await packedSet(bed.folder, { channels, size: pictureSize(options) })
  const side = (make: (model: Model) => Stepper): Side => {
    const model = new Model(architecture, options, freshValues(architecture, options.seed))
    return { model, stepper: make(model) }
  }
  return {
    eager: side((model) => new EagerStepper(model)),
    compiled: side((model) => new CompiledStepper(model)),
    batches: await BatchSource.open(data, { batchSize: options.batchSize, seed: 1, balanced: options.conditional, mirror: options.mirror }),
    feeds: new FeedSource(architecture, options),
    rates: ratesOf(options, 1e-4),
    dispose() {
      for (const { model, stepper } of [this.eager, this.compiled]) {
        stepper.dispose()
        model.dispose()
      }
      disposeRates(this.rates)
    },
  }
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
const distance = (a: Float32Array, b: Float32Array): number => norm(a.map((value, i) => value - (b[i] ?? NaN)))
async function stateOf({ model, stepper }: Side): Promise<ModelValues> {
  stepper.pull()
  return model.values()
}

/** The mean of the gradients of what Adam moves; null of everything else. */
function gradientOf(values: ModelValues, name: StateName): Float32Array | null {
  const moments = stateNames.find((other) => other === `adam.${name === 'average' ? 'G' : name}.m`)
  return moments === undefined ? null : values[moments]
}

/** Adam's first updates are nearly the sign of the gradient: rounding decides where it is about 0, and that is left out. */
function clear(values: Float32Array, gradient: Float32Array | null): Float32Array {
  if (gradient === null) return values
  const least = (0.03 * norm(gradient)) / Math.sqrt(gradient.length)
  return values.filter((_, i) => Math.abs(gradient[i] ?? NaN) >= least)
}

/** Both sides take each step from the same state: readings and what it made of the state must agree. */
async function agree(change: Partial<TrainingOptions>, channels: 1 | 3 | 4 = 3, steps: readonly Step[] = [stepBoth, stepBoth]): Promise<void> {
  const parts = await sides(change, channels)
  const { eager, compiled } = parts
  let before = await stateOf(eager)
  for (const step of steps) {
    const feed = parts.feeds.next(await parts.batches.next(), planFor(eager.model.options))
    const [expected = [], found = []] = [eager, compiled].map(({ stepper }) => {
      const report = stepper.run(step, feed, parts.rates)
      const values = Array.from(report.dataSync())
      report.dispose()
      return values
    })
    disposeFeed(feed)
    expect(found).toHaveLength(expected.length)
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected[i] ?? NaN))))
    const after = await stateOf(eager)
    const made = await stateOf(compiled)
    for (const name of stateNames) {
      const [from, wanted, found] = [before, after, made].map((values) => clear(values[name], gradientOf(after, name))) as [Float32Array, Float32Array, Float32Array]
      expect(distance(found, wanted), name).toBeLessThanOrEqual(0.02 * distance(wanted, from))
    }
    // Else rounding grows from step to step, the more the rougher the loss is.
    compiled.model.load(after)
    compiled.stepper.push()
    before = after
  }
  parts.dispose()
}

/** Options that change what a step computes, each with values that differ from the default. */
const changing: readonly OptionKey[] = optionKeys.filter((key) => ['network', 'labels', 'objective', 'augmentation'].includes(optionSpec(key).group) || ['beta1', 'weightDecay', 'gradientClip'].includes(key))
function otherValues(key: OptionKey): readonly unknown[] {
  const spec = optionSpec(key)
  switch (spec.type) {
    case 'choice':
      return spec.choices.filter((choice) => choice !== smallOptions[key])
    case 'switch':
      return [!smallOptions[key]]
    case 'integer':
      return [Math.min(spec.max, Number(smallOptions[key]) + 1)]
    case 'rates':
      return []
    case 'number':
      return [smallOptions[key] === 0 ? Math.min(spec.max, 1) : Math.max(spec.min, 0)]
  }
}

describe('a compiled step', () => {
  const variants = changing.flatMap((key) => otherValues(key).map((value) => [`${key} = ${String(value)}`, { [key]: value }] as const))
  const together: readonly (readonly [string, Partial<TrainingOptions>])[] = [
    ['exact R1+R2', { loss: 'relativistic', penalty: 'r1+r2', penaltyGamma: 1, spectralNorm: false }],
    ['exact R1 with spectral norm and K+1 classes', { classMethod: 'k+1', penalty: 'r1', penaltyGamma: 1 }],
    ['unit slope', { loss: 'wasserstein', penalty: 'unit-slope', penaltyGamma: 10, spectralNorm: false }],
    ['first-order penalty', { penaltyGamma: 1 }],
    ['pretrained features, relativistic', { loss: 'relativistic', projected: 1 }],
    ['colour at half its detail', { colourDetail: 'half' }],
    ['wide enough for the studio\'s own kernels', { network: 'dcgan', width: 32, batchSize: 8 }],
    ['batch norm that its convolutions sum up for', { network: 'dcgan', resolution: 32, width: 32, batchSize: 8, normalisationG: 'batch', normalisationD: 'batch', spectralNorm: false, conditional: false, precision: 'float32' }],
    ['a translator', { translate: true }],
    ['a translator at 4:3, with a classifier', { translate: true, aspect: '4:3', classMethod: 'classifier' }],
    ['an enlarger', { enlarge: 2, conditional: false }],
    ...(['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const).map((network) => [`${network} at 3:4`, { network, aspect: '3:4' }] as const),
    ['every augmentation at 2:1', { aspect: '2:1', augmentTranslation: 0.2, augmentFlip: 0.5, augmentScaling: 0.2, augmentCrop: 0.2, augmentRotation: 30, augmentCutout: 0.3, augmentNoise: 0.1, mirror: true }],
    ['pretrained features at 1:2', { aspect: '1:2', projected: 1 }],
    ['an enlarger at 4:3', { aspect: '4:3', enlarge: 2, conditional: false }],
    ['pseudo-labels', { classMethod: 'classifier', pseudoLabels: 0.5 }],
  ]
  it.each([['the small model', {}] as const, ...variants, ...together])('computes what the eager one does: %s', async (_, change) => {
    if (compiles) await agree(change)
  })

  it.each([1, 4] as const)('also with %i channels, and without classes', async (channels) => {
    if (compiles) await agree({ conditional: false, energy: 1, colourDetail: 'half' }, channels)
  })

  it('also when D and G step apart, in any order', async () => {
    if (compiles) await agree({ loss: 'relativistic', penaltyGamma: 1 }, 3, [stepD, stepD, stepG, stepBoth, stepG, stepD, stepSideBySide])
  })

  it('points the same way in bfloat16, wide enough for its own kernels', async () => {
    if (!compiles) return
    const parts = await sides({ precision: 'bfloat16', width: 32, batchSize: 8, beta1: 0.5, loss: 'non-saturating' })
    const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
    const [expected = [], found = []] = [parts.eager, parts.compiled].map(({ stepper }) => {
      const report = stepper.run(stepBoth, feed, parts.rates)
      const values = Array.from(report.dataSync())
      report.dispose()
      return values
    })
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(0.05 * Math.max(1, Math.abs(expected[i] ?? NaN))))
    expect(found).not.toEqual(expected)
    const [of32, of16] = [await stateOf(parts.eager), await stateOf(parts.compiled)]
    // The first moments are the gradients, halved.
    for (const name of ['adam.G.m', 'adam.D.m'] as const) expect(distance(of16[name], of32[name]), name).toBeLessThan(0.05 * norm(of32[name]))
    disposeFeed(feed)
    parts.dispose()
  })

  it.each([['float32', false], ['bfloat16', true]] as const)('keeps to %s where automatic precision came to that before, whatever the machine would say now', async (precision, found) => {
    if (!compiles) return
    const state = async (chosen: 'auto' | typeof precision): Promise<ModelValues> => {
      const parts = await sides({ precision: chosen })
      if (chosen === 'auto') parts.compiled.model.bfloat16 = found
      const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
      parts.compiled.stepper.run(stepBoth, feed, parts.rates).dispose()
      const values = await stateOf(parts.compiled)
      disposeFeed(feed)
      parts.dispose()
      return values
    }
    expect(await state('auto')).toEqual(await state(precision))
  })

  it.each(['float32', 'bfloat16'] as const)('repeats exactly, and goes on exactly from a state that was read and put back, in %s', async (precision) => {
    if (!compiles) return
    const run = async (interrupted: boolean): Promise<ModelValues> => {
      const parts = await sides({ precision })
      for (let i = 0; i < 6; i++) {
        const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
        parts.compiled.stepper.run(stepBoth, feed, parts.rates).dispose()
        disposeFeed(feed)
        if (!interrupted || i !== 2) continue
        const values = await stateOf(parts.compiled)
        parts.compiled.model.load(values)
        parts.compiled.stepper.push()
      }
      const values = await stateOf(parts.compiled)
      parts.dispose()
      return values
    }
    const expected = await run(false)
    expect(await run(false)).toEqual(expected)
    expect(await run(true)).toEqual(expected)
  })

  it('leaks no tensor and leaves the model alone until it is asked', async () => {
    if (!compiles) return
    const parts = await sides({})
    const { model, stepper } = parts.compiled
    const first = await model.values()
    let tensors = 0
    for (let i = 0; i < 30; i++) {
      const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
      stepper.run(stepBoth, feed, parts.rates).dispose()
      disposeFeed(feed)
      if (i === 1) tensors = tf.memory().numTensors
    }
    expect(tf.memory().numTensors).toBe(tensors)
    expect(await model.values()).toEqual(first)
    stepper.pull()
    const second = await model.values()
    expect(second.G).not.toEqual(first.G)
    // Steps write over their own state, and not over what was read of it.
    const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
    stepper.run(stepBoth, feed, parts.rates).dispose()
    expect(await model.values()).toEqual(second)
    disposeFeed(feed)
    parts.dispose()
  })
})

describe('a step that cannot be compiled', () => {
  const reading: Step = (model, feed, rates) => {
    const report = stepBoth(model, feed, rates)
    return (report.dataSync()[0] ?? 0) > 1e9 ? tf.tidy(() => tf.neg(report)) : report
  }

  it('is refused with the reason, and changes nothing', async () => {
    if (!compiles) return
    const parts = await sides({})
    const before = await stateOf(parts.compiled)
    const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
    expect(() => parts.compiled.stepper.run(reading, feed, parts.rates)).toThrow(NotCompiled)
    expect(await stateOf(parts.compiled)).toEqual(before)
    disposeFeed(feed)
    parts.dispose()
  })

  it('runs eagerly instead, from where compiled steps had come, and that is told once', async () => {
    if (!compiles) return
    const parts = await sides({})
    const told: string[] = []
    const stepper = stepperFor(parts.compiled.model, bed.backend.id, (reason) => told.push(reason))
    for (const step of [stepBoth, reading, reading]) {
      const feed = parts.feeds.next(await parts.batches.next(), planFor(parts.eager.model.options))
      stepper.run(step, feed, parts.rates).dispose()
      parts.eager.stepper.run(step, feed, parts.rates).dispose()
      disposeFeed(feed)
    }
    expect(told).toEqual([expect.stringMatching(/reads a value back/)])
    const found = await stateOf({ model: parts.compiled.model, stepper })
    const expected = await stateOf(parts.eager)
    expect(distance(found.G, expected.G)).toBeLessThan(1e-2 * norm(expected.G))
    stepper.dispose()
    parts.dispose()
  })
})
