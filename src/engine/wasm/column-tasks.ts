/**
 * Sums over rows and maps by column of [rows, columns], for normalisations and for gradients of biases.
 * A sum takes rows in blocks and adds up the blocks' sums, so that its error grows with neither alone.
 */
import { add, and, atLeast, countDown, i32, multiply, shiftLeft, shiftRight, smaller, subtract, v128, when, whileLess, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { RecordLayout } from './record.ts'
import type { MultiplyAdd } from './tile.ts'

/** `x` and `u` [rows, columns], the others [columns]; `y` is the result. */
export const columnRecord = new RecordLayout(['x', 'u', 'mean', 'scale', 'factor', 'offset', 'y', 'rows', 'columns'])
export const columnsPerChunk = 16
export const rowsPerMapChunk = 256
const rowsPerBlock = 128

type Field = Parameters<typeof columnRecord.read>[1]

/** Four columns at a time, or one in all lanes. */
interface Width {
  readonly columns: 1 | 4
  load(at: Code, offset?: number): Code
  store(at: Code, value: Code, offset?: number): Code
}
const four: Width = { columns: 4, load: v128.load, store: v128.store }
const one: Width = { columns: 1, load: v128.loadSplat, store: (at, value, offset) => v128.storeLane(at, value, 0, offset) }

/** y = Σ term over the rows, a chunk for each sixteen columns. */
function defineSum(module: ModuleWriter, name: string, uses: readonly ('u' | 'mean')[], term: (x: Code, u: Code, mean: Code, sum: Code) => Code): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Field): Code => columnRecord.read(record.get, field)
    const [column, left, rows, block, x, u, step] = scope.several(7, 'i32') as [Local, Local, Local, Local, Local, Local, Local]
    const [sums, totals, means] = [scope.several(4, 'v128'), scope.several(4, 'v128'), scope.several(4, 'v128')]
    const place = (field: Field): Code => add(read(field), shiftLeft(column.get, i32(2)))
    const zero = scope.make('i32')
    const withMean = uses.includes('mean')
    const pass = (width: Width, count: number): Code => {
      const all = Array.from({ length: count }, (_, i) => i)
      const bytes = 4 * width.columns
      return [
        ...x.set(place('x')),
        ...u.set(place('u')),
        ...rows.set(read('rows')),
        ...all.flatMap((i) => [...(totals[i] as Local).set(v128.zero), ...(withMean ? (means[i] as Local).set(width.load(place('mean'), i * bytes)) : [])]),
        ...whileLess(zero, rows.get,
          block.set(smaller(rows.get, i32(rowsPerBlock))),
          rows.set(subtract(rows.get, block.get)),
          all.flatMap((i) => (sums[i] as Local).set(v128.zero)),
          countDown(block,
            all.flatMap((i) => (sums[i] as Local).set(term(width.load(x.get, i * bytes), width.load(u.get, i * bytes), (means[i] as Local).get, (sums[i] as Local).get))),
            x.plus(step.get),
            u.plus(step.get)),
          all.flatMap((i) => (totals[i] as Local).set(v128.add((totals[i] as Local).get, (sums[i] as Local).get)))),
        ...all.flatMap((i) => width.store(place('y'), (totals[i] as Local).get, i * bytes)),
        ...column.plus(i32(width.columns * count)),
      ]
    }
    return [
      ...step.set(shiftLeft(read('columns'), i32(2))),
      ...column.set(multiply(chunk.get, i32(columnsPerChunk))),
      ...left.set(smaller(i32(columnsPerChunk), subtract(read('columns'), column.get))),
      ...when(atLeast(left.get, i32(columnsPerChunk)), pass(four, 4), whenAny(left, pass(one, 1))),
    ]
  })
}
const whenAny = (left: Local, body: Code): Code => when(left.get, countDown(left, body))

/** y = (x - mean)·factor + offset, and u·scale before it where there is a u; a chunk for so many rows. */
function defineAffine(module: ModuleWriter, name: string, withU: boolean, multiplyAdd: MultiplyAdd): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Field): Code => columnRecord.read(record.get, field)
    const [first, rows, left, x, u, y, column] = scope.several(7, 'i32') as [Local, Local, Local, Local, Local, Local, Local]
    const place = (field: Field): Code => add(read(field), column.get)
    const map = (width: Width): Code => {
      const offset = multiplyAdd(v128.subtract(width.load(x.get), width.load(place('mean'))), width.load(place('factor')), width.load(place('offset')))
      const value = withU ? multiplyAdd(width.load(u.get), width.load(place('scale')), offset) : offset
      return [...width.store(y.get, value), ...[x, u, y, column].flatMap((address) => address.plus(i32(4 * width.columns)))]
    }
    const start = (field: Field): Code => add(read(field), shiftLeft(multiply(first.get, read('columns')), i32(2)))
    return [
      ...first.set(multiply(chunk.get, i32(rowsPerMapChunk))),
      ...rows.set(smaller(i32(rowsPerMapChunk), subtract(read('rows'), first.get))),
      ...x.set(start('x')),
      ...u.set(start('u')),
      ...y.set(start('y')),
      ...countDown(rows,
        column.set(i32(0)),
        left.set(shiftRight(read('columns'), i32(2))),
        whenAny(left, map(four)),
        left.set(and(read('columns'), i32(3))),
        whenAny(left, map(one))),
    ]
  })
}

export function defineColumns(module: ModuleWriter, multiplyAdd: MultiplyAdd): void {
  defineSum(module, 'sum', [], (x, _u, _mean, sum) => v128.add(sum, x))
  /** Σ (x - mean)·(x - mean) */
  defineSum(module, 'sumSquares', ['mean'], (x, _u, mean, sum) => multiplyAdd(v128.subtract(x, mean), v128.subtract(x, mean), sum))
  /** Σ (x - mean)·u */
  defineSum(module, 'sumProducts', ['u', 'mean'], (x, u, mean, sum) => multiplyAdd(v128.subtract(x, mean), u, sum))
  defineAffine(module, 'affine', false, multiplyAdd)
  defineAffine(module, 'affineBoth', true, multiplyAdd)
}
