/**
 * Convolutions of 4x4 taps and stride 2, and their transposes, by 1.8 times fewer multiplications (minimal filtering
 * F(2×2, 2×2), Winograd 1980, Lavin & Gray 2016). Such a convolution adds up four phases of its pictures, each under 2x2 taps,
 * and a transposed one makes four phases, each from 2x2 taps. Two places of two taps g0, g1 over d0, d1, d2 are
 *
 *     y0 = m0 + m1,  y1 = m1 - m2  with  m0 = (d0 - d1)·g0,  m1 = d1·(g0 + g1),  m2 = (d1 - d2)·g1
 *
 * and the same across lines: nine products of matrices with 2x2 places as rows, instead of sixteen. Adding and subtracting
 * neighbours costs no more than a bit of precision. A chunk's tiles stay in the cache from pictures to results.
 */
import { add, countDown, divide, i32, inTurn, multiply, remainder, shiftLeft, shiftRight, smaller, subtract, times, v128, type Code, type Local, type Scope } from './assembler.ts'
import { RecordLayout } from './record.ts'

/**
 * Strides in bytes. A phase of a tile reads 3x3 places `step` apart; the nine values of a channel go to nine sets
 * `set` apart, a tile to a row of `row`, a phase `phase` further; results have sets `resultSet` apart and `outPhases`² phases.
 * `values` and `results` are addresses, or begin in the thread's own memory.
 */
export const minimalRecord = new RecordLayout([
  'x', 'xPicture', 'xTileLine', 'xTilePlace', 'xPhaseLine', 'xPhasePlace', 'xStepLine', 'xStepPlace', 'channels',
  'tilesX', 'tilesY', 'tiles', 'tilesPerChunk', 'set', 'row', 'phase',
  'sets', 'depth', 'panels', 'panelSet', 'columns', 'zeros', 'bias', 'rectified', 'slope', 'values', 'results', 'resultSet',
  'y', 'yPicture', 'yTileLine', 'yTilePlace', 'yPhaseLine', 'yPhasePlace', 'yStepLine', 'yStepPlace', 'outPhases',
])
type Field = Parameters<typeof minimalRecord.read>[1]

/** Locals and code that every task on tiles needs. */
export function tilesOf(scope: Scope) {
  const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
  const read = (field: Field): Code => minimalRecord.read(record.get, field)
  const [first, count, tile, picture, tileLine, tilePlace, phaseLine, phasePlace] = scope.several(8, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local]
  const [from, to, quarters, set, stepLine, stepPlace, resultSet, one, two, zero] = scope.several(10, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
  const nine = scope.several(9, 'v128')
  const at = (row: number, column: number): Local => nine[3 * row + column] as Local

  const begin: Code = [
    ...first.set(multiply(chunk.get, read('tilesPerChunk'))),
    ...count.set(smaller(read('tilesPerChunk'), subtract(read('tiles'), first.get))),
    ...set.set(read('set')),
    ...stepLine.set(read('xStepLine')),
    ...stepPlace.set(read('xStepPlace')),
    ...resultSet.set(read('resultSet')),
  ]
  /** Each tile of the chunk, and where it is among pictures. */
  const each = (...body: readonly Code[]): Code => inTurn(tile, zero, count,
    picture.set(divide(add(first.get, tile.get), multiply(read('tilesX'), read('tilesY')))),
    tilePlace.set(remainder(add(first.get, tile.get), multiply(read('tilesX'), read('tilesY')))),
    tileLine.set(divide(tilePlace.get, read('tilesX'))),
    tilePlace.set(remainder(tilePlace.get, read('tilesX'))),
    ...body)
  const phases = (number: Code, ...body: readonly Code[]): Code => times(phaseLine, number, times(phasePlace, number, ...body))
  const phase = add(shiftLeft(phaseLine.get, i32(1)), phasePlace.get)

  /** From 3x3 places to nine values, four channels at a time; `values` is the chunk's first. */
  const takeApart = (values: Code): Code => [
    ...from.set(add(add(read('x'), multiply(picture.get, read('xPicture'))), add(
      add(multiply(tileLine.get, read('xTileLine')), multiply(tilePlace.get, read('xTilePlace'))),
      add(multiply(phaseLine.get, read('xPhaseLine')), multiply(phasePlace.get, read('xPhasePlace')))))),
    ...to.set(add(values, add(multiply(tile.get, read('row')), multiply(phase, read('phase'))))),
    ...quarters.set(shiftRight(read('channels'), i32(2))),
    ...countDown(quarters,
      one.set(from.get),
      [0, 1, 2].flatMap((row) => [
        ...two.set(one.get),
        ...[0, 1, 2].flatMap((column) => [...at(row, column).set(v128.load(two.get)), ...(column < 2 ? two.plus(stepPlace.get) : [])]),
        ...at(row, 0).set(v128.subtract(at(row, 0).get, at(row, 1).get)),
        ...at(row, 2).set(v128.subtract(at(row, 1).get, at(row, 2).get)),
        ...(row < 2 ? one.plus(stepLine.get) : []),
      ]),
      one.set(to.get),
      [0, 1, 2].flatMap((row) => [0, 1, 2].flatMap((column) => {
        const value = row === 1 ? at(1, column).get : row === 0 ? v128.subtract(at(0, column).get, at(1, column).get) : v128.subtract(at(1, column).get, at(2, column).get)
        return [...v128.store(one.get, value), ...(row === 2 && column === 2 ? [] : one.plus(set.get))]
      })),
      from.plus(i32(16)),
      to.plus(i32(16))),
  ]

  return { record, chunk, read, first, count, tile, picture, tileLine, tilePlace, phaseLine, phasePlace, phase, from, to, quarters, one, two, set, resultSet, at, begin, each, phases, takeApart }
}
