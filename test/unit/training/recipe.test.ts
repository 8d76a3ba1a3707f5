/** The proposal follows the data, the time and the engine. */
import { describe, expect, it } from 'vitest'
import { expectedSpeed } from '../../../src/engine/expected-speed.ts'
import { proposeOptions, type RecipeInput } from '../../../src/training/recipe.ts'

const hands: RecipeInput = {
  pictureCount: 2000, classCounts: new Array<number>(10).fill(200), resolution: 64, channels: 3,
  imagesPerSecondReference: 400, budget: { kind: 'minutes', minutes: 10 },
}
const widthOf = (change: Partial<RecipeInput>): number => proposeOptions({ ...hands, ...change }).options.width

describe('the recipe', () => {
  it('keeps classes apart and varied where there are any', () => {
    expect(proposeOptions(hands).options).toMatchObject({ conditional: true, augment: 'colour+translation+cutout' })
    expect(proposeOptions(hands).options.energy).toBeGreaterThan(0)
    expect(proposeOptions({ ...hands, classCounts: [] }).options).toMatchObject({ conditional: false, energy: 0 })
  })

  it('leaves many pictures as they are', () => {
    expect(proposeOptions({ ...hands, pictureCount: 50_000 }).options.augment).toBe('none')
  })

  it('takes wider networks where the engine is faster or the time longer', () => {
    expect(widthOf({ imagesPerSecondReference: 20 })).toBeLessThan(widthOf({ imagesPerSecondReference: 600 }))
    expect(widthOf({ budget: { kind: 'minutes', minutes: 1 } })).toBeLessThanOrEqual(widthOf({}))
    expect(widthOf({ imagesPerSecondReference: 5000 })).toBeGreaterThan(widthOf({}))
  })

  it('sees enough images with the width it takes', () => {
    const { options } = proposeOptions(hands)
    expect(expectedSpeed(options, 10, 3, { imagesPerSecond: 400, bfloat16: 'none', graphics: false }) * 600).toBeGreaterThan(140_000)
  })

  it('leaves the pretrained network out where pictures are few, or the engine has no strength for it', () => {
    const many = { ...hands, pictureCount: 50_000, classCounts: new Array<number>(10).fill(5000) }
    expect(proposeOptions(many).options.projected).toBeGreaterThan(0)
    expect(proposeOptions(many).reasons).toHaveProperty('projected')
    expect(proposeOptions({ ...many, imagesPerSecondReference: 0.1 }).options).toMatchObject({ projected: 0, featureEnergy: 0 })
    expect(proposeOptions(hands).options).toMatchObject({ projected: 0, featureEnergy: 0 })
  })

  it('takes it where few pictures differ much, with or without classes', () => {
    const traits = { colourDetail: 'full', variety: 0.4 } as const
    for (const classCounts of [hands.classCounts, []])
      expect(proposeOptions({ ...hands, classCounts, traits }).options).toMatchObject({ projected: 0.5, energy: 1, augment: 'colour+translation+cutout', learningRateG: 2e-4 })
    expect(proposeOptions({ ...hands, traits, pictureCount: 100 }).options).toMatchObject({ projected: 0, learningRateG: 5e-4 })
    expect(proposeOptions({ ...hands, traits: { ...traits, variety: 0.17 } }).options).toMatchObject({ projected: 0, learningRateG: 5e-4 })
    expect(proposeOptions({ ...hands, classCounts: [], traits: { ...traits, variety: 0.17 } }).options).toMatchObject({ projected: 0, energy: 0 })
  })

  it('leaves colours alone where they may be what pictures are translated between', () => {
    const { options, reasons } = proposeOptions({ ...hands, classCounts: [1000, 1000], translate: true })
    expect(options).toMatchObject({ translate: true, conditional: true, augment: 'translation', energy: 0, projected: 0, featureEnergy: 0, colourDetail: 'full' })
    expect(Object.keys(reasons)).toEqual(expect.arrayContaining(['translateCycle', 'augment', 'balance']))
    expect(reasons).not.toHaveProperty('energy')
  })

  it('gives a reason for what it chose', () => {
    expect(Object.keys(proposeOptions(hands).reasons)).toEqual(expect.arrayContaining(['conditional', 'width', 'augment', 'energy']))
  })
})
