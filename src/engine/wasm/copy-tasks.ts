/** What prepares the products' operands: zeros around pictures, and the right side in panels. */
import { add, copyBytes, equal, f32, fillBytes, i32, less, loadFloat, multiply, storeFloat, subtract, times, v128, when, and, atLeast, type Code, type Local, type ModuleWriter } from './assembler.ts'
import { RecordLayout } from './record.ts'

/** Bytes of a line of places, with what is put `before` and after it; lines of a picture, with those above and below. */
export const padRecord = new RecordLayout(['from', 'to', 'line', 'paddedLine', 'before', 'height', 'paddedHeight', 'above'])

/** A chunk is a picture. */
export function definePad(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Parameters<typeof padRecord.read>[1]): Code => padRecord.read(record.get, field)
    const [i, to, source, y] = scope.several(4, 'i32') as [Local, Local, Local, Local]
    return [
      ...to.set(add(read('to'), multiply(chunk.get, multiply(read('paddedHeight'), read('paddedLine'))))),
      ...source.set(add(read('from'), multiply(chunk.get, multiply(read('height'), read('line'))))),
      ...times(i, read('paddedHeight'),
        y.set(subtract(i.get, read('above'))),
        when(and(atLeast(y.get, i32(0)), less(y.get, read('height'))), [
          ...fillBytes(to.get, i32(0), read('before')),
          ...copyBytes(add(to.get, read('before')), source.get, read('line')),
          ...fillBytes(add(to.get, add(read('before'), read('line'))), i32(0), subtract(subtract(read('paddedLine'), read('line')), read('before'))),
          ...source.plus(read('line')),
        ], fillBytes(to.get, i32(0), read('paddedLine'))),
        to.plus(read('paddedLine'))),
    ]
  })
}

/**
 * The rows of B are `inner` times for each tap, taps in lines and places; a chunk is a panel of `lanes` columns,
 * zeros where there are no more. Strides in bytes, negative to go through taps backwards.
 */
export const packRecord = new RecordLayout(['from', 'to', 'lines', 'line', 'places', 'place', 'inner', 'row', 'column', 'columns', 'lanes'])

export function definePack(module: ModuleWriter, name: string): void {
  module.define(name, 3, (scope) => {
    const [record, chunk] = [scope.parameter(0), scope.parameter(1)]
    const read = (field: Parameters<typeof packRecord.read>[1]): Code => packRecord.read(record.get, field)
    const [lineAt, placeAt, innerAt, lane, to, source, value, valid, lanes, column, row] = scope.several(11, 'i32') as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local]
    return [
      ...lanes.set(read('lanes')),
      ...column.set(read('column')),
      ...row.set(read('row')),
      ...valid.set(subtract(read('columns'), multiply(chunk.get, lanes.get))),
      ...to.set(add(read('to'), multiply(chunk.get, multiply(multiply(read('lines'), read('places')), multiply(read('inner'), multiply(lanes.get, i32(4))))))),
      ...times(lineAt, read('lines'), times(placeAt, read('places'),
        source.set(add(add(read('from'), multiply(chunk.get, multiply(lanes.get, column.get))), add(multiply(lineAt.get, read('line')), multiply(placeAt.get, read('place'))))),
        times(innerAt, read('inner'),
          when(and(equal(column.get, i32(4)), and(equal(lanes.get, i32(8)), atLeast(valid.get, i32(8)))), [
            ...v128.store(to.get, v128.load(source.get)),
            ...v128.store(to.get, v128.load(source.get, 16), 16),
            ...to.plus(i32(32)),
          ], [
            ...value.set(source.get),
            ...times(lane, lanes.get,
              when(less(lane.get, valid.get), [...storeFloat(to.get, loadFloat(value.get)), ...value.plus(column.get)], storeFloat(to.get, f32(0))),
              to.plus(i32(4))),
          ]),
          source.plus(row.get)))),
    ]
  })
}
