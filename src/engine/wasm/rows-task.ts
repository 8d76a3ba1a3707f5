/**
 * Y = X·B with B packed into panels of 8 (or 4) columns. A row of X is some segments of memory, each as long
 * as `run` floats: one segment for a matrix, and for a convolution over zero-padded pictures [N,H,W,C] the
 * places under one row of taps, since taps beside each other and their channels lie side by side. So nothing
 * is unfolded. Each sum runs over the segments in their order, whoever computes it.
 */
import { add, divide, i32, countDown, equal, less, load, multiply, remainder, shiftRight, smaller, store, subtract, and, shiftLeft, times, v128, when, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { RecordLayout } from './record.ts'
import { Tile, tileRows, type MultiplyAdd, type TileColumns } from './tile.ts'

/** Strides in bytes; `width`·`height` rows make a picture. `bias` is as wide as all panels. */
export const rowsRecord = new RecordLayout([
  'x', 'xPicture', 'xLine', 'xPlace', 'width', 'height', 'rows', 'run', 'segments', 'segment',
  'panels', 'columns', 'panelsPerChunk', 'panelChunks', 'bias', 'rectified', 'slope',
  'y', 'yPicture', 'yLine', 'yPlace',
])

const tilesPerChunk = 16
export const rowsPerChunk = tilesPerChunk * tileRows
/** Steps of the sum between two looks at the loop's counter. */
const unrolled = 4

export function defineRows(module: ModuleWriter, name: string, columns: TileColumns, multiplyAdd: MultiplyAdd): void {
  module.define(name, 3, (scope) => {
    const [record, chunk, table] = [scope.parameter(0), scope.parameter(1), scope.parameter(2)]
    const read = (field: Parameters<typeof rowsRecord.read>[1]): Code => rowsRecord.read(record.get, field)
    const [first, picture, line, place, at, i] = scope.several(6, 'i32') as [Local, Local, Local, Local, Local, Local]
    const [panel, panelsLeft, tilesLeft, right, valid, steps, segmentsLeft, to, skip, tilesHere] = scope.several(10, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const left = scope.several(tileRows, 'i32')
    const tile = new Tile(scope, columns, multiplyAdd)
    const slope = scope.make('v128')
    const bias = scope.make('i32')
    const panelBytes = multiply(multiply(read('run'), read('segments')), i32(4 * columns))

    // Where each row of the chunk begins in X and in Y; the last row again for those beyond it.
    const addresses: Code = [
      ...picture.set(divide(first.get, multiply(read('width'), read('height')))),
      ...place.set(remainder(first.get, multiply(read('width'), read('height')))),
      ...line.set(divide(place.get, read('width'))),
      ...place.set(remainder(place.get, read('width'))),
      ...at.set(table.get),
      ...times(i, multiply(tilesHere.get, i32(tileRows)),
        store(at.get, add(add(read('x'), multiply(picture.get, read('xPicture'))), add(multiply(line.get, read('xLine')), multiply(place.get, read('xPlace'))))),
        store(at.get, add(add(read('y'), multiply(picture.get, read('yPicture'))), add(multiply(line.get, read('yLine')), multiply(place.get, read('yPlace')))), 4),
        at.plus(i32(8)),
        when(less(add(add(first.get, i.get), i32(1)), read('rows')), [
          ...place.plus(i32(1)),
          ...when(equal(place.get, read('width')), [
            ...place.set(i32(0)),
            ...line.plus(i32(1)),
            ...when(equal(line.get, read('height')), [...line.set(i32(0)), ...picture.plus(i32(1))]),
          ]),
        ])),
    ]

    const step = (count: number): Code => [
      ...Array.from({ length: count }, (_, k) => tile.accumulate((row) => v128.loadSplat((left[row] as Local).get, 4 * k), (quarter) => v128.load(right.get, 4 * columns * k + 16 * quarter))).flat(),
      ...right.plus(i32(4 * columns * count)),
      ...left.flatMap((row) => row.plus(i32(4 * count))),
    ]
    const sum: Code = [
      ...segmentsLeft.set(read('segments')),
      ...countDown(segmentsLeft,
        steps.set(shiftRight(read('run'), i32(Math.log2(unrolled)))),
        when(steps.get, countDown(steps, step(unrolled))),
        steps.set(and(read('run'), i32(unrolled - 1))),
        when(steps.get, countDown(steps, step(1))),
        left.flatMap((row) => row.plus(skip.get))),
    ]

    return [
      ...first.set(multiply(divide(chunk.get, read('panelChunks')), i32(rowsPerChunk))),
      ...tilesHere.set(smaller(i32(tilesPerChunk), divide(add(subtract(read('rows'), first.get), i32(tileRows - 1)), i32(tileRows)))),
      ...addresses,
      ...slope.set(v128.splat(rowsRecord.readFloat(record.get, 'slope'))),
      ...skip.set(subtract(read('segment'), shiftLeft(read('run'), i32(2)))),
      ...panel.set(multiply(remainder(chunk.get, read('panelChunks')), read('panelsPerChunk'))),
      ...panelsLeft.set(smaller(read('panelsPerChunk'), subtract(divide(add(read('columns'), i32(columns - 1)), i32(columns)), panel.get))),
      ...countDown(panelsLeft,
        bias.set(add(read('bias'), multiply(panel.get, i32(4 * columns)))),
        valid.set(subtract(read('columns'), multiply(panel.get, i32(columns)))),
        tilesLeft.set(tilesHere.get),
        at.set(table.get),
        countDown(tilesLeft,
          left.flatMap((row, r) => row.set(load(at.get, 8 * r))),
          right.set(add(read('panels'), multiply(panel.get, panelBytes))),
          tile.start((quarter) => v128.load(bias.get, 16 * quarter)),
          sum,
          when(read('rectified'), tile.rectify(slope)),
          Array.from({ length: tileRows }, (_, r) => [...to.set(add(load(at.get, 8 * r + 4), multiply(panel.get, i32(4 * columns)))), ...tile.storeRow(r, to, valid.get)]).flat(),
          at.plus(i32(8 * tileRows))),
        panel.plus(i32(1))),
    ]
  })
}
