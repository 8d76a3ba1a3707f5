import { expect, it } from 'vitest'
import type { RunRequest } from '../../../src/contract/data.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { refuseGiven, settled } from '../../../src/studio/tasks.ts'

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

it('settles the same of a translator, which is told the class alone', () => {
  expect(settled({ ...request, set: { translate: true, width: 24 } }).set).toMatchObject({ translate: true, width: 24, conditional: true, channels: 'rgb', output: 'continuous', encoder: false, energy: 0, transition: 0, enlarge: 1 })
  expect(() => settled({ ...request, set: { translate: true, conditional: false } })).toThrow('Option conditional: a run that translates')
  expect(() => settled({ ...request, set: { translate: true, enlarge: 2 } })).toThrow('Option enlarge')
  expect(() => settled({ ...request, set: { translate: true }, teachers: ['run_1'] })).toThrow('a translator learns from pictures alone')
})

it.each([[{ enlarge: 4 }, 'large and none from nothing'], [{ translate: true }, 'into other classes and none from nothing']] as const)('refuses latents of a run with %j', (change, words) => {
  expect(() => refuseGiven({ name: 'x', options: { ...defaultOptions, ...change } }, 'explore')).toThrow(words)
  expect(() => refuseGiven({ name: 'x', options: defaultOptions }, 'explore')).not.toThrow()
})
