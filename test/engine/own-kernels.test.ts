import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { tensorflowFolder } from '../../src/engine/engine-folder.ts'
import { dataType } from '../../src/engine/graph/graph-def.ts'
import { reachable, type KernelValue, type Value } from '../../src/engine/graph/kernels.ts'
import { withOwnConvolutions } from '../../src/engine/graph/own-convolutions.ts'
import { tensorflowBackend } from '../../src/engine/graph/tensorflow-binding.ts'
import { prepareOwnKernels } from '../../src/engine/install/own-kernels.ts'
import { ownKernelLanes, ownKernelsFile } from '../../src/engine/own-kernels.ts'
import { tf } from '../../src/engine/tf.ts'
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

describe('the studio\'s own kernels', () => {
  it('are loaded where they were built, on a processor with AVX2', ({ skip }) => {
    if (backend.id !== 'tensorflow' || !existsSync(ownKernelsFile(tensorflowFolder())) || !readFileSync('/proc/cpuinfo', 'utf8').includes(' avx2 ')) return skip()
    expect([8, 16]).toContain(ownKernelLanes())
  })

  it.each(shapes)('convolve %i pictures of %i x %i places, %i to %i channels, as TensorFlow does', (n, height, width, c, k) => {
    if (ownKernelLanes() === 0) return
    const large = tf.randomNormal([n, height, width, c], 0, 1, 'float32', 1) as tf.Tensor4D
    const small = tf.randomNormal([n, height / 2, width / 2, k], 0, 1, 'float32', 2) as tf.Tensor4D
    const filter = tf.randomNormal([4, 4, c, k], 0, 1, 'float32', 3) as tf.Tensor4D
    const bias = tf.randomNormal([k], 0, 1, 'float32', 4)
    const none = tf.tensor1d([])
    const run = (op: string, ...inputs: tf.Tensor[]): tf.Tensor => tensorflowBackend().executeSingleOutput(op, [], inputs)

    same(run('GanConvolution', large, filter, none), tf.conv2d(large, filter, 2, 'same'))
    same(run('GanConvolution', large, filter, bias), tf.add(tf.conv2d(large, filter, 2, 'same'), bias))
    // The gradient by the filter is linear in each, and so is the test.
    const [byLarge, byFilter] = tf.grads((x, f) => tf.sum(tf.mul(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'), small)))([large, filter]) as [tf.Tensor, tf.Tensor]
    same(run('GanFilterGradient', large, small), byFilter)
    if (c <= 4) return
    const ofLarge = tf.randomNormal([c], 0, 1, 'float32', 5)
    same(run('GanConvolutionBack', filter, small, none), byLarge)
    same(run('GanConvolutionBack', filter, small, ofLarge), tf.add(byLarge, ofLarge))
  })

  it('refuse shapes that do not fit', () => {
    if (ownKernelLanes() === 0) return
    const run = (...inputs: tf.Tensor[]): tf.Tensor => tensorflowBackend().executeSingleOutput('GanConvolution', [], inputs)
    const none = tf.tensor1d([])
    expect(() => run(tf.zeros([1, 8, 8, 16]), tf.zeros([4, 4, 32, 32]), none)).toThrow(/do not fit/)
    expect(() => run(tf.zeros([1, 6, 8, 16]), tf.zeros([4, 4, 16, 32]), none)).toThrow(/do not fit/)
    expect(() => run(tf.zeros([1, 8, 8, 16]), tf.zeros([4, 4, 16, 32]), tf.zeros([31]))).toThrow(/bias/)
    expect(() => run(tf.zeros([8, 8, 16]), tf.zeros([4, 4, 16, 32]), none)).toThrow(/four dimensions/)
  })
})

describe('a compiled step', () => {
  const float = { kind: 'type', value: dataType.float } as const
  const input = (name: string, shape: readonly number[]): Value => ({ kind: 'input', name, dtype: dataType.float, shape })
  const output = (op: string, inputs: readonly Value[], shape: readonly number[], attributes = {}): KernelValue =>
    ({ kind: 'kernel', output: 0, kernel: { op, attributes: { T: float, ...attributes }, inputs, outputs: [{ dtype: dataType.float, shape }] } })
  const halving = { strides: { kind: 'integers', value: [1, 2, 2, 1] }, padding: { kind: 'text', value: 'SAME' } }
  const opsOf = (report: Value): readonly string[] => reachable([withOwnConvolutions({ name: 'step', inputs: [], state: new Map(), report }).report]).map(({ op }) => op)
  const convolution = (c: number, k: number, side = 16): KernelValue => output('Conv2D', [input('x', [8, side, side, c]), input('f', [4, 4, c, k])], [8, side / 2, side / 2, k], halving)
  const added = (value: KernelValue): KernelValue => output('BiasAdd', [value, input('b', [32])], [8, 8, 8, 32])

  it('uses them where they fit', () => {
    if (ownKernelLanes() === 0) return
    expect(opsOf(convolution(16, 32))).toEqual(['GanConvolution'])
    expect(opsOf(convolution(3, 32))).toEqual(['GanConvolution'])
    expect(opsOf(convolution(8, 32))).toEqual(['Conv2D'])
    expect(opsOf(convolution(16, 48))).toEqual(['Conv2D'])
    expect(opsOf(convolution(16, 32, 10))).toEqual(['Conv2D'])
  })
  it('adds a bias within them, unless something else needs what it is added to', () => {
    if (ownKernelLanes() === 0) return
    const value = convolution(16, 32)
    expect(opsOf(added(value))).toEqual(['GanConvolution'])
    expect(opsOf(output('Add', [added(value), value], [8, 8, 8, 32]))).toEqual(['GanConvolution', 'BiasAdd', 'Add'])
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

function same(found: tf.Tensor, expected: tf.Tensor): void {
  expect(found.shape).toEqual(expected.shape)
  const [a, b] = [Array.from(found.dataSync()), Array.from(expected.dataSync())]
  const scale = Math.sqrt(b.reduce((sum, value) => sum + value * value, 0) / b.length)
  const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0)
  expect(worst).toBeLessThan(2e-5 * scale)
}
