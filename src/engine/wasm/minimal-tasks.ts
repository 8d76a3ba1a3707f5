/** Convolutions by the tiles of `minimal-tiles.ts`, from pictures to results, and their filters. */
import { add, and, atLeast, equal, countDown, i32, multiply, shiftLeft, shiftRight, smaller, subtract, times, v128, when, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { minimalRecord, tilesOf } from './minimal-tiles.ts'
import { RecordLayout } from './record.ts'
import { rowsRecord } from './rows-task.ts'

/** A thread's own memory: addresses of rows, the record of an inner product, then values and results of the chunk's tiles. */
export const workspace = { record: 768, values: 1024, bytes: 704 * 1024 } as const

/** A chunk's tiles stay in the thread's own memory between pictures and results. */
export function defineMinimal(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const table = scope.parameter(2)
    const { record, read, count, tile, picture, tileLine, tilePlace, phaseLine, phasePlace, phase, from, to, quarters, one, two, set, resultSet, at, begin, each, phases, takeApart } = tilesOf(scope)
    const bias = scope.make('i32')
    const slope = scope.make('v128')
    const values = add(table.get, i32(workspace.values))
    const results = add(values, read('results'))

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
      ...from.set(add(results, add(multiply(tile.get, shiftLeft(read('columns'), i32(2))), multiply(phase, multiply(i32(9), resultSet.get))))),
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
      ...begin,
      ...slope.set(v128.splat(minimalRecord.readFloat(record.get, 'slope'))),
      ...each(phases(i32(2), takeApart(values))),
      ...multiplied,
      ...each(phases(read('outPhases'), putTogether)),
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
