/** Every engine that opens here computes what plain JavaScript does: pictures, logits, gradients, a step. */
import { afterAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { engineIds, type EngineId } from '../../src/contract/data.ts'
import { defaultOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { initialValues } from '../../src/engine/layout.ts'
import { lossD } from '../../src/engine/losses.ts'
import { discriminate, generate } from '../../src/engine/networks.ts'
import { flatten, named, Weights } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'

const architecture = architectureOf({ ...defaultOptions, resolution: 16, width: 4, depth: 1, latentSize: 8, spectralNorm: false }, 2, 3)
const count = 4
const rng = Rng.fromSeed(5)
const valuesG = initialValues(architecture.layoutG, rng)
const valuesD = initialValues(architecture.layoutD, rng)
const latents = rng.fillNormal(new Float32Array(count * architecture.latentSize))
const pictures = rng.fillNormal(new Float32Array(count * 16 * 16 * 3)).map((value) => Math.tanh(value))

interface Findings {
  readonly fakes: Float32Array
  readonly logits: Float32Array
  readonly gradientD: Float32Array
  readonly gradientG: Float32Array
}
const bytesOf = (tensor: tf.Tensor): Promise<Float32Array> => tensor.data() as Promise<Float32Array>

/** The loss of D alone, for finite differences. */
function lossAt(flat: Float32Array): number {
  return tf.tidy(() => {
    const weights = new Weights(architecture.layoutD, flat)
    const value = objective(weights.parameters).dataSync()[0] ?? NaN
    weights.dispose()
    return value
  })
}
const labels = (): tf.Tensor2D => tf.oneHot(tf.tensor1d([0, 1, 0, 1], 'int32'), 2) as tf.Tensor2D
function objective(parameters: ReturnType<typeof named>): tf.Scalar {
  const x = tf.tensor4d(pictures, [count, 16, 16, 3])
  const logits = discriminate(architecture, parameters, x, labels())
  return lossD({ loss: 'non-saturating', labelSmoothing: 0 }, logits, tf.mul(logits, -0.5) as tf.Tensor1D)
}

async function findings(): Promise<Findings> {
  const D = new Weights(architecture.layoutD, valuesD)
  const G = new Weights(architecture.layoutG, valuesG)
  const z = tf.tensor2d(latents, [count, architecture.latentSize])
  const fakes = tf.tidy(() => generate(architecture, G.parameters, z, labels()))
  const logits = tf.tidy(() => discriminate(architecture, D.parameters, tf.tensor4d(pictures, [count, 16, 16, 3]), labels()))
  const gradientD = tf.tidy(() => flatten(tf.grads((...views: tf.Tensor[]) => objective(named(architecture.layoutD, views)))([...D.views])))
  const gradientG = tf.tidy(() => flatten(tf.grads((...views: tf.Tensor[]) =>
    tf.mean(discriminate(architecture, D.parameters, generate(architecture, named(architecture.layoutG, views), z, labels()), labels())))([...G.views])))
  const found = { fakes: await bytesOf(fakes), logits: await bytesOf(logits), gradientD: await bytesOf(gradientD), gradientG: await bytesOf(gradientG) }
  tf.dispose([z, fakes, logits, gradientD, gradientG])
  D.dispose()
  G.dispose()
  return found
}

/** Largest difference, as a share of the largest value. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0) / scale
}

describe('engines', () => {
  let reference: Findings | null = null
  afterAll(() => { reference = null })

  it('cpu: gradients agree with finite differences', async () => {
    const backend = await openBackend('cpu')
    reference = await findings()
    const direction = Rng.fromSeed(9).fillNormal(new Float32Array(valuesD.length))
    const along = reference.gradientD.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0)
    const step = 1e-4
    const moved = (by: number): Float32Array => valuesD.map((value, i) => value + by * (direction[i] ?? 0))
    const measured = (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step)
    expect(Math.abs(measured - along)).toBeLessThan(0.02 * Math.max(1, Math.abs(along)))
    await backend.close()
  })

  it.for(engineIds.filter((id): id is Exclude<EngineId, 'cpu'> => id !== 'cpu'))('%s: agrees with cpu', async (id, context) => {
    const backend = await openBackend(id).catch((error: unknown) => {
      console.warn(`Skipped: ${error instanceof Error ? error.message : String(error)}`)
      return null
    })
    if (backend === null) return context.skip()
    if (reference === null) throw new Error('The reference engine has no findings.')
    const found = await findings()
    expect(difference(found.fakes, reference.fakes)).toBeLessThan(1e-3)
    expect(difference(found.logits, reference.logits)).toBeLessThan(1e-3)
    expect(difference(found.gradientD, reference.gradientD)).toBeLessThan(2e-3)
    expect(difference(found.gradientG, reference.gradientG)).toBeLessThan(2e-3)
    await backend.close()
  })
})
