import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { freshCounters, freshWatch, type Checkpoint } from '../../src/training/checkpoint.ts'
import { frozenD } from '../../src/training/gradients.ts'
import { Model } from '../../src/training/model.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { savedTensors } from '../../src/training/saved-tensors.ts'
import { openTestBackend, smallOptions } from './helpers.ts'

let backend: Backend
beforeAll(async () => { backend = await openTestBackend() })
afterAll(async () => backend.close())

it.each([true, false])('a discriminator is saved as it judges (spectral norm: %s)', (spectralNorm) => {
  const options = { ...smallOptions, spectralNorm, encoder: true }
  const architecture = architectureOf(options, 2, 3)
  const values = freshValues(architecture, 4)
  const saved = savedTensors({ options, classNames: ['a', 'b'], channels: 3, palette: null, counters: freshCounters, watch: freshWatch, values, streams: {} as Checkpoint['streams'] })
  const model = new Model(architecture, options, values)
  for (const [name, tensor] of Object.entries(frozenD(model))) {
    const expected = tensor.dataSync()
    saved.get(name)?.data.forEach((value, i) => expect(Math.abs(value - Number(expected[i]))).toBeLessThan(1e-5))
    expect(saved.get(name)?.shape).toEqual(tensor.shape)
  }
  for (const { name } of [...architecture.layoutG.specs, ...architecture.layoutE.specs]) expect(saved.has(name)).toBe(true)
  model.dispose()
})
