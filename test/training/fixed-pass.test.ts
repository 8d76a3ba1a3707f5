/** Pictures from a compiled generator beside those from the same generator kernel by kernel. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { pointOf } from '../../src/contract/latents.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import type { Palette } from '../../src/contract/palette.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { FixedPass } from '../../src/engine/fixed-pass.ts'
import { GraphSession } from '../../src/engine/graph/graph-session.ts'
import { takesStyle } from '../../src/engine/networks.ts'
import { tf } from '../../src/engine/tf.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { generateBatch, PictureMaker } from '../../src/training/pictures.ts'
import { testBed } from './bed.ts'
import { smallOptions } from './helpers.ts'

const bed = testBed()
let compiles = false
beforeAll(() => {
  compiles = bed.backend.id === 'tensorflow'
  if (!compiles) console.warn('TensorFlow is not installed: compiled pictures are not tested.')
})

/** In both ways, with styles where the networks take them. */
async function drawn(change: Partial<TrainingOptions>, channels: 1 | 3 | 4, palette: Palette | null = null): Promise<{ readonly compiled: Uint8Array; readonly plain: Uint8Array; readonly calls: number }> {
  const architecture = architectureOf({ ...smallOptions, ...change }, 2, channels, { palette })
  const weights = tf.tensor1d(freshValues(architecture, 1).G)
  const maker = new PictureMaker(architecture, weights)
  weights.dispose()
  const points = Array.from({ length: 5 }, (_, i) => {
    const point = pointOf(i, architecture.latentSize, null, architecture.classes)
    return takesStyle(architecture) && i === 2 ? { ...point, style: pointOf(9, architecture.latentSize, null, 0).latent } : point
  })
  const calls = vi.spyOn(GraphSession.prototype, 'run')
  try {
    const plain = await maker.draw(points, 0.8, generateBatch + 1)
    expect(calls).not.toHaveBeenCalled()
    return { compiled: await maker.draw(points, 0.8), plain, calls: calls.mock.calls.length }
  } finally {
    calls.mockRestore()
    maker.dispose()
  }
}

async function agree(change: Partial<TrainingOptions>, channels: 1 | 3 | 4): Promise<void> {
  const { compiled, plain, calls } = await drawn(change, channels)
  expect(calls).toBeGreaterThan(0)
  expect(new Set(plain).size).toBeGreaterThan(20)
  expect(Math.max(...compiled.map((value, i) => Math.abs(value - (plain[i] ?? NaN))))).toBeLessThanOrEqual(1)
}

describe('pictures from a compiled generator', () => {
  const variants: readonly (readonly [string, Partial<TrainingOptions>])[] = [
    ...(['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'] as const).map((network) => [network, { network }] as const),
    ...(['none', 'instance', 'layer', 'pixel'] as const).map((normalisationG) => [`${normalisationG} normalisation`, { normalisationG }] as const),
    ['attention', { attention: true }],
    ['without classes', { conditional: false }],
    ['at 4:3', { aspect: '4:3' }],
    ['colour at half its detail', { colourDetail: 'half' }],
    ['wide enough for the studio\'s own kernels', { network: 'dcgan', width: 32 }],
  ]
  it.each(variants)('are those of the plain one: %s', async (_, change) => {
    if (compiles) await agree(change, 3)
  })

  it.each([1, 4] as const)('also with %i channels', async (channels) => {
    if (compiles) await agree({}, channels)
  })

  it('have the colours of a palette', async () => {
    if (!compiles) return
    const palette = [[0, 0, 0], [250, 20, 20], [20, 20, 250], [240, 240, 240]]
    const { compiled, plain } = await drawn({ output: 'palette', colours: 4 }, 3, palette)
    expect(compiled).toEqual(plain)
    expect([...new Set(compiled)].every((value) => palette.flat().includes(value))).toBe(true)
  })

  it('leave no tensor behind', async () => {
    if (!compiles) return
    const before = tf.memory().numTensors
    await drawn({}, 3)
    await drawn({ network: 'fast' }, 3)
    expect(tf.memory().numTensors).toBe(before)
  })
})

it('what cannot be compiled runs kernel by kernel, and says why', () => {
  if (!compiles) return
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const pass = new FixedPass<{ readonly x: tf.Tensor }>({
    fixed: { w: tf.tensor1d([1, 2]) },
    derived: ({ w }) => ({ doubled: { w: tf.mul(w as tf.Tensor, 2) } }),
    pass: ({ doubled }, { x }) => ((x.dataSync()[0] ?? 0) > 0 ? tf.mul(x, doubled?.['w'] as tf.Tensor) : x),
  })
  const x = tf.tensor1d([3, 4])
  for (let i = 0; i < 2; i++) {
    const y = pass.run({ x })
    expect([...y.dataSync()]).toEqual([6, 16])
    y.dispose()
  }
  expect(said.mock.calls).toEqual([[expect.stringContaining('reads a value back')]])
  said.mockRestore()
  x.dispose()
  pass.dispose()
})
