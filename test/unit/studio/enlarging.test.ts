import { expect, it } from 'vitest'
import type { RunRequest } from '../../../src/contract/data.ts'
import { settled } from '../../../src/studio/enlarging.ts'

const request: RunRequest = { datasetId: 'set_1', budget: { kind: 'open' } }

it('settles what an enlarger cannot have otherwise, and leaves other runs alone', () => {
  expect(settled(request)).toBe(request)
  const other = { ...request, set: { enlarge: 1, encoder: true } } as const
  expect(settled(other)).toBe(other)
  expect(settled({ ...request, set: { enlarge: 4, width: 24 } }).set).toMatchObject({ enlarge: 4, width: 24, conditional: false, channels: 'rgb', output: 'continuous', encoder: false, energy: 0, featureEnergy: 0 })
})

it('names the option that contradicts it', () => {
  expect(() => settled({ ...request, set: { enlarge: 2, encoder: true } })).toThrow('Option encoder')
  expect(() => settled({ ...request, set: { enlarge: 2, channels: 'rgba' } })).toThrow('Option channels')
  expect(() => settled({ ...request, set: { enlarge: 2 }, teachers: ['run_1'] })).toThrow('Teachers')
})
