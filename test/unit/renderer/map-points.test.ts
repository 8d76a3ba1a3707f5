import { expect, test } from 'vitest'
import { classColour, drawPoints, pack, type Pixels, type Points } from '../../../renderer/state/map-points.ts'

const pixels = (width = 10, height = 10): Pixels => ({ data: new Uint32Array(width * height), width, height })
const points = (places: readonly number[], more: Partial<Points> = {}): Points => ({
  places: Float32Array.from(places), classIndices: Int16Array.from({ length: places.length / 2 }, (_, i) => i), shown: null, selected: new Uint8Array(places.length / 2), ...more,
})
const frame = { x: 0, y: 0, scale: 10, size: 2, line: 1, outline: pack([255, 255, 255]) }

test('a point is a square of its class\'s colour, cut at the edge', () => {
  const drawn = pixels()
  drawPoints(drawn, points([0.5, 0.5, 0, 0, 1.5, 0.5]), frame)
  const [first, second] = [pack(classColour(0)), pack(classColour(1))]
  expect([...drawn.data].filter((value) => value === first).length).toBe(4)
  expect([drawn.data[4 * 10 + 4], drawn.data[5 * 10 + 5]]).toEqual([first, first])
  expect([...drawn.data].filter((value) => value === second).length).toBe(1)
  expect([...drawn.data].filter((value) => value !== 0).length).toBe(5)
})

test('those that the filter leaves out are faint and beneath, selected ones above and framed', () => {
  const drawn = pixels()
  drawPoints(drawn, points([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], { shown: Uint8Array.of(1, 0, 1), selected: Uint8Array.of(1, 0, 0) }), frame)
  expect(drawn.data[5 * 10 + 5]).toBe(pack(classColour(0)))
  expect([...drawn.data].filter((value) => value === frame.outline).length).toBe(12)
  const faint = pixels()
  drawPoints(faint, points([0.5, 0.5], { shown: Uint8Array.of(0) }), frame)
  expect((faint.data[5 * 10 + 5] ?? 0) >>> 24).toBe(38)
})

test('colours are those that CSS gives, and grey without a class', () => {
  expect([classColour(-1), classColour(0)]).toEqual([[140, 140, 140], [208, 57, 57]])
})
