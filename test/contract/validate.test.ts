import { describe, expect, it } from 'vitest'
import type { MethodName } from '../../src/contract/api.ts'
import { argumentSchemas, parseArgument } from '../../src/contract/validate.ts'

const refused = (method: MethodName, value: unknown): string => {
  try {
    parseArgument(method, value)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error(`${method} took ${JSON.stringify(value)}`)
}

describe('arguments from outside', () => {
  it('accepts a full and a minimal run request', () => {
    const full = {
      datasetId: 'set_1', name: '手势', classIds: ['class_1'], budget: { kind: 'minutes', minutes: 10 },
      from: 'run_1', engine: 'wasm', set: { resolution: 32, conditional: false },
    }
    expect(parseArgument('runs.start', full)).toEqual(full)
    const minimal = { datasetId: 'set_1', budget: { kind: 'open' } }
    expect(parseArgument('runs.start', minimal)).toEqual(minimal)
    expect(parseArgument('runs.start', { ...minimal, set: { resolution: '32' } }).set).toEqual({ resolution: 32 })
  })

  it('names the field, what was expected and what was found', () => {
    expect(refused('runs.get', { id: 7 })).toBe('runs.get: id: expected string, found 7.')
    expect(refused('runs.get', {})).toBe('runs.get: id: expected string, found nothing.')
    expect(refused('runs.get', undefined)).toBe('runs.get: the argument: expected object, found nothing.')
    expect(refused('studio.info', {})).toBe('studio.info: the argument: expected nothing, found an object.')
    expect(refused('gallery.list', { offset: 0, limit: 5000 })).toBe('gallery.list: limit: expected at most 1000, found 5000.')
    expect(refused('gallery.generate', { runId: 'r', count: 1, seed: 0, truncation: 0 })).toContain('truncation: expected at least 0 (not equal), found 0')
    expect(refused('datasets.import', { tickets: [] })).toContain('tickets: expected at least 1 item, found a list of 0')
    expect(refused('datasets.edit', { id: 'a', edit: { kind: 'prepare', resolution: 33 } })).toContain('resolution: expected one of 16, 32, 64, 128, 256, found 33')
    expect(refused('runs.start', { datasetId: 'a', budget: { kind: 'images', images: 1.5 } })).toContain('budget.images: expected a whole number, found 1.5')
  })

  it('refuses fields nobody asked for', () => {
    expect(refused('runs.get', { id: 'a', path: '/etc' })).toBe('runs.get: the argument: expected only known fields, found "path".')
    expect(refused('gallery.ids', JSON.parse('{"__proto__":{"favourite":true}}'))).toContain('expected only known fields')
  })

  it('refuses training options that are unknown or out of range in the words of the option table', () => {
    const request = { datasetId: 'a', budget: { kind: 'open' } }
    expect(refused('runs.propose', { ...request, set: { nonsense: 1 } })).toContain('no training option "nonsense"')
    expect(refused('runs.propose', { ...request, set: { width: 1 } })).toContain('Option width: expected a whole number from 8 to 256, found 1')
  })

  it.each([
    ['a path as an id', 'runs.get', { id: '../../x' }],
    ['an id that is too long', 'runs.get', { id: 'a'.repeat(65) }],
    ['too many ids', 'gallery.delete', { ids: Array.from({ length: 100_001 }, () => 'a') }],
    ['a name with control characters', 'runs.rename', { id: 'a', name: 'a\u0007b' }],
    ['an empty name', 'runs.rename', { id: 'a', name: '  ' }],
    ['a number that is not finite', 'gallery.generate', { runId: 'a', count: 1, seed: 0, truncation: Infinity }],
    ['a negative seed', 'gallery.generate', { runId: 'a', count: 1, seed: -1, truncation: 1 }],
    ['a target that is a path', 'export.start', { source: { kind: 'samples', ids: ['a'] }, format: 'png', target: { kind: 'path', path: '/x' } }],
    ['an edit nobody knows', 'datasets.edit', { id: 'a', edit: { kind: 'erase' } }],
    ['an edit of no pictures', 'datasets.edit', { id: 'a', edit: { kind: 'exclude', pictureIds: [] } }],
    ['a class named by nothing', 'datasets.edit', { id: 'a', edit: { kind: 'rename-class', classId: 'c', name: ' ' } }],
    ['an edit with something more', 'datasets.edit', { id: 'a', edit: { kind: 'delete-class', classId: 'c', pictures: 'erase' } }],
    ['a preview of nothing that is known', 'runs.previewAugment', { kind: 'checkpoint', runId: 'a', seed: 1 }],
    ['a preview without a seed', 'runs.previewAugment', { kind: 'run', runId: 'a' }],
    ['labels of a checkpoint there is not', 'runs.proposeLabels', { id: 'a', checkpoint: 'first' }],
    ['an engine nobody knows', 'engines.install', { engine: 'cuda' }],
  ] as const)('refuses %s', (_what, method, value) => {
    expect(refused(method, value)).toContain('expected')
  })

  it('has a schema that refuses a foreign object for every method', () => {
    for (const method of Object.keys(argumentSchemas) as MethodName[]) expect(refused(method, { foreign: 1 })).toContain(method)
  })
})
