/** The short form of `npm run soak -- fuzz`. */
import { expect, it } from 'vitest'
import { fuzz } from '../soak/fuzz.ts'

it('thirty thousand hostile inputs are answered or refused by every parser', () => {
  const { wrong, cases } = fuzz({ seed: 1, cases: 30_000 })
  expect(wrong).toEqual([])
  expect(Math.min(...Object.values(cases))).toBeGreaterThan(1500)
})
