import { describe, expect, it } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { layoutSheet, type SheetLayout } from '../../../renderer/state/sheet-layout.ts'

const sheet = { imagesSeen: 1, rows: 10, columns: 8, tile: square(64) }
const cells = (layout: SheetLayout): string[] =>
  Array.from({ length: sheet.rows * sheet.columns }, (_, index) => {
    const { x, y } = layout.place(Math.floor(index / sheet.columns), index % sheet.columns)
    expect(x).toBeLessThan(layout.columns)
    expect(y).toBeLessThan(layout.rows)
    return `${x},${y}`
  })

describe('the layout of a sample sheet', () => {
  it.each([[760, 560], [500, 1200], [2000, 500], [1100, 900]])('shows every picture once, inside %i × %i, at a whole factor where there is room', (width, height) => {
    const layout = layoutSheet(sheet, { width, height, ratio: 1 }, true)
    expect(new Set(cells(layout)).size).toBe(sheet.rows * sheet.columns)
    if (layout.scale >= 1) expect(layout.scale).toBe(Math.floor(layout.scale))
    expect(layout.columns * sheet.tile.width * layout.scale).toBeLessThanOrEqual(width)
    expect(layout.rows * sheet.tile.height * layout.scale).toBeLessThanOrEqual(height)
  })

  it('turns classes into columns where rows would have to be shrunk', () => {
    expect(layoutSheet(sheet, { width: 730, height: 560, ratio: 1 }, true)).toMatchObject({ edge: 'top', scale: 1 })
  })

  it('keeps rows where both are as large', () => {
    expect(layoutSheet({ ...sheet, rows: 8 }, { width: 1200, height: 1200, ratio: 1 }, false).edge).toBe('left')
  })

  it('counts in pixels of the device', () => {
    expect(layoutSheet(sheet, { width: 760, height: 560, ratio: 2 }, true).scale).toBe(2)
  })

  it('shrinks rather than cuts off', () => {
    const layout = layoutSheet({ ...sheet, tile: square(256) }, { width: 400, height: 300, ratio: 1 }, true)
    expect(layout.scale).toBeGreaterThan(0)
    expect(layout.scale).toBeLessThan(1)
  })
})
