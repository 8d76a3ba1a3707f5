/** The short form of `npm run soak -- fuzz`: thirty thousand cases, a test for each parser, so that none has long to go. */
import { expect, it } from 'vitest'
import { fuzz, parserNames } from '../soak/fuzz.ts'

it.each(parserNames)('hostile input is answered or refused: %s', (only) => {
  const { wrong, cases } = fuzz({ seed: 1, cases: 30_000, only })
  expect(wrong).toEqual([])
  expect(cases[only]).toBeGreaterThan(1500)
})
