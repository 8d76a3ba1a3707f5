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
import { add, and, atLeast, countDown, divide, equal, i32, inTurn, multiply, remainder, shiftLeft, shiftRight, smaller, subtract, times, v128, when, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { RecordLayout } from './record.ts'
import { rowsRecord } from './rows-task.ts'

/**
 * Strides in bytes. A phase of a tile reads 3x3 places `step` apart; the nine values of a channel go to nine sets
 * `set` apart, a tile to a row of `row`, a phase `phase` further. Results have `outPhases`² phases.
 */
export const minimalRecord = new RecordLayout([
  'x', 'xPicture', 'xTileLine', 'xTilePlace', 'xPhaseLine', 'xPhasePlace', 'xStepLine', 'xStepPlace', 'channels',
  'tilesX', 'tilesY', 'tiles', 'tilesPerChunk', 'set', 'row', 'phase',
  'sets', 'depth', 'panels', 'panelSet', 'columns', 'zeros', 'bias', 'rectified', 'slope', 'results',
  'y', 'yPicture', 'yTileLine', 'yTilePlace', 'yPhaseLine', 'yPhasePlace', 'yStepLine', 'yStepPlace', 'outPhases',
])
type Field = Parameters<typeof minimalRecord.read>[1]

/** A thread's own memory: addresses of rows, the record of an inner product, then values and results of the chunk's tiles. */
export const workspace = { record: 768, values: 1024, bytes: 704 * 1024 } as const

export function defineMinimal(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const [record, chunk, table] = [scope.parameter(0), scope.parameter(1), scope.parameter(2)]
    const read = (field: Field): Code => minimalRecord.read(record.get, field)
    const [first, count, tile, picture, tileLine, tilePlace, phaseLine, phasePlace] = scope.several(8, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local]
    const [from, to, quarters, set, stepLine, stepPlace, resultSet, one, two, bias, zero] = scope.several(11, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const nine = scope.several(9, 'v128')
    const slope = scope.make('v128')
    const at = (row: number, column: number): Local => nine[3 * row + column] as Local
    const values = add(table.get, i32(workspace.values))
    const results = add(values, read('results'))

    /** Where the tile is among pictures. */
    const locate: Code = [
      ...picture.set(divide(add(first.get, tile.get), multiply(read('tilesX'), read('tilesY')))),
      ...tilePlace.set(remainder(add(first.get, tile.get), multiply(read('tilesX'), read('tilesY')))),
      ...tileLine.set(divide(tilePlace.get, read('tilesX'))),
      ...tilePlace.set(remainder(tilePlace.get, read('tilesX'))),
    ]
    const phases = (number: Code, ...body: readonly Code[]): Code => times(phaseLine, number, times(phasePlace, number, ...body))

    /** From 3x3 places to nine values, four channels at a time. */
    const takeApart: Code = [
      ...from.set(add(add(read('x'), multiply(picture.get, read('xPicture'))), add(
        add(multiply(tileLine.get, read('xTileLine')), multiply(tilePlace.get, read('xTilePlace'))),
        add(multiply(phaseLine.get, read('xPhaseLine')), multiply(phasePlace.get, read('xPhasePlace')))))),
      ...to.set(add(values, add(multiply(tile.get, read('row')), multiply(add(shiftLeft(phaseLine.get, i32(1)), phasePlace.get), read('phase'))))),
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

    const inner = add(table.get, i32(workspace.record))
    const given = (field: Parameters<typeof rowsRecord.set>[1], value: Code): Code => rowsRecord.set(inner, field, value)
    const multiplied: Code = [
      ...(['xPicture', 'xLine', 'yPicture', 'yLine', 'segment', 'rectified', 'slope'] as const).flatMap((field) => given(field, i32(0))),
      ...(['height', 'segments', 'panelChunks'] as const).flatMap((field) => given(field, i32(1))),
      ...given('xPlace', read('row')),
      ...given('width', count.get),
      ...given('rows', count.get),
      ...given('run', read('depth')),
      ...given('columns', read('columns')),
      ...given('panelsPerChunk', shiftRight(add(read('columns'), i32(7)), i32(3))),
      ...given('bias', read('zeros')),
      ...given('yPlace', shiftLeft(read('columns'), i32(2))),
      ...times(tile, read('sets'),
        given('x', add(values, multiply(tile.get, set.get))),
        given('panels', add(read('panels'), multiply(tile.get, read('panelSet')))),
        given('y', add(results, multiply(tile.get, resultSet.get))),
        module.call('rows8', inner, i32(0), table.get)),
    ]

    /** From nine results to 2x2 places, four channels at a time. */
    const putTogether: Code = [
      ...to.set(add(add(read('y'), multiply(picture.get, read('yPicture'))), add(
        add(multiply(tileLine.get, read('yTileLine')), multiply(tilePlace.get, read('yTilePlace'))),
        add(multiply(phaseLine.get, read('yPhaseLine')), multiply(phasePlace.get, read('yPhasePlace')))))),
      ...from.set(add(results, add(multiply(tile.get, shiftLeft(read('columns'), i32(2))), multiply(add(shiftLeft(phaseLine.get, i32(1)), phasePlace.get), multiply(i32(9), resultSet.get))))),
      ...bias.set(read('bias')),
      ...quarters.set(shiftRight(read('columns'), i32(2))),
      ...countDown(quarters,
        one.set(from.get),
        [0, 1, 2].flatMap((row) => [
          ...[0, 1, 2].flatMap((column) => [...at(row, column).set(v128.load(one.get)), ...(row === 2 && column === 2 ? [] : one.plus(resultSet.get))]),
          ...at(row, 0).set(v128.add(at(row, 0).get, at(row, 1).get)),
          ...at(row, 1).set(v128.subtract(at(row, 1).get, at(row, 2).get)),
        ]),
        one.set(to.get),
        [0, 1].flatMap((row) => [
          ...two.set(one.get),
          ...[0, 1].flatMap((column) => {
            const value = at(row, column)
            const sum = row === 0 ? v128.add(at(0, column).get, at(1, column).get) : v128.subtract(at(1, column).get, at(2, column).get)
            return [
              ...value.set(v128.add(sum, v128.load(bias.get))),
              ...when(read('rectified'), value.set(v128.choose(v128.greater(value.get, v128.zero), value.get, v128.multiply(value.get, slope.get)))),
              ...v128.store(two.get, value.get),
              ...(column === 0 ? two.plus(read('yStepPlace')) : []),
            ]
          }),
          ...(row === 0 ? one.plus(read('yStepLine')) : []),
        ]),
        from.plus(i32(16)),
        to.plus(i32(16)),
        bias.plus(i32(16))),
    ]

    return [
      ...first.set(multiply(chunk.get, read('tilesPerChunk'))),
      ...count.set(smaller(read('tilesPerChunk'), subtract(read('tiles'), first.get))),
      ...set.set(read('set')),
      ...stepLine.set(read('xStepLine')),
      ...stepPlace.set(read('xStepPlace')),
      ...resultSet.set(multiply(read('tilesPerChunk'), shiftLeft(read('columns'), i32(2)))),
      ...slope.set(v128.splat(minimalRecord.readFloat(record.get, 'slope'))),
      ...inTurn(tile, zero, count, locate, phases(i32(2), takeApart)),
      ...multiplied,
      ...inTurn(tile, zero, count, locate, phases(read('outPhases'), putTogether)),
    ]
  })
}

/**
 * Filters [4,4,C,K] as the nine sets' right sides in panels of eight columns; a chunk is a panel. A phase's first taps lie at
 * `from`, a tap further for each phase, its second two taps further; strides are negative to go through taps backwards.
 */
export const minimalPackRecord = new RecordLayout(['from', 'to', 'line', 'place', 'inner', 'row', 'column', 'columns', 'depth', 'set', 'phase'])

export function defineMinimalPack(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Parameters<typeof minimalPackRecord.read>[1]): Code => minimalPackRecord.read(record.get, field)
    const [phaseLine, phasePlace, rest, lane, source, to, out, column, tapLine, tapPlace, set, row] = scope.several(12, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const taps = scope.several(4, 'v128')
    const tap = (line: number, place: number): Code => (taps[2 * line + place] as Local).get
    /** Nine sums of a column or of four, stored by `put`. */
    const sums = (take: (at: Code) => Code, put: (at: Code, value: Code) => Code): Code => {
      const lines: readonly (readonly Code[])[] = [0, 1].map((line) => [tap(line, 0), v128.add(tap(line, 0), tap(line, 1)), tap(line, 1)])
      const [upper, lower] = lines as [readonly Code[], readonly Code[]]
      const nine = [...upper, ...upper.map((value, i) => v128.add(value, lower[i] as Code)), ...lower]
      return [
        ...[0, 1].flatMap((line) => [0, 1].flatMap((place) => (taps[2 * line + place] as Local).set(take(add(source.get, add(line === 0 ? i32(0) : tapLine.get, place === 0 ? i32(0) : tapPlace.get)))))),
        ...out.set(to.get),
        ...nine.flatMap((value, i) => [...put(out.get, value), ...(i < 8 ? out.plus(set.get) : [])]),
      ]
    }
    const valid = subtract(read('columns'), multiply(chunk.get, i32(8)))
    return [
      ...column.set(read('column')),
      ...row.set(read('row')),
      ...set.set(read('set')),
      ...tapLine.set(multiply(read('line'), i32(2))),
      ...tapPlace.set(multiply(read('place'), i32(2))),
      ...times(phaseLine, i32(2), times(phasePlace, i32(2),
        to.set(add(add(read('to'), multiply(chunk.get, multiply(read('depth'), i32(32)))), multiply(add(shiftLeft(phaseLine.get, i32(1)), phasePlace.get), read('phase')))),
        times(rest, read('inner'),
          source.set(add(add(read('from'), add(multiply(phaseLine.get, read('line')), multiply(phasePlace.get, read('place')))), add(multiply(rest.get, row.get), multiply(multiply(chunk.get, i32(8)), column.get)))),
          when(and(equal(column.get, i32(4)), atLeast(valid, i32(8))), [
            ...[0, 1].flatMap(() => [...sums(v128.load, v128.store), ...source.plus(i32(16)), ...to.plus(i32(16))]),
          ], [
            ...times(lane, smaller(valid, i32(8)),
              sums(v128.loadSplat, (at, value) => v128.storeLane(at, value, 0)),
              source.plus(column.get),
              to.plus(i32(4))),
            ...to.plus(subtract(i32(32), shiftLeft(lane.get, i32(2)))),
          ])))),
    ]
  })
}
