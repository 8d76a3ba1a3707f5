/** Networks as data: shapes that fit, parameters that are counted by hand, names that stay. */
import { describe, expect, it } from 'vitest'
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { flattened, type Block } from '../../../src/engine/blocks.ts'
import { families } from '../../../src/engine/families/index.ts'
import { forwardMultiplyAdds, parameterCounts, stepMultiplyAdds } from '../../../src/engine/cost.ts'
import { memoryEstimate, smallerBatch } from '../../../src/engine/memory-estimate.ts'

const names = Object.keys(families) as TrainingOptions['network'][]
const resolutions = [16, 32, 64, 128, 256] as const
const last = (blocks: readonly Block[]): unknown => {
  const { outputs, height, width } = blocks.at(-1) as Block
  return { outputs, height, width }
}

describe.each(names)('%s', (network) => {
  it.each(resolutions)('gives pictures and features at %i px, grey, in colour and with alpha', (resolution) => {
    for (const channels of [1, 3, 4]) {
      const { generator, discriminator, features, layoutG, layoutD } = architectureOf({ ...defaultOptions, network, resolution, width: 8, attention: true, dropout: 0.2 }, 3, channels)
      expect(last(generator)).toEqual({ outputs: channels, height: resolution, width: resolution })
      expect(last(discriminator)).toEqual({ outputs: features, height: 1, width: 1 })
      for (const layout of [layoutG, layoutD]) {
        expect(new Set(layout.specs.map(({ name }) => name)).size).toBe(layout.specs.length)
        expect(layout.specs.every(({ shape }) => shape.every((side) => Number.isInteger(side) && side > 0))).toBe(true)
      }
    }
  })
  it('makes pictures that are no squares', () => {
    const { generator, discriminator } = architectureOf({ ...defaultOptions, network, resolution: 64, aspect: '3:4', width: 8 }, 0, 3)
    expect(last(generator)).toEqual({ outputs: 3, height: 64, width: 48 })
    expect(flattened(discriminator).every(({ height, width }) => Number.isInteger(height) && Number.isInteger(width))).toBe(true)
  })
  it('grows with width and depth', () => {
    const options = { ...defaultOptions, network, resolution: 32, conditional: false } as const
    const small = stepMultiplyAdds({ ...options, width: 8 }, 0, 3)
    expect(stepMultiplyAdds({ ...options, width: 16 }, 0, 3)).toBeGreaterThan(1.5 * small)
    expect(stepMultiplyAdds({ ...options, width: 8, depth: 1 }, 0, 3)).toBeGreaterThan(small)
    expect(parameterCounts({ ...options, width: 8, depth: 1 }, 0, 3).D).toBeGreaterThan(parameterCounts({ ...options, width: 8 }, 0, 3).D)
    expect(memoryEstimate({ ...options, batchSize: 64 }, 0, 3)).toBeGreaterThan(memoryEstimate({ ...options, batchSize: 16 }, 0, 3))
  })
})

describe('a discriminator of its own width', () => {
  const options = { ...defaultOptions, resolution: 32, width: 8, conditional: false } as const
  it.each(['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const)('of %s is that of wider networks, beside the same generator', (network) => {
    const [narrow, own, wide] = [{ width: 8 }, { width: 8, widthD: 16 }, { width: 16 }].map((change) => parameterCounts({ ...options, network, ...change }, 0, 3))
    expect(own).toEqual({ G: narrow?.G, D: wide?.D })
  })
})

describe('a batch that should fit', () => {
  const options = { ...defaultOptions, resolution: 64, width: 32, batchSize: 100 } as const
  const need = (batchSize: number): number => memoryEstimate({ ...options, batchSize }, 2, 3)
  it('is the largest half, quarter or eighth that the estimate allows, and at most half of what ran out', () => {
    expect(smallerBatch(options, 2, 3, 2 * need(100))).toBe(50)
    expect(smallerBatch(options, 2, 3, need(25))).toBe(25)
    expect(smallerBatch(options, 2, 3, need(25) - 1)).toBe(12)
    expect(smallerBatch(options, 2, 3, need(3))).toBe(3)
  })
  it('is none where the smallest does not fit either, or was tried', () => {
    expect(smallerBatch(options, 2, 3, need(2))).toBeNull()
    expect(smallerBatch({ ...options, batchSize: 3 }, 2, 3, 1e12)).toBeNull()
  })
})

describe('counts by hand, at 16 px, width 8, latents of 8, colour, no classes', () => {
  const counted = (network: TrainingOptions['network']) => {
    const options = { ...defaultOptions, network, resolution: 16, width: 8, latentSize: 8, conditional: false } as const
    return { parameters: parameterCounts(options, 0, 3), multiplyAdds: forwardMultiplyAdds(architectureOf(options, 0, 3)) }
  }
  const convolution = (taps: number, inputs: number, outputs: number): number => taps ** 2 * inputs * outputs + outputs
  it('light', () => {
    expect(counted('light')).toEqual({
      parameters: { G: 9 * 512 + convolution(3, 32, 16) + convolution(3, 16, 8) + convolution(3, 8, 3), D: convolution(3, 3, 8) + convolution(3, 8, 16) + convolution(3, 16, 32) + 33 },
      multiplyAdds: { G: 8 * 512 + 16 * 16 * 32 * 16 + 64 * 16 * 16 * 8 + 256 * 9 * 8 * 3, D: 256 * 9 * 3 * 8 + 64 * 16 * 8 * 16 + 16 * 16 * 16 * 32 + 32 },
    })
  })
  it('mlp', () => {
    expect(counted('mlp')).toEqual({
      parameters: { G: 9 * 128 + 129 * 128 + 129 * 768, D: 769 * 128 + 129 * 128 + 129 },
      multiplyAdds: { G: 8 * 128 + 128 * 128 + 128 * 768, D: 768 * 128 + 128 * 128 + 128 },
    })
  })
  it('dcgan', () => {
    expect(counted('dcgan').parameters).toEqual({
      G: 9 * 256 + 2 * 16 + 16 * 16 * 8 + 2 * 8 + convolution(4, 8, 3),
      D: convolution(4, 3, 8) + 16 * 8 * 16 + 2 * 16 + 16 * 16 + 1,
    })
  })
  it('resnet', () => {
    const up = (inputs: number, outputs: number): number => 2 * inputs + convolution(3, inputs, outputs) + 2 * outputs + convolution(3, outputs, outputs) + convolution(1, inputs, outputs)
    const down = (inputs: number, outputs: number): number => convolution(3, inputs, outputs) + convolution(3, outputs, outputs) + convolution(1, inputs, outputs)
    expect(counted('resnet').parameters).toEqual({ G: 9 * 512 + up(32, 16) + up(16, 8) + 2 * 8 + convolution(3, 8, 3), D: down(3, 16) + down(16, 32) + 33 })
  })
  it('r3', () => {
    const block = (channels: number): number => 2 * 9 * channels ** 2 + channels
    // 16, 16 and 8 channels at 4, 8 and 16 px: 8 · 1.5^k in steps of 8.
    expect(counted('r3').parameters).toEqual({
      G: 9 * 16 + 256 + block(16) + 16 * 16 + block(16) + 16 * 8 + block(8) + convolution(1, 8, 3),
      D: 3 * 8 + block(8) + 8 * 16 + block(16) + 16 * 16 + block(16) + 256 + 17,
    })
  })
})

describe('the light networks', () => {
  it('keep the names, shapes and order that checkpoints have', () => {
    const { layoutG, layoutD } = architectureOf({ ...defaultOptions, resolution: 16, width: 8, depth: 1, latentSize: 8 }, 2, 3)
    const lines = [...layoutG.specs, ...layoutD.specs].map(({ name, shape }) => `${name} ${shape.join('x')}`)
    expect(lines).toEqual([
      'G.embedding 2x8', 'G.base.kernel 16x512', 'G.base.bias 512',
      'G.stage8.up.kernel 3x3x16x32', 'G.stage8.up.bias 16', 'G.stage8.residual0.kernel 3x3x16x16', 'G.stage8.residual0.bias 16',
      'G.stage16.up.kernel 3x3x8x16', 'G.stage16.up.bias 8', 'G.picture.kernel 3x3x8x3', 'G.picture.bias 3',
      'D.picture.kernel 3x3x3x8', 'D.picture.bias 8',
      'D.stage8.down.kernel 3x3x8x16', 'D.stage8.down.bias 16', 'D.stage8.residual0.kernel 3x3x16x16', 'D.stage8.residual0.bias 16',
      'D.stage4.down.kernel 3x3x16x32', 'D.stage4.down.bias 32', 'D.stage4.residual0.kernel 3x3x32x32', 'D.stage4.residual0.bias 32',
      'D.head.kernel 32x1', 'D.head.bias 1', 'D.embedding 2x32',
    ])
  })
})
