/**
 * Y = Xᵀ·D summed over places: the gradient of a convolution by its filters, and a product whose left side is
 * transposed. A place's row of X is again the run of floats under one row of taps, its row of D the gradient
 * there, the same or another for each segment, so both are read where they lie. Places go by in blocks that stay in the cache; sums wait in Y in
 * between, and each runs over the places in their order, whoever computes it.
 */
import { add, countDown, divide, equal, i32, multiply, remainder, shiftLeft, smaller, subtract, v128, when, less, inTurn, whileLess, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { RecordLayout } from './record.ts'
import { Tile, tileRows, type MultiplyAdd } from './tile.ts'

/** Strides in bytes. `lines` of all pictures together, `height` of them a picture, `width` places each. */
export const outerRecord = new RecordLayout([
  'x', 'xPicture', 'xLine', 'xPlace', 'width', 'height', 'lines', 'linesPerBlock', 'run', 'segment',
  'd', 'dSegment', 'columns', 'tilesPerChunk', 'tileChunks', 'panelsPerChunk', 'panelChunks', 'y',
])

const columns = 8

export function defineOuter(module: ModuleWriter, name: string, multiplyAdd: MultiplyAdd): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Parameters<typeof outerRecord.read>[1]): Code => outerRecord.read(record.get, field)
    const [segment, rest, firstTile, tiles, firstPanel, panels, line, linesHere, tileAt, panelAt] = scope.several(10, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const [left, right, leftStep, rightStep, places, inPicture, linesLeft, valid, validRows, to, rowBytes, row] = scope.several(12, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const [lineAt, lineStep, pictureStep, width, height] = scope.several(5, 'i32') as [Local, Local, Local, Local, Local]
    const tile = new Tile(scope, columns, multiplyAdd)

    const accumulate: Code = [
      ...inPicture.set(remainder(line.get, height.get)),
      ...lineAt.set(add(add(read('x'), add(multiply(divide(line.get, height.get), read('xPicture')), multiply(inPicture.get, lineStep.get))),
        add(multiply(segment.get, read('segment')), multiply(tileAt.get, i32(4 * tileRows))))),
      ...right.set(add(add(read('d'), multiply(multiply(line.get, width.get), rightStep.get)), add(multiply(segment.get, read('dSegment')), multiply(panelAt.get, i32(4 * columns))))),
      ...linesLeft.set(linesHere.get),
      ...countDown(linesLeft,
        left.set(lineAt.get),
        places.set(width.get),
        countDown(places,
          tile.accumulate((r) => v128.loadSplat(left.get, 4 * r), (quarter) => v128.load(right.get, 16 * quarter)),
          left.plus(leftStep.get),
          right.plus(rightStep.get)),
        lineAt.plus(lineStep.get),
        inPicture.plus(i32(1)),
        when(equal(inPicture.get, height.get), [...inPicture.set(i32(0)), ...lineAt.plus(pictureStep.get)])),
    ]
    const eachRow = (code: (r: number) => Code): Code => [
      ...row.set(to.get),
      ...Array.from({ length: tileRows }, (_, r) => [...when(less(i32(r), validRows.get), code(r)), ...row.plus(rowBytes.get)]).flat(),
    ]

    return [
      ...rowBytes.set(shiftLeft(read('columns'), i32(2))),
      ...rightStep.set(rowBytes.get),
      ...leftStep.set(read('xPlace')),
      ...lineStep.set(read('xLine')),
      ...width.set(read('width')),
      ...height.set(read('height')),
      // From the line after a picture's last to the first of the next.
      ...pictureStep.set(subtract(read('xPicture'), multiply(height.get, lineStep.get))),
      ...segment.set(divide(chunk.get, multiply(read('tileChunks'), read('panelChunks')))),
      ...rest.set(remainder(chunk.get, multiply(read('tileChunks'), read('panelChunks')))),
      ...firstTile.set(multiply(divide(rest.get, read('panelChunks')), read('tilesPerChunk'))),
      ...firstPanel.set(multiply(remainder(rest.get, read('panelChunks')), read('panelsPerChunk'))),
      ...tiles.set(smaller(read('tilesPerChunk'), subtract(divide(add(read('run'), i32(tileRows - 1)), i32(tileRows)), firstTile.get))),
      ...panels.set(smaller(read('panelsPerChunk'), subtract(divide(add(read('columns'), i32(columns - 1)), i32(columns)), firstPanel.get))),
      ...line.set(i32(0)),
      ...whileLess(line, read('lines'),
        linesHere.set(smaller(read('linesPerBlock'), subtract(read('lines'), line.get))),
        inTurn(tileAt, firstTile, tiles,
          validRows.set(subtract(read('run'), multiply(tileAt.get, i32(tileRows)))),
          inTurn(panelAt, firstPanel, panels,
            valid.set(subtract(read('columns'), multiply(panelAt.get, i32(columns)))),
            to.set(add(add(read('y'), multiply(panelAt.get, i32(4 * columns))), multiply(add(multiply(segment.get, read('run')), multiply(tileAt.get, i32(tileRows))), rowBytes.get))),
            tile.start(() => v128.zero),
            when(line.get, eachRow((r) => tile.loadRow(r, row, valid.get))),
            accumulate,
            eachRow((r) => tile.storeRow(r, row, valid.get)))),
        line.plus(linesHere.get)),
    ]
  })
}
