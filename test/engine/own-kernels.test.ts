/** The studio's own kernels beside those that they stand for. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { tensorflowFolder } from '../../src/engine/engine-folder.ts'
import { dataType } from '../../src/engine/graph/graph-def.ts'
import { tensorflowBackend, tensorId, type Attribute } from '../../src/engine/graph/tensorflow-binding.ts'
import { prepareOwnKernels } from '../../src/engine/install/own-kernels.ts'
import { updateAverage } from '../../src/engine/ema.ts'
import { adam, adamEpsilon } from '../../src/engine/optimiser.ts'
import { ownKernelLanes, ownKernelsConvolveLow, ownKernelsFile } from '../../src/engine/own-kernels.ts'
import { level, packedBytes } from '../../src/engine/packed-bytes.ts'
import { tf } from '../../src/engine/tf.ts'
import { varietyOf } from '../../src/engine/variety.ts'
import { openTestBackend } from '../training/helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(() => backend.close())

/** Pictures, side of the large ones, width, channels of large and small ones: whole tiles and rests of every kind. */
const shapes = [
  [1, 4, 4, 16, 32], [2, 8, 8, 16, 32], [5, 16, 12, 48, 96], [64, 8, 8, 32, 64], [3, 32, 32, 32, 64], [300, 4, 4, 16, 32],
  [3, 4, 8, 64, 288], [7, 8, 8, 3, 32], [2, 12, 20, 1, 64], [1, 4, 4, 4, 32], [3, 8, 12, 2, 96], [40, 8, 8, 256, 32],
] as const

it('the studio\'s own kernels are loaded where they were built, on a processor with AVX2', ({ skip }) => {
  if (backend.id !== 'tensorflow' || !existsSync(ownKernelsFile(tensorflowFolder())) || !readFileSync('/proc/cpuinfo', 'utf8').includes(' avx2 ')) return skip()
  expect([8, 16]).toContain(ownKernelLanes())
})

describe('the studio\'s own kernels', () => {
  beforeEach(({ skip }) => {
    if (ownKernelLanes() === 0) skip('There are none for this engine or processor.')
  })

  it.each(shapes)('convolve %i pictures of %i x %i places, %i to %i channels, as TensorFlow does', (n, height, width, c, k) => {
    const large = tf.randomNormal([n, height, width, c], 0, 1, 'float32', 1) as tf.Tensor4D
    const small = tf.randomNormal([n, height / 2, width / 2, k], 0, 1, 'float32', 2) as tf.Tensor4D
    const filter = tf.randomNormal([4, 4, c, k], 0, 1, 'float32', 3) as tf.Tensor4D
    const bias = tf.randomNormal([k], 0, 1, 'float32', 4)
    const none = tf.tensor1d([])
    const slope = attribute('slope', 0.2)
    const run = (op: string, inputs: tf.Tensor[], ...how: Attribute[]): tf.Tensor => runOwn(op, inputs, how, 3)[0] as tf.Tensor

    same(run('GanConvolution', [large, filter, none]), tf.conv2d(large, filter, 2, 'same'))
    same(run('GanConvolution', [large, filter, bias]), tf.add(tf.conv2d(large, filter, 2, 'same'), bias))
    same(run('GanConvolution', [large, filter, bias], slope), tf.leakyRelu(tf.add(tf.conv2d(large, filter, 2, 'same'), bias), 0.2))
    // The gradient by the filter is linear in each, and so is the test.
    const [byLarge, byFilter] = tf.grads((x, f) => tf.sum(tf.mul(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'), small)))([large, filter]) as [tf.Tensor, tf.Tensor]
    const [ofFilter, ofBias] = runOwn('GanFilterGradient', [large, small], [], 2) as [tf.Tensor, tf.Tensor]
    same(ofFilter, byFilter)
    if (c > 4) expect(ofBias.size).toBe(0)
    else same(ofBias, tf.sum(small, [0, 1, 2]))
    const ofLarge = tf.randomNormal([c], 0, 1, 'float32', 5)
    same(run('GanConvolutionBack', [filter, small, none]), byLarge)
    same(run('GanConvolutionBack', [filter, small, ofLarge]), tf.add(byLarge, ofLarge))
    if (c > 4) {
      same(run('GanConvolutionBack', [filter, small, none, large], slope, attribute('M', 1)), tf.mul(byLarge, tf.where(tf.greater(large, 0), 1, 0.2)))
      same(run('GanConvolutionBack', [filter, small, ofLarge], slope), tf.leakyRelu(tf.add(byLarge, ofLarge), 0.2))
    } else {
      same(run('GanConvolutionBack', [filter, small, ofLarge], attribute('tangent', 1)), tf.tanh(tf.add(byLarge, ofLarge)))
      same(run('GanConvolutionBack', [filter, small, none, large], attribute('tangent', 1), attribute('M', 1)), tf.mul(byLarge, tf.sub(1, tf.square(large))))
    }
  })

  it.each(shapes)('sum up, of %i pictures of %i x %i places, %i to %i channels, what a batch norm and its gradient would', (n, height, width, c, k) => {
    const groups = n % 2 === 0 ? 2 : 1
    const large = tf.randomNormal([n, height, width, c], 0, 1, 'float32', 1) as tf.Tensor4D
    const small = tf.randomNormal([n, height / 2, width / 2, k], 0, 1, 'float32', 2) as tf.Tensor4D
    const filter = tf.randomNormal([4, 4, c, k], 0, 1, 'float32', 3)
    const check = (op: string, inputs: tf.Tensor[], bias: tf.Tensor, like: tf.Tensor): void => {
      const channels = like.shape.at(-1) ?? 0
      const x = tf.add(like, 2)
      const [scale, offset] = [tf.randomUniform([channels], 0.5, 2, 'float32', 4), tf.randomNormal([channels], 0, 1, 'float32', 5)]
      const how = [attribute('groups', groups), attribute('slope', 0.2), attribute('epsilon', 1e-5)]
      const summed = attribute('summed', groups)
      const [result, ...moments] = runOwn(op, [...inputs, bias], [summed], 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
      same(result, runOwn(op, [...inputs, bias], [], 3)[0] as tf.Tensor)
      runOwn('GanNormalise', [result, scale, offset, ...moments], [...how, attribute('M', 2)], 3).forEach((tensor, i) => same(tensor, runOwn('GanNormalise', [result, scale, offset], how, 3)[i] as tf.Tensor, 1e-4))

      const [, mean, inverse] = runOwn('GanNormalise', [x, scale, offset], how, 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const [dy, ...sums] = runOwn(op, [...inputs, tf.tensor1d([]), x, scale, offset, mean, inverse], [summed, attribute('slope', 0.2), attribute('M', 5)], 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
      const by = [dy, x, scale, offset, mean, inverse]
      runOwn('GanNormaliseGradient', [...by, ...sums], [...how, attribute('M', 2)], 3).forEach((tensor, i) => same(tensor, runOwn('GanNormaliseGradient', by, how, 3)[i] as tf.Tensor, 1e-4))
    }
    check('GanConvolution', [large, filter], tf.randomNormal([k], 3, 1, 'float32', 6), small)
    if (c > 4) check('GanConvolutionBack', [filter, small], tf.randomNormal([c], 3, 1, 'float32', 6), large)
  })

  it.for([[16, 4, 4, 32, 64], [8, 2, 4, 96, 32], [64, 4, 8, 64, 128], [6, 4, 16, 32, 32], [5, 3, 32, 32, 32], [16, 8, 8, 24, 48], [4, 4, 8, 5, 7]] as const)('convolve %i pictures of %i x %i places, %i to %i channels, in bfloat16 as in float32, but for its rounding', ([n, height, width, c, k], { skip }) => {
    if (!ownKernelsConvolveLow()) skip('This processor has no matrix unit.')
    const { type, idOf, run, low, high, read } = lowered()
    const T = type('T', dataType.bfloat16)
    /** Of what bfloat16 can hold. */
    const random = (shape: number[], seed: number): tf.Tensor => {
      const id = high(low(idOf(tf.randomNormal(shape, 0, 1, 'float32', seed))))
      return tf.tensor(read(id), shape)
    }
    const large = random([n, 2 * height, 2 * width, c], 1) as tf.Tensor4D
    const small = random([n, height, width, k], 2) as tf.Tensor4D
    const filter = random([4, 4, c, k], 3) as tf.Tensor4D
    const bias = tf.randomNormal([k], 0, 1, 'float32', 4)
    const none = tf.tensor1d([])
    const [lowLarge, lowSmall] = [low(idOf(large)), low(idOf(small))]
    const slope = attribute('slope', 0.2)
    /** The number of bfloat16 that is nearest, or where that is a matter of the last digit of a sum, its neighbour. */
    const rounded = (op: string, inputs: number[], expected: tf.Tensor, ...more: Attribute[]): void => {
      const found = read(high(run(op, [T, ...more], inputs, 3)[0] as number))
      const scale = Math.sqrt(tf.mean(tf.square(expected)).arraySync() as number)
      const wrong = read(idOf(expected)).filter((value, i) => !(Math.abs((found[i] ?? NaN) - value) <= 2 ** -8 * Math.abs(value) + 2e-5 * scale))
      expect(wrong).toEqual([])
    }

    const convolved = tf.conv2d(large, filter, 2, 'same')
    rounded('GanConvolution', [lowLarge, idOf(filter), idOf(none)], convolved)
    rounded('GanConvolution', [lowLarge, idOf(filter), idOf(bias)], tf.leakyRelu(tf.add(convolved, bias), 0.2), slope)
    const [byLarge, byFilter] = tf.grads((x, f) => tf.sum(tf.mul(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'), small)))([large, filter]) as [tf.Tensor, tf.Tensor]
    rounded('GanConvolutionBack', [idOf(filter), lowSmall, idOf(none)], byLarge)
    rounded('GanConvolutionBack', [idOf(filter), lowSmall, idOf(none), lowLarge], tf.where(tf.greater(large, 0), byLarge, tf.mul(byLarge, 0.2)), slope, attribute('M', 1))
    // Sums and the gradient stay in float32.
    same(tf.tensor(read(run('GanFilterGradient', [T], [lowLarge, lowSmall], 2)[0]), filter.shape), byFilter)
  })

  it('end in a hyperbolic tangent that is exact to seven digits, also where there is no end to a number', () => {
    const numbers = [0, 1e-30, 1e-4, 0.3, 0.35, 1, 5, 9.5, 44, 1e30, Infinity].flatMap((number) => [number, -number])
    const values = tf.tensor1d([...numbers, ...Array.from({ length: 64 - numbers.length }, (_, i) => i / 9 - 2)])
    // No taps, and each number as the bias of a channel.
    const found = tf.concat(tf.split(values, 16).map((bias) => tf.slice(runOwn('GanConvolutionBack', [tf.zeros([4, 4, 4, 32]), tf.zeros([1, 2, 2, 32]), bias], [attribute('tangent', 1)], 3)[0] as tf.Tensor4D, 0, [1, 1, 1, 4]).flatten())).dataSync()
    values.dataSync().forEach((number, i) => expect([number, Math.abs((found[i] ?? NaN) - Math.tanh(number)) < 2e-7]).toEqual([number, true]))
    expect(runOwn('GanConvolutionBack', [tf.zeros([4, 4, 1, 32]), tf.zeros([1, 2, 2, 32]), tf.tensor1d([NaN])], [attribute('tangent', 1)], 3)[0]?.dataSync()[0]).toBeNaN()
  })

  /** A batch's shape and its groups: channels in runs of every length, rows in one block and in several; rows that are whole vectors by twos, fours and sixteens. */
  const batches: readonly (readonly [readonly number[], number])[] = [
    [[6, 4, 4, 16], 2], [[3, 1, 1, 240], 1], [[40, 8, 8, 112], 4], [[64, 16, 16, 32], 1], [[8, 32, 32, 64], 2],
    [[6, 4, 4, 24], 2], [[64, 16, 16, 12], 1], [[40, 8, 8, 20], 4], [[4, 8, 8, 3], 2], [[32, 36], 2],
  ]
  it.each(batches)('normalise %j in %i groups, and rectify', (given, groups) => {
    const shape = [...given]
    const channels = shape.at(-1) ?? 0
    const x = tf.randomNormal(shape, 3, 1, 'float32', 1)
    const [scale, offset] = [tf.randomUniform([channels], 0.5, 2, 'float32', 3), tf.randomNormal([channels], 0, 1, 'float32', 4)]
    const rows = [groups, -1, channels]
    const normal = (given: tf.Tensor, factor: tf.Tensor, shift: tf.Tensor): tf.Tensor => {
      const grouped = tf.reshape(given, rows)
      const { mean, variance } = tf.moments(grouped, 1, true)
      return tf.reshape(tf.add(tf.mul(tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-5))), factor), shift), shape)
    }
    const expected = (...inputs: [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor => tf.leakyRelu(normal(...inputs), 0.2)
    // Rounding may put what is next to 0 on either side of the rectifier.
    const dy = tf.mul(tf.randomNormal(shape, 0, 1, 'float32', 2), tf.cast(tf.greater(tf.abs(normal(x, scale, offset)), 1e-3), 'float32'))
    const how = [attribute('slope', 0.2), attribute('epsilon', 1e-5), attribute('groups', groups)]
    const [y, mean, inverse] = runOwn('GanNormalise', [x, scale, offset], how, 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
    same(y, expected(x, scale, offset), 1e-4)
    const [dx, dScale, dOffset] = runOwn('GanNormaliseGradient', [dy, x, scale, offset, mean, inverse], how, 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const [byX, byScale, byOffset] = tf.grads((...inputs) => tf.sum(tf.mul(expected(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor])), dy)))([x, scale, offset]) as [tf.Tensor, tf.Tensor, tf.Tensor]
    same(dx, byX, 2e-3)
    same(tf.squeeze(dScale, [0]), byScale, 1e-3)
    same(tf.squeeze(dOffset, [0]), byOffset, 1e-3)
  })

  it('find a small variance far from 0', () => {
    const x = tf.add(tf.randomNormal([64, 8, 8, 16], 0, 1, 'float32', 1), 1000)
    const [, mean, inverse] = runOwn('GanNormalise', [x, tf.ones([16]), tf.zeros([16])], [], 3) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const values = Array.from(x.dataSync()).filter((_, i) => i % 16 === 0)
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length
    expect(mean.dataSync()[0]).toBeCloseTo(middle, 3)
    expect(inverse.dataSync()[0]).toBeCloseTo(1 / Math.sqrt(variance), 5)
  })

  it.each([112, 12])('normalise %i channels in bfloat16 as in float32, but for its rounding', (channels) => {
    const { type, idOf, run, low, high, read } = lowered()
    const [x, dy] = [1, 2].map((seed) => low(idOf(tf.randomNormal([8, 4, 4, channels], 1, 1, 'float32', seed)))) as [number, number]
    const [scale, offset] = [idOf(tf.ones([channels])), idOf(tf.zeros([channels]))]
    const how = [attribute('slope', 0.2), attribute('epsilon', 1e-5), attribute('groups', 2)]
    const inLow = [...how, type('T', dataType.bfloat16)]
    const [y, ...kept] = run('GanNormalise', how, [high(x), scale, offset], 3) as [number, number, number]
    const [lowY, ...lowKept] = run('GanNormalise', inLow, [x, scale, offset], 3) as [number, number, number]
    expect(read(high(lowY))).toEqual(read(high(low(y))))
    expect(lowKept.map(read)).toEqual(kept.map(read))
    const [dx, ...others] = run('GanNormaliseGradient', how, [high(dy), high(x), scale, offset, ...kept], 3) as [number, number, number]
    const [lowDx, ...lowOthers] = run('GanNormaliseGradient', inLow, [dy, x, scale, offset, ...kept], 3) as [number, number, number]
    expect(read(high(lowDx))).toEqual(read(high(low(dx))))
    expect(lowOthers.map(read)).toEqual(others.map(read))
  })

  it.each([[5, 7, 32], [16, 64, 3], [2, 8, 20]])('sum up the gradients of [%i,%i,%i] by channel', (...shape) => {
    const dy = tf.randomNormal(shape, 0, 1, 'float32', 1)
    same(runOwn('GanBiasGradient', [dy])[0] as tf.Tensor, tf.sum(dy, [0, 1]))
  })

  it.each(['LeakyReluGrad', 'Relu6Grad'])('compute %s as TensorFlow does, in both precisions', (op) => {
    const { type, idOf, run, low, high, read } = lowered()
    const alpha = { name: 'alpha', type: tensorflowBackend().binding.TF_ATTR_FLOAT, value: 0.25 }
    const own = op === 'Relu6Grad' ? [attribute('slope', 0), attribute('cap', 6)] : [attribute('slope', 0.25)]
    const theirs = op === 'Relu6Grad' ? [] : [alpha]
    const [dy, y] = [tf.randomNormal([3, 7, 11_216], 0, 1, 'float32', 1), tf.randomUniform([3, 7, 11_216], -2, 8, 'float32', 2)].map(idOf) as [number, number]
    const [lowDy, lowY] = [low(dy), low(y)]
    const [float, bfloat16] = [type('T', dataType.float), type('T', dataType.bfloat16)]
    expect(read(run('GanRectifierGradient', [...own, float], [dy, y], 1)[0])).toEqual(read(run(op, [...theirs, float], [dy, y], 1)[0]))
    expect(read(high(run('GanRectifierGradient', [...own, bfloat16], [lowDy, lowY], 1)[0] as number))).toEqual(read(high(run(op, [...theirs, bfloat16], [lowDy, lowY], 1)[0] as number)))
  })

  it('move an average', () => {
    const [average, values] = [1, 2].map((seed) => tf.randomNormal([70_001], 0, 1, 'float32', seed)) as [tf.Tensor, tf.Tensor]
    same(runOwn('GanAverage', [average, values, tf.scalar(0.01)])[0] as tf.Tensor, tf.add(average, tf.mul(tf.sub(values, average), 0.01)))
  })

  it('update by Adam from the parts of a gradient', () => {
    const size = 70_001
    const [values, gradient, m, v] = [1, 2, 3, 4].map((seed) => tf.randomNormal([size], 0, 1, 'float32', seed)) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
    const [step, moments] = [tf.scalar(0.01), { m, v: tf.square(v) }]
    const expected = adam(values, gradient, moments, { beta1: 0.5, beta2: 0.99, step })
    const parts = tf.split(gradient, [3, 40_000, 1, size - 40_004])
    const how = [attribute('beta1', 0.5), attribute('beta2', 0.99), attribute('epsilon', adamEpsilon), attribute('N', parts.length)]
    const before = values.arraySync()
    const update = (average: tf.Tensor): tf.Tensor[] => runOwn('GanUpdate', [values, m, moments.v, average, step, tf.scalar(0.25), tf.reshape(parts[0] as tf.Tensor, [3, 1]), ...parts.slice(1)], how, 4)
    const made = [expected.values, expected.moments.m, expected.moments.v]
    update(tf.tensor1d([])).slice(0, 3).forEach((tensor, i) => same(tensor, made[i] as tf.Tensor))
    update(gradient).forEach((tensor, i) => same(tensor, [...made, updateAverage(gradient, expected.values, tf.scalar(0.25))][i] as tf.Tensor))
    // What someone else holds is not written over.
    expect(values.arraySync()).toEqual(before)
  })

  it('make every byte the float that it is everywhere', () => {
    const bytes = Uint8Array.from({ length: 1 << 17 }, (_, i) => (i * 7) & 255)
    expect(runOwn('GanLevels', [packedBytes(bytes)])[0]?.dataSync()).toEqual(Float32Array.from(bytes, level))
  })

  it.each([[5, 8, 12, 3], [1, 4, 4, 1], [16, 32, 32, 3]])('tell how much %i pictures of %i x %i x %i differ', (...shape) => {
    const pictures = tf.randomUniform(shape, -1, 1, 'float32', 1) as tf.Tensor4D
    expect(runOwn('GanVariety', [pictures])[0]?.dataSync()[0]).toBeCloseTo(varietyOf(pictures).dataSync()[0] ?? NaN, 6)
  })

  it('take parts of a vector, which keep their values when the vector is gone', () => {
    const vector = tf.range(0, 100)
    const { binding } = tensorflowBackend()
    const parts = runOwn('GanParts', [vector], [attribute('N', 4), { name: 'parts', type: binding.TF_ATTR_INT, value: [16, 2, 2, 3, 7, 1, 2, 99, 0, 5, 1, 0] }], 4)
    vector.dispose()
    expect(parts.map((part) => part.arraySync())).toEqual([[[16, 17, 18], [19, 20, 21]], [7, 8], 99, []])
    const part = (...places: number[]) => () => runOwn('GanParts', [tf.zeros([4])], [{ name: 'parts', type: binding.TF_ATTR_INT, value: places }])
    expect(part(2, 1, 3)).toThrow(/within the vector/)
    expect(part(0, 2, 3)).toThrow(/lacks some of its sides/)
  })

  it('refuse shapes that do not fit', () => {
    const run = (...inputs: tf.Tensor[]): unknown => runOwn('GanConvolution', inputs, [], 3)
    const none = tf.tensor1d([])
    expect(() => run(tf.zeros([1, 8, 8, 16]), tf.zeros([4, 4, 32, 32]), none)).toThrow(/do not fit/)
    expect(() => run(tf.zeros([1, 6, 8, 16]), tf.zeros([4, 4, 16, 32]), none)).toThrow(/do not fit/)
    expect(() => run(tf.zeros([1, 8, 8, 16]), tf.zeros([4, 4, 16, 32]), tf.zeros([31]))).toThrow(/number for each channel/)
    expect(() => run(tf.zeros([8, 8, 16]), tf.zeros([4, 4, 16, 32]), none)).toThrow(/four dimensions/)
    const { type, idOf, run: runLow, low } = lowered()
    const lowConvolution = (...shape: number[]) => () => runLow('GanConvolution', [type('T', dataType.bfloat16)], [low(idOf(tf.zeros(shape))), idOf(tf.zeros([4, 4, shape[3] ?? 0, 32])), idOf(none)], 3)
    expect(lowConvolution(3, 8, 8, 32)).toThrow(ownKernelsConvolveLow() ? /do not fit/ : /no matrix unit/)
    const back = (c: number, more: readonly tf.Tensor[], ...how: Attribute[]) => () => runOwn('GanConvolutionBack', [tf.zeros([4, 4, c, 32]), tf.zeros([3, 4, 4, 32]), none, ...more], [...how, attribute('M', more.length)], 3)
    expect(back(3, [], attribute('slope', 0.2))).toThrow(/up to four channels/)
    expect(back(3, [], attribute('summed', 1))).toThrow(/up to four channels/)
    expect(back(16, [], attribute('tangent', 1))).toThrow(/up to four channels/)
    expect(back(16, [tf.zeros([3, 8, 8, 3])], attribute('slope', 0.2))).toThrow(/shape of the large pictures/)
    expect(back(16, [], attribute('summed', 2))).toThrow(/by groups/)
    expect(back(16, [tf.zeros([3, 8, 8, 3]), ...[1, 2, 3, 4].map(() => tf.ones([16]))], attribute('summed', 1))).toThrow(/shape of what was normalised/)
    expect(() => runOwn('GanNormalise', [tf.zeros([3, 2, 2, 16]), tf.ones([16]), tf.zeros([16])], [attribute('groups', 2)], 3)).not.toThrow()
    expect(() => runOwn('GanNormalise', [tf.zeros([3, 1, 1, 16]), tf.ones([16]), tf.zeros([16])], [attribute('groups', 2)], 3)).toThrow(/by groups/)
    expect(() => runOwn('GanNormalise', [tf.zeros([2, 1, 1, 12]), tf.ones([12]), tf.zeros([12])], [], 3)).toThrow(/by groups/)
    expect(() => runOwn('GanNormalise', [tf.zeros([2, 1, 1, 16]), tf.ones([15]), tf.zeros([16])], [], 3)).toThrow(/number for each channel/)
    expect(() => runOwn('GanNormaliseGradient', [tf.zeros([1, 1, 1, 16]), tf.zeros([2, 1, 1, 16]), ...[1, 2, 3, 4].map(() => tf.ones([16]))], [], 3)).toThrow(/shape of what was normalised/)
    expect(() => runOwn('GanRectifierGradient', [tf.zeros([3, 5]), tf.zeros([3, 5])])).toThrow(/whole vectors/)
    expect(() => runOwn('GanAverage', [tf.zeros([3]), tf.zeros([4]), tf.scalar(1)])).toThrow(/one size/)
    expect(() => runOwn('GanUpdate', [...[1, 2, 3, 4].map(() => tf.zeros([3])), tf.scalar(1), tf.scalar(1), tf.zeros([2])], [], 4)).toThrow(/one size/)
    expect(() => runOwn('GanVariety', [tf.zeros([2, 6, 8, 3])])).toThrow(/multiples of 4/)
  })
})

describe('building them', { skip: process.platform !== 'linux' }, () => {
  it('says why it could not, and leaves nothing', async () => {
    vi.stubEnv('CXX', 'no-such-compiler')
    onTestFinished(() => void vi.unstubAllEnvs())
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-own-kernels-'))
    const said: string[] = []
    await prepareOwnKernels(folder, { log: (level, text, details) => said.push(`${level} ${text} ${String(details?.['message'])}`) })
    expect(said).toEqual(['warn The studio\'s own kernels could not be built; TensorFlow\'s serve there is no C++ compiler'])
    expect(await readdir(join(folder, 'lib'))).toEqual([])
    await rm(folder, { recursive: true })
  })
})

const attribute = (name: 'slope' | 'cap' | 'epsilon' | 'beta1' | 'beta2' | (typeof wholeAttributes)[number], value: number) => {
  const { binding } = tensorflowBackend()
  return { name, type: wholeAttributes.some((whole) => whole === name) ? binding.TF_ATTR_INT : binding.TF_ATTR_FLOAT, value }
}
const wholeAttributes = ['groups', 'N', 'M', 'summed', 'tangent'] as const
const runOwn = (op: string, inputs: readonly tf.Tensor[], attributes: readonly Attribute[] = [], outputs = 1): tf.Tensor[] => tensorflowBackend().executeMultipleOutputs(op, attributes, inputs, outputs)

/** Kernels on bare tensors of TensorFlow, which may be in bfloat16. */
function lowered() {
  const backend = tensorflowBackend()
  const { binding } = backend
  const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value })
  const idOf = (tensor: tf.Tensor): number => tensorId(backend, tensor)
  const run = (op: string, attributes: Attribute[], inputs: number[], outputs: number): number[] => binding.executeOp(op, attributes, inputs, outputs).map(({ id }) => id)
  const cast = (id: number, from: number, to: number): number => run('Cast', [type('SrcT', from), type('DstT', to), { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }], [id], 1)[0] as number
  const low = (id: number): number => cast(id, dataType.float, dataType.bfloat16)
  const high = (id: number): number => cast(id, dataType.bfloat16, dataType.float)
  /** Without -0, which is 0. */
  const read = (id: number | undefined): number[] => Array.from(binding.tensorDataSync(id as number) as Float32Array, (value) => value + 0)
  return { type, idOf, run, low, high, read }
}

/** Within a share of their usual size. */
function same(found: tf.Tensor, expected: tf.Tensor, share = 2e-5): void {
  expect(found.shape).toEqual(expected.shape)
  const [a, b] = [Array.from(found.dataSync()), Array.from(expected.dataSync())]
  const scale = Math.sqrt(b.reduce((sum, value) => sum + value * value, 0) / b.length)
  const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0)
  expect(worst).toBeLessThanOrEqual(share * scale)
}
