/**
 * How a sample sheet (rows by class) is laid out in the room there is: as rows, as columns, or in
 * blocks side by side, whichever shows the pictures largest; at whole factors, so that every pixel
 * of a picture is as large as the next.
 */
import type { Snapshot } from '../../src/contract/data.ts'

export interface SheetLayout {
  /** Screen pixels (of the device) a picture pixel takes. */
  readonly scale: number
  readonly columns: number
  readonly rows: number
  /** Tile of the sheet -> cell of the layout. */
  place(row: number, column: number): { readonly x: number; readonly y: number }
  /** Label of each group of rows with the same class, in cells: where it begins, and along which edge. */
  readonly edge: 'left' | 'top'
  /** How many blocks stand side by side. */
  readonly blocks: number
}

/** Between tiles, in device pixels. */
export const tileGap = 2
const labelWidth = 84
const labelHeight = 22

export function layoutSheet(sheet: Snapshot, room: { readonly width: number; readonly height: number; readonly ratio: number }, labelled: boolean): SheetLayout {
  const { rows, columns, tile } = sheet
  const fitting = (across: number, down: number, sideLabels: number, topLabels: number): number => {
    const width = (room.width - sideLabels) * room.ratio - across * tileGap
    const height = (room.height - topLabels) * room.ratio - down * tileGap
    return Math.min(width / (across * tile.width), height / (down * tile.height))
  }
  const whole = (scale: number): number => (scale >= 1 ? Math.floor(scale) : scale)
  const candidates: SheetLayout[] = []
  for (const blocks of [1, 2, 3]) {
    if (rows % blocks !== 0) continue
    const down = rows / blocks
    candidates.push({
      scale: fitting(columns * blocks, down, labelled ? labelWidth * blocks : 0, 0), columns: columns * blocks, rows: down, edge: 'left', blocks,
      place: (row, column) => ({ x: Math.floor(row / down) * columns + column, y: row % down }),
    })
  }
  candidates.push({
    scale: fitting(rows, columns, 0, labelled ? labelHeight : 0), columns: rows, rows: columns, edge: 'top', blocks: 1,
    place: (row, column) => ({ x: row, y: column }),
  })
  // Of equal whole factors, the first: rows read most easily.
  const best = candidates.reduce((a, b) => (whole(b.scale) > whole(a.scale) ? b : a))
  return { ...best, scale: Math.max(0.05, whole(best.scale)) }
}
