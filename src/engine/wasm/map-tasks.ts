/** What is done to each number by itself, or by its column: rectifiers, normalisation, Adam. */
import { add, and, countDown, i32, less, multiply, shiftLeft, shiftRight, smaller, subtract, v128, when, type Code, type Local, type ModuleWriter, type Scope } from './assembler.ts'
import { RecordLayout } from './record.ts'
import type { MultiplyAdd } from './tile.ts'

/** Addresses of three results and of five inputs of `count` floats, and numbers of the map's own. */
export const mapRecord = new RecordLayout(['x', 'y', 'z', 'a', 'b', 'c', 'd', 'count', 'p', 'q', 'r', 's'])
export const numbersPerChunk = 16_384

type MapField = Parameters<typeof mapRecord.read>[1]
interface MapScope {
  readonly scope: Scope
  /** A number of the record in all four lanes; to be asked for once, before the loop. */
  number(field: 'p' | 'q' | 'r' | 's'): Local
  /** Four floats of an input. */
  input(field: 'a' | 'b' | 'c' | 'd'): Code
}
interface Written {
  /** Before the loop. */
  readonly before?: Code
  /** Before the results of four floats are asked for. */
  readonly each?: Code
  readonly results: readonly Code[]
}
const outputs: readonly MapField[] = ['x', 'y', 'z']

function defineMap(module: ModuleWriter, name: string, inputs: readonly ('a' | 'b' | 'c' | 'd')[], write: (scope: MapScope) => Written): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const first = scope.make('i32')
    const count = scope.make('i32')
    const left = scope.make('i32')
    const addresses = new Map<MapField, Local>(inputs.map((field) => [field, scope.make('i32')]))
    const at = (field: MapField): Local => addresses.get(field) as Local
    let numbers: Code = []
    const { before = [], each = [], results } = write({
      scope,
      number: (field) => {
        const value = scope.make('v128')
        numbers = [...numbers, ...value.set(v128.splat(mapRecord.readFloat(record.get, field)))]
        return value
      },
      input: (field) => v128.load(at(field).get),
    })
    const out = outputs.slice(0, results.length)
    for (const field of out) addresses.set(field, scope.make('i32'))
    const computed = results.map(() => scope.make('v128'))
    const compute: Code = [...each, ...results.flatMap((result, i) => (computed[i] as Local).set(result))]
    const advance: Code = [...addresses.values()].flatMap((address) => address.plus(i32(16)))
    return [
      ...numbers,
      ...first.set(multiply(chunk.get, i32(numbersPerChunk))),
      ...count.set(smaller(i32(numbersPerChunk), subtract(mapRecord.read(record.get, 'count'), first.get))),
      ...[...addresses].flatMap(([field, address]) => address.set(add(mapRecord.read(record.get, field), shiftLeft(first.get, i32(2))))),
      ...before,
      ...left.set(shiftRight(count.get, i32(2))),
      ...when(left.get, countDown(left, compute, out.flatMap((field, i) => v128.store(at(field).get, (computed[i] as Local).get)), advance)),
      ...left.set(and(count.get, i32(3))),
      ...when(left.get, [
        ...compute,
        ...out.flatMap((field, i) => [0, 1, 2].flatMap((lane) => when(less(i32(lane), left.get), v128.storeLane(at(field).get, (computed[i] as Local).get, lane, 4 * lane)))),
      ]),
    ]
  })
}

export function defineMaps(module: ModuleWriter, multiplyAdd: MultiplyAdd): void {
  /** x = a where above zero, else a·p. */
  defineMap(module, 'rectify', ['a'], ({ number, input }) => {
    const slope = number('p')
    return { results: [v128.choose(v128.greater(input('a'), v128.zero), input('a'), v128.multiply(input('a'), slope.get))] }
  })
  /** x = a where b is above zero, else a·p. */
  defineMap(module, 'rectifyGradient', ['a', 'b'], ({ number, input }) => {
    const slope = number('p')
    return { results: [v128.choose(v128.greater(input('b'), v128.zero), input('a'), v128.multiply(input('a'), slope.get))] }
  })
  /** x = a, between zero and p. */
  defineMap(module, 'clip', ['a'], ({ number, input }) => {
    const most = number('p')
    return { results: [v128.min(v128.max(input('a'), v128.zero), most.get)] }
  })
  /** x = a where b is above zero and below p, else 0. */
  defineMap(module, 'clipGradient', ['a', 'b'], ({ number, input }) => {
    const most = number('p')
    return { results: [v128.and(input('a'), v128.and(v128.greater(input('b'), v128.zero), v128.greater(most.get, input('b'))))] }
  })
  /** a: values, b: gradient, c and d: moments; p = 1-β1, q = 1-β2, r: rate, s = ε. x: values, y and z: moments. */
  defineMap(module, 'adam', ['a', 'b', 'c', 'd'], ({ scope, number, input }) => {
    const [first, second, rate, epsilon] = [number('p'), number('q'), number('r'), number('s')]
    const [m, v, g] = [scope.make('v128'), scope.make('v128'), scope.make('v128')]
    return {
      each: [
        ...g.set(input('b')),
        ...m.set(input('c')),
        ...v.set(input('d')),
        ...m.set(multiplyAdd(v128.subtract(g.get, m.get), first.get, m.get)),
        ...v.set(multiplyAdd(v128.subtract(v128.multiply(g.get, g.get), v.get), second.get, v.get)),
      ],
      results: [
        v128.subtract(input('a'), v128.multiply(rate.get, v128.divide(m.get, v128.add(v128.squareRoot(v.get), epsilon.get)))),
        m.get, v.get,
      ],
    }
  })
}
