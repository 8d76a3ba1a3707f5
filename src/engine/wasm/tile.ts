/**
 * What both products are made of: a tile of rows × columns sums in registers. Twelve sums, two vectors of
 * columns and one of a row's value in all lanes are the fifteen registers that WebAssembly has on x86-64.
 */
import { i32, less, v128, when, type Code, type Local, type Scope } from './assembler.ts'

export const tileRows = 6
/** Columns of a tile: eight, or four where there are no more. */
export type TileColumns = 4 | 8

export type MultiplyAdd = (a: Code, b: Code, c: Code) => Code
/** Two roundings, on processors or in hosts without relaxed SIMD. */
export const plainMultiplyAdd: MultiplyAdd = (a, b, c) => v128.add(v128.multiply(a, b), c)

export class Tile {
  readonly columns: TileColumns
  readonly #sums: readonly (readonly Local[])[]
  readonly #right: readonly Local[]
  readonly #left: Local
  readonly #multiplyAdd: MultiplyAdd

  constructor(scope: Scope, columns: TileColumns, multiplyAdd: MultiplyAdd) {
    this.columns = columns
    this.#multiplyAdd = multiplyAdd
    this.#sums = Array.from({ length: tileRows }, () => scope.several(columns / 4, 'v128'))
    this.#right = scope.several(columns / 4, 'v128')
    this.#left = scope.make('v128')
  }

  /** The same start for all rows: four columns at a time. */
  start(of: (quarter: number) => Code): Code {
    return this.#sums.flatMap((row) => row.flatMap((sum, quarter) => sum.set(of(quarter))))
  }

  /** Adds left[row]·right[column]: `left` gives a row's value in four lanes, `right` four columns. */
  accumulate(left: (row: number) => Code, right: (quarter: number) => Code): Code {
    return [
      ...this.#right.flatMap((vector, quarter) => vector.set(right(quarter))),
      ...this.#sums.flatMap((row, r) => [
        ...this.#left.set(left(r)),
        ...row.flatMap((sum, quarter) => sum.set(this.#multiplyAdd(this.#left.get, (this.#right[quarter] as Local).get, sum.get))),
      ]),
    ]
  }

  /** Multiplied by `slope` where below zero. */
  rectify(slope: Local): Code {
    return this.#sums.flat().flatMap((sum) => sum.set(v128.choose(v128.greater(sum.get, v128.zero), sum.get, v128.multiply(sum.get, slope.get))))
  }

  /** Writes a row to an address, the first `valid` of its columns. */
  storeRow(row: number, at: Local, valid: Code): Code {
    const sums = this.#sums[row] as readonly Local[]
    const lane = (column: number): Code => v128.storeLane(at.get, (sums[column >> 2] as Local).get, column & 3, 4 * column)
    return when(less(valid, i32(this.columns)), this.#each(valid, lane), sums.flatMap((sum, quarter) => v128.store(at.get, sum.get, 16 * quarter)))
  }

  /** Takes a row from where `storeRow` has put it. */
  loadRow(row: number, at: Local, valid: Code): Code {
    const sums = this.#sums[row] as readonly Local[]
    const lane = (column: number): Code => {
      const sum = sums[column >> 2] as Local
      return sum.set(v128.loadLane(at.get, sum.get, column & 3, 4 * column))
    }
    return when(less(valid, i32(this.columns)), this.#each(valid, lane), sums.flatMap((sum, quarter) => sum.set(v128.load(at.get, 16 * quarter))))
  }

  #each(valid: Code, lane: (column: number) => Code): Code {
    return Array.from({ length: this.columns }, (_, column) => when(less(i32(column), valid), lane(column))).flat()
  }
}

