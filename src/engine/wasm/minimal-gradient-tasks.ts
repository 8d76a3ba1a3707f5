/** The gradient by filters of 4x4 taps and stride 2, by the tiles of `minimal-tiles.ts`: nine transposed products between these two tasks. */
import { add, and, countDown, divide, i32, multiply, remainder, shiftLeft, shiftRight, v128, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { tilesOf } from './minimal-tiles.ts'
import { RecordLayout } from './record.ts'

/** Values of the pictures, [9, tiles, 4·C], and of the gradients of 2x2 places, [9, tiles, K], for all tiles. */
export function defineMinimalValues(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const { read, first, tile, picture, tileLine, tilePlace, from, to, quarters, one, two, resultSet, at, begin, each, phases, takeApart } = tilesOf(scope)
    const rowBytes = shiftLeft(read('columns'), i32(2))
    const takeGradients: Code = [
      ...from.set(add(add(read('y'), multiply(picture.get, read('yPicture'))), add(multiply(tileLine.get, read('yTileLine')), multiply(tilePlace.get, read('yTilePlace'))))),
      ...to.set(add(read('results'), multiply(add(first.get, tile.get), rowBytes))),
      ...quarters.set(shiftRight(read('columns'), i32(2))),
      ...countDown(quarters,
        one.set(from.get),
        [0, 1].flatMap((row) => [
          ...at(row, 0).set(v128.load(one.get)),
          ...at(row, 2).set(v128.load(add(one.get, read('yStepPlace')))),
          ...at(row, 1).set(v128.add(at(row, 0).get, at(row, 2).get)),
          ...at(row, 2).set(v128.subtract(v128.zero, at(row, 2).get)),
          ...(row === 0 ? one.plus(read('yStepLine')) : []),
        ]),
        two.set(to.get),
        [0, 1, 2].flatMap((row) => [0, 1, 2].flatMap((column) => {
          const value = row === 0 ? at(0, column).get : row === 1 ? v128.add(at(0, column).get, at(1, column).get) : v128.subtract(v128.zero, at(1, column).get)
          return [...v128.store(two.get, value), ...(row === 2 && column === 2 ? [] : two.plus(resultSet.get))]
        })),
        from.plus(i32(16)),
        to.plus(i32(16))),
    ]
    return [...begin, ...each(phases(i32(2), takeApart(add(read('values'), multiply(first.get, read('row'))))), takeGradients)]
  })
}

/** From the nine sums, [9, 4·C, K], to the gradient [4,4,C,K]; a chunk is a row of 4·C. */
export const minimalFiltersRecord = new RecordLayout(['from', 'to', 'channels', 'columns'])

export function defineMinimalFilters(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Parameters<typeof minimalFiltersRecord.read>[1]): Code => minimalFiltersRecord.read(record.get, field)
    const [from, to, set, tap, quarters, one, phase] = scope.several(7, 'i32') as [Local, Local, Local, Local, Local, Local, Local]
    const nine = scope.several(9, 'v128')
    const at = (row: number, column: number): Code => (nine[3 * row + column] as Local).get
    const rowBytes = shiftLeft(read('columns'), i32(2))
    return [
      ...tap.set(multiply(read('channels'), rowBytes)),
      ...set.set(shiftLeft(tap.get, i32(2))),
      ...phase.set(divide(chunk.get, read('channels'))),
      ...from.set(add(read('from'), multiply(chunk.get, rowBytes))),
      // Taps p and p + 2 of a phase p, in lines of four.
      ...to.set(add(add(read('to'), multiply(remainder(chunk.get, read('channels')), rowBytes)), multiply(tap.get, add(shiftLeft(shiftRight(phase.get, i32(1)), i32(2)), and(phase.get, i32(1)))))),
      ...quarters.set(shiftRight(read('columns'), i32(2))),
      ...countDown(quarters,
        one.set(from.get),
        nine.flatMap((value, i) => [...value.set(v128.load(one.get)), ...(i < 8 ? one.plus(set.get) : [])]),
        [0, 1].flatMap((row) => [0, 1].flatMap((column) => v128.store(
          add(to.get, multiply(tap.get, i32(8 * row + 2 * column))),
          v128.add(v128.add(at(row, column), at(row, column + 1)), v128.add(at(row + 1, column), at(row + 1, column + 1)))))),
        from.plus(i32(16)),
        to.plus(i32(16))),
    ]
  })
}
