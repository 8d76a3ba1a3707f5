/** The short form of `npm run soak -- fuzz`: thirty thousand cases, a test for each parser, so that none has long to go. */
import { expect, it } from 'vitest'
import { fuzz, parserNames } from '../soak/fuzz.ts'

it.each(parserNames)('hostile input is answered or refused: %s', { timeout: 120_000 }, (only) => {
  const { wrong, cases, parsers } = fuzz({ seed: 1, cases: 30_000, only })
  expect(wrong).toEqual([])
  expect(cases).toBeGreaterThan(1200)
  // Some come through: what is tried reaches the last check.
  expect(parsers[only]?.taken).toBeGreaterThan(10)
})
