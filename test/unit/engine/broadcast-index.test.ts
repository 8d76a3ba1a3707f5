/** Where a fused kernel finds an element of a tensor that is broadcast to its result. */
import { describe, expect, it } from 'vitest'
import { broadcastIndex, literal } from '../../../src/engine/webgpu/formula-lines.ts'

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
/** By coordinates, one dimension after the other. */
function expected(from: readonly number[], to: readonly number[], index: number): number {
  const padded = [...new Array<number>(Math.max(0, to.length - from.length)).fill(1), ...from.slice(Math.max(0, from.length - to.length))]
  let [rest, at, stride] = [index, 0, 1]
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const [size, own] = [to[axis] ?? 1, padded[axis] ?? 1]
    at += (own === 1 ? 0 : rest % size) * stride
    stride *= own
    rest = Math.floor(rest / size)
  }
  return at
}
/** WGSL divides whole numbers without a remainder. */
const evaluate = (text: string, index: number): number =>
  Number(new Function('index', `return ${text.replace(/\((\w+) \/ (\d+)\)/g, 'Math.trunc($1 / $2)')}`)(index))

describe('the index of a broadcast element', () => {
  it.for<readonly [from: number[], to: number[]]>([
    [[2, 3, 4], [2, 3, 4]], [[4], [2, 3, 4]], [[1], [5, 2]], [[], [3]], [[2, 1, 1], [2, 3, 4]], [[3, 1], [2, 3, 4]], [[2, 1, 4], [2, 3, 4]],
    [[2, 1, 3, 1], [2, 5, 3, 4]], [[1, 5, 1, 4], [2, 5, 3, 4]], [[1, 1, 6], [6]], [[1, 3], [2, 1, 3]],
  ])('of %j in %j', ([from, to]) => {
    const text = broadcastIndex(from, to, 'index')
    for (let index = 0; index < sizeOf(to); index++) expect(evaluate(text, index)).toBe(expected(from, to, index))
  })

  it('writes a number as it is', () => {
    for (const value of [0, -0, 1, 0.1, 1e-38, -3.4e38]) {
      const bits = Number(/\d+(?=u)/.exec(literal(value).slice(12))?.[0])
      expect(new Float32Array(Uint32Array.of(bits).buffer)[0]).toBe(Math.fround(value))
    }
  })
})
