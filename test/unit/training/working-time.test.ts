import { expect, it } from 'vitest'
import { WorkingTime } from '../../../src/training/working-time.ts'

it('counts work, however long, and not the time that the computer slept', () => {
  const at = { now: 1000, worked: 50 }
  const time = new WorkingTime({ now: () => at.now, worked: () => at.worked })
  const after = (ms: number, worked: number): number => {
    at.now += ms
    at.worked += worked
    return time.lap()
  }
  expect(after(200, 30)).toBe(200)
  // A step of one thread in plain JavaScript, and one of four.
  expect(after(60_000, 59_000)).toBe(60_000)
  expect(after(60_000, 240_000)).toBe(60_000)
  // Asleep over night, from the middle of a step.
  expect(after(8 * 3_600_000, 300)).toBe(10_300)
  expect(after(5, 5)).toBe(5)
})
