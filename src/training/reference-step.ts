/**
 * The step every engine is measured by: both networks' updates with the default options at
 * 32 px, width 32, batch 16 (about 10 GFLOP). It is the step that training runs, so a speed
 * measured here is one that a run reaches.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { StudioError } from '../base/errors.ts'
import { Rng } from '../base/rng.ts'
import { pictureSize, pixelsOf } from '../contract/data.ts'
import type { EngineId } from '../contract/data.ts'
import { referenceChannels, referenceOptions } from '../engine/expected-speed.ts'
import { tf } from '../engine/tf.ts'
import { disposeFeed, FeedSource } from './feed.ts'
import { newModel } from './model.ts'
import { disposeRates } from './rates.ts'
import { stepBoth } from './step.ts'
import type { StepRates } from './step-feed.ts'
import { stepperFor, type Stepper } from './stepper.ts'

const options = referenceOptions
const channels = referenceChannels

/** Longer than this for one picture, and the batch is not worth waiting for. */
const slowPictureMs = 1000
const measuringMs = 1500
const leastSteps = 3

export interface ReferenceOptions {
  readonly engine: EngineId
  /** Called between pieces of work of at most a few seconds; returning false ends the measuring. */
  readonly goOn?: () => boolean
}

/**
 * Measures the open backend.
 * @returns pictures per second: the batch over the quickest step after warm-up. Other programs can
 * only slow a step down, and a slow minute must not choose the engine of a year.
 * @throws StudioError 'engine-failed' where the engine computes numbers that are not finite,
 * 'cancelled' when told not to go on
 */
export async function measureReferenceStep({ engine, goOn = () => true }: ReferenceOptions): Promise<number> {
  // One picture tells a hopeless engine without a long wait.
  const single = await timeOfOne(engine, goOn)
  if (single > slowPictureMs) return 1000 / single

  const times: number[] = []
  const model = new ReferenceStep(options.batchSize, engine)
  try {
    await model.run(goOn)
    for (let spent = 0; times.length < leastSteps || spent < measuringMs; ) {
      const ms = await model.run(goOn)
      times.push(ms)
      spent += ms
    }
  } finally {
    model.dispose()
  }
  return (options.batchSize * 1000) / Math.min(...times)
}

/** Milliseconds of the quicker of two steps after the first, which compiles. */
async function timeOfOne(engine: EngineId, goOn: () => boolean): Promise<number> {
  const step = new ReferenceStep(1, engine)
  try {
    await step.run(goOn)
    return Math.min(await step.run(goOn), await step.run(goOn))
  } finally {
    step.dispose()
  }
}

class ReferenceStep {
  readonly #model = newModel(options, 0, channels)
  readonly #stepper: Stepper
  readonly #feeds = new FeedSource(this.#model.architecture, options)
  readonly #batch: { readonly pixels: Uint8Array; readonly labels: Int32Array }
  readonly #rates: StepRates = {
    stepG: tf.scalar(options.learningRateG), stepD: tf.scalar(options.learningRateD), average: tf.scalar(0.01), decayG: null, decayD: null, scaleG: null, scaleD: null,
  }

  constructor(batchSize: number, engine: EngineId) {
    this.#stepper = stepperFor(this.#model, engine, () => {})
    const pixels = new Uint8Array(batchSize * pixelsOf(pictureSize(options)) * channels)
    const rng = Rng.fromSeed(1, 'reference pictures')
    for (let i = 0; i < pixels.length; i++) pixels[i] = rng.integer(256)
    this.#batch = { pixels, labels: new Int32Array(batchSize).fill(-1) }
  }

  /** @returns how long one step took, the reading of its losses included, in milliseconds */
  async run(goOn: () => boolean): Promise<number> {
    await nextTurn()
    const start = performance.now()
    const feed = this.#feeds.next(this.#batch, { phase: 'adversarial', gamma: null, augmentProbability: 1, classShare: 1 })
    let values: readonly number[]
    try {
      if (!goOn()) throw new StudioError('cancelled', 'Measuring was stopped.')
      await this.#stepper.prepare(stepBoth, feed, this.#rates)
      const report = this.#stepper.run(stepBoth, feed, this.#rates)
      values = [...(await report.data())]
      report.dispose()
    } finally {
      disposeFeed(feed)
    }
    if (!values.every(Number.isFinite))
      throw new StudioError('engine-failed', `This engine computes wrongly: the losses of a step were ${values.join(', ')}. Update the graphics driver, or use another engine.`)
    return performance.now() - start
  }

  dispose(): void {
    this.#stepper.dispose()
    this.#model.dispose()
    disposeRates(this.#rates)
  }
}
