/**
 * Whatever the options, a run that goes on from a checkpoint is the run that went on by itself, byte for byte: each
 * choice of each option that a step reads, each switch both ways, and numbers that are not their defaults. Runs are
 * made of the table of options, so that a new one is tried without being named here.
 */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultOptions, optionKeys, optionSpec, type OptionKey, type TrainingOptions } from '../../src/contract/options.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { train } from '../../src/training/train.ts'
import { testBed } from './bed.ts'
import { packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

/** Of pictures, of families (`families`), of a machine, of pretrained networks (`class-head`), and of other tasks and teachers (`enlarging`, `translating`, `distillation`). */
const elsewhere: readonly OptionKey[] = [
  'resolution', 'aspect', 'fit', 'channels', 'validationShare', 'testShare', 'output', 'colours', 'palettePixels', 'enlarge', 'enlargePixels', 'enlargeFeatures', 'translate', 'translateCycle', 'translateIdentity',
  'network', 'width', 'latentSize', 'batchSize', 'precision', 'projected', 'featureEnergy', 'classHead', 'teachPixels', 'teachFeatures', 'seed', 'snapshots', 'scoringShare', 'blockRates',
]
/** Larger ones would make a few small steps diverge. */
const numbers: Partial<TrainingOptions> = {
  widthD: 12, depth: 1, dropout: 0.2, transition: 0.5, classLoss: 0.5, pseudoLabels: 0.6, labelSmoothing: 0.1, featureMatching: 1, energy: 1, penaltyGamma: 0.5, finalGamma: 0.3, penaltyEvery: 2, beta1: 0.3, beta2: 0.9, stepsD: 2, weightDecay: 0.01, gradientClip: 5,
  augmentProbability: 0.7, augmentTarget: 0.3, augmentTranslation: 0.1, augmentFlip: 0.2, augmentScaling: 0.2, augmentCrop: 0.2, augmentRotation: 20, augmentBrightness: 0.3, augmentContrast: 0.3, augmentSaturation: 0.3, augmentCutout: 0.3, augmentNoise: 0.1,
  bootstrap: 0.3, warmup: 0.1, finalLearningRate: 0.5, emaKimg: 1, thaw: 0.5, learningRateG: 2e-4, learningRateD: 3e-4,
}
const tried = optionKeys.filter((key) => !elsewhere.includes(key))
const rows = Math.max(...tried.map((key) => choicesOf(key).length))

function choicesOf(key: OptionKey): readonly unknown[] {
  const spec = optionSpec(key)
  return spec.type === 'choice' ? spec.choices : spec.type === 'switch' ? [false, true] : [defaultOptions[key], numbers[key]]
}
const optionsOf = (row: number): TrainingOptions => ({ ...smallOptions, snapshots: 4, ...Object.fromEntries(tried.map((key, at) => [key, choicesOf(key)[(row + (choicesOf(key).length === 2 ? Math.floor(at / 2) : 0)) % choicesOf(key).length]])) })

const bed = testBed()

const [steps, pauseAt] = [6, 3]
/** Pauses once, before a step, which saves. */
class PausingHost extends TestHost {
  #steps = 0
  override paused(): boolean {
    return this.#steps === pauseAt
  }
  override async waitWhilePaused(): Promise<void> {
    this.#steps++
    await super.waitWhilePaused()
  }
}

/** Without what depends on the clock: how long it took, and when it was time for a sheet. */
const contentOf = async (file: string) => {
  const { tensors } = decodeSafetensors(await readFile(file), file)
  const { streams, watch, counters } = await readCheckpoint(file)
  return { tensors: Object.fromEntries([...tensors].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('hex')])), streams, watch, counters: { ...counters, elapsedMs: 0, sheetsTaken: 0, lastSheetAtMs: 0 } }
}

describe('resumed from a pause, a run goes on as it did', { timeout: 240_000 }, () => {
  it('with every option that a number is for', () => {
    for (const key of tried) expect([key, choicesOf(key)]).toEqual([key, expect.not.arrayContaining([undefined])])
  })

  it.each([
    ...Array.from({ length: rows }, (_, row) => optionsOf(row)),
    { ...smallOptions, snapshots: 4, output: 'palette', colours: 4, blockRates: 'D.picture=0 G=0.5 G.base=0', thaw: 0.7 } satisfies TrainingOptions,
    { ...smallOptions, snapshots: 4, batchSize: 2, projected: 0.5, featureEnergy: 1 } satisfies TrainingOptions,
  ])('$loss, $penalty, $augment, $output, projected $projected', async (options) => {
    const own = await temporaryFolder()
    const data = await packedSet(bed.folder)
    const totalImages = steps * options.batchSize * options.stepsD
    const whole = new PausingHost()
    const half = join(own.path, 'half.safetensors')
    await train(trainJob(own.path, data, { options, totalImages }), whole, bed.backend)
    const saved = whole.of('checkpoint')
    expect(saved.length).toBeGreaterThan(1)
    await copyFile(saved.at(-2)?.checkpoint.file ?? '', half)
    expect((await readCheckpoint(half)).counters.imagesSeen).toBeLessThan(totalImages)
    const rest = new TestHost()
    const other = await temporaryFolder()
    await train(trainJob(other.path, data, { options, totalImages, resumeFrom: half }), rest, bed.backend)
    expect(await contentOf(rest.lastCheckpoint)).toEqual(await contentOf(whole.lastCheckpoint))
    await own.remove()
    await other.remove()
  })
})
