/** What augmentation does to pictures, and that its gradient is right, on every engine that opens here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.ts'
import { engineIds } from '../../src/contract/data.ts'
import { defaultOptions } from '../../src/contract/options.ts'
import { augment } from '../../src/engine/augment.ts'
import { drawAugment, type AugmentTensors } from '../../src/engine/augment-draw.ts'
import { augmentPolicy, type AugmentPolicy } from '../../src/engine/augment-policy.ts'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { leavesOf, type TensorTree } from '../../src/engine/tensor-tree.ts'
import { tf } from '../../src/engine/tf.ts'

const nothing = augmentPolicy({ ...defaultOptions, augment: 'none' })
const everything: AugmentPolicy = {
  brightness: 0.5, saturation: 1, contrast: 0.5, translation: 0.125, flip: 0.4, scaling: 0.3, crop: 0.2, rotation: 30, cutout: 0.5, noise: 0.1,
}
const parts = Object.keys(everything) as (keyof AugmentPolicy)[]
const only = (part: keyof AugmentPolicy): AugmentPolicy => ({ ...nothing, [part]: everything[part] })

const shape = { count: 6, height: 12, width: 8, channels: 3 }
const size = shape.count * shape.height * shape.width * shape.channels
const pictures = (): tf.Tensor4D => tf.tensor4d(Rng.fromSeed(2).fillNormal(new Float32Array(size)).map(Math.tanh), [6, 12, 8, 3])
const values = (tensor: tf.Tensor): Float32Array => tensor.dataSync<'float32'>()
const drawn = (policy: AugmentPolicy, probability: number, seed = 1, ofShape = shape): AugmentTensors => drawAugment(policy, ofShape, probability, Rng.fromSeed(seed))
const largest = (a: Float32Array, b: Float32Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0)

describe.each(engineIds)('on %s', (id) => {
  let backend: Backend | null = null
  beforeAll(async () => {
    backend = await openBackend(id).catch(() => null)
  })
  afterAll(async () => backend?.close())

  it('changes nothing at no strength and at no probability', (context) => {
    if (backend === null) return context.skip()
    tf.tidy(() => {
      const x = pictures()
      expect(leavesOf(drawn(nothing, 1) as unknown as TensorTree)).toHaveLength(0)
      expect(largest(values(augment(x, drawn(everything, 0))), values(x))).toBeLessThan(2e-6)
    })
  })

  it.for(parts)('%s changes pictures, each its own way, and leaves the numbers finite', (part, context) => {
    if (backend === null) return context.skip()
    tf.tidy(() => {
      const x = tf.tile(tf.slice(pictures(), [0, 0, 0, 0], [1, 12, 8, 3]), [6, 1, 1, 1]) as tf.Tensor4D
      const y = values(augment(x, drawn(only(part), 1)))
      expect(y.every(Number.isFinite)).toBe(true)
      expect(largest(y, values(x))).toBeGreaterThan(0.01)
      const one = size / shape.count
      const different = new Set(Array.from({ length: shape.count }, (_, n) => y.slice(n * one, (n + 1) * one).join()))
      expect(different.size).toBeGreaterThan(1)
    })
  })

  it('moves, mirrors and covers whole pixels exactly', (context) => {
    if (backend === null) return context.skip()
    tf.tidy(() => {
      const x = pictures()
      const known = new Set([...values(x), 0])
      const moved = values(augment(x, drawn({ ...nothing, translation: 0.25, flip: 0.4, cutout: 0.4 }, 1)))
      expect(moved.every((value) => known.has(value))).toBe(true)
      // Two rows down and one column to the right, by hand.
      const place = { rows: tf.tensor2d([[1, -2]]), columns: tf.tensor2d([[1, -1]]) }
      const one = tf.slice(x, [0, 0, 0, 0], [1, 12, 8, 3])
      const expected = tf.pad(tf.slice(one, [0, 0, 0, 0], [1, 10, 7, 3]), [[0, 0], [2, 0], [1, 0], [0, 0]])
      expect(values(augment(one, { colour: null, turn: null, noise: null, hole: null, place }))).toEqual(values(expected))
      const mirror = { rows: tf.tensor2d([[1, 0]]), columns: tf.tensor2d([[-1, 0]]) }
      expect(values(augment(one, { colour: null, turn: null, noise: null, hole: null, place: mirror }))).toEqual(values(tf.reverse(one, 2)))
    })
  })

  it('turns by a quarter exactly, and back again', (context) => {
    if (backend === null) return context.skip()
    tf.tidy(() => {
      const x = tf.tensor4d(Rng.fromSeed(4).fillUniform(new Float32Array(5 * 5)), [1, 5, 5, 1])
      const by = (cos: number, sin: number): AugmentTensors => ({ colour: null, place: null, noise: null, hole: null, turn: tf.tensor2d([[cos, sin]]) })
      const quarter = augment(x, by(0, 1))
      expect(values(quarter)).toEqual(values(tf.reverse(tf.transpose(x, [0, 2, 1, 3]), 2)))
      expect(values(augment(quarter, by(0, -1)))).toEqual(values(x))
    })
  })

  it('has the gradient that differences measure', (context) => {
    if (backend === null) return context.skip()
    for (const part of [...parts, 'everything' as const]) {
      const [found, measured] = tf.tidy(() => {
        const changes = drawn(part === 'everything' ? everything : only(part), 1)
        const weights = tf.tensor4d(Rng.fromSeed(6).fillNormal(new Float32Array(size)), [6, 12, 8, 3])
        const direction = tf.tensor4d(Rng.fromSeed(7).fillNormal(new Float32Array(size)), [6, 12, 8, 3])
        const f = (x: tf.Tensor): tf.Scalar => tf.sum(tf.mul(augment(x as tf.Tensor4D, changes), weights))
        const x = pictures()
        const gradient = tf.grad(f)(x)
        const at = (step: number): number => values(f(tf.add(x, tf.mul(direction, step))))[0] ?? NaN
        // Augmentation is affine in the picture, so differences may reach far.
        return [values(tf.sum(tf.mul(gradient, direction)))[0] ?? NaN, (at(1) - at(-1)) / 2]
      })
      expect(Math.abs(found - measured), part).toBeLessThan(1e-3 * Math.max(1, Math.abs(measured)))
    }
  })
})

describe('the draws', () => {
  beforeAll(async () => void (await openBackend('tensorflow').catch(() => null)))

  it('treat reals and fakes alike: two draws of one stream have the same distribution', () => {
    const many = { ...shape, count: 4000 }
    const rng = Rng.fromSeed(9)
    const [reals, fakes] = [drawAugment(everything, many, 0.7, rng), drawAugment(everything, many, 0.7, rng)].map((draw) =>
      leavesOf(draw as unknown as TensorTree).filter(([path]) => !path.endsWith('pool')).map(([, tensor]) => {
        const { mean, variance } = tf.moments(tf.cast(tensor, 'float32'), 0)
        return { mean: [...mean.dataSync()], variance: [...variance.dataSync()] }
      }))
    expect(reals).toHaveLength(9)
    reals?.forEach(({ mean, variance }, i) => mean.forEach((value, k) => {
      const spread = Math.sqrt((variance[k] ?? 0) / many.count)
      expect(Math.abs(value - (fakes?.[i]?.mean[k] ?? NaN))).toBeLessThan(6 * spread + 1e-6)
      expect(Math.abs((variance[k] ?? 0) - (fakes?.[i]?.variance[k] ?? NaN))).toBeLessThan(0.15 * (variance[k] ?? 0) + 1e-6)
    }))
  })

  it('apply each part as often as the probability says', () => {
    const many = { ...shape, count: 4000 }
    const { hole, turn } = drawn(everything, 0.3, 3, many)
    const share = (tensor: tf.Tensor | null, unchanged: readonly number[]): number => {
      const flat = values(tensor as tf.Tensor)
      const width = unchanged.length
      return Array.from({ length: many.count }, (_, n) => unchanged.some((value, k) => flat[n * width + k] !== value)).filter(Boolean).length / many.count
    }
    expect(share(hole, [0, 0, 0, 0])).toBeCloseTo(0.3, 1)
    expect(share(turn, [1, 0])).toBeCloseTo(0.3, 1)
  })

  it('never mirror as often as not, which would hide which way round pictures are', () => {
    const { place } = drawn({ ...nothing, flip: 0.4 }, 1, 3, { ...shape, count: 2000 })
    const mirrored = values((place as NonNullable<AugmentTensors['place']>).columns).filter((value, i) => i % 2 === 0 && value < 0).length / 2000
    expect(mirrored).toBeGreaterThan(0.35)
    expect(mirrored).toBeLessThan(0.45)
  })
})
