/** The coach: what it says to runs of each kind, and that what it offers can be done. */
import { describe, expect, test } from 'vitest'
import type { Dataset } from '../../../src/contract/data.ts'
import type { Advice, Comparison, Score } from '../../../src/contract/judgement.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import { parseArgument } from '../../../src/contract/validate.ts'
import type { RunRecord } from '../../../src/store/runs.ts'
import { adviceFor } from '../../../src/studio/advice.ts'

const comparison: Comparison = { kid: 50, kidStd: 1, fid: null, precision: 0.5, recall: 0.5, density: 0.5, coverage: 0.5, realCount: 100, fakeCount: 100 }
const score = (imagesSeen: number, change: Partial<Score> = {}): Score => ({
  ...comparison, imagesSeen, elapsedMs: imagesSeen, scope: 'quick', judge: 'test', part: 'train',
  calibration: { ...comparison, kid: 0, kidStd: 1, coverage: 0.95 }, perClass: [], classifier: null, memorisation: null, overfit: null, createdAt: 0, ...change,
})
const dataset: Dataset = {
  id: 'set_a', name: 'A', createdAt: 0, state: 'ready', revision: 1, excludedCount: 0, classes: [], pictureCount: 2000, unlabelledCount: 2000, bytes: 1, resolution: 64, aspect: '1:1', fit: 'crop', colour: 'as-is', colours: 16, coverIds: [], split: null, unfinished: null,
}
const run = (change: Partial<RunRecord> = {}): RunRecord => ({
  id: 'run_a', name: 'A', datasetId: 'set_a', datasetName: 'A', datasetRevision: 1, classIds: [], classNames: [], options: { ...defaultOptions, augment: 'translation' }, engine: 'tensorflow', state: 'training',
  createdAt: 0, finishedAt: null, imagesSeen: 20_000, totalImages: null, elapsedMs: 600_000, remainingMs: null, imagesPerSecond: 100, memoryBytes: null, error: null, notices: [],
  initialisedFrom: null, follows: null, checkpointAt: 20_000, best: null, budget: { kind: 'minutes', minutes: 10 }, folder: 'runs/run_a', ...change,
})
const advise = (scores: readonly Score[], change: Partial<RunRecord> = {}, set: Dataset | null = dataset): readonly Advice[] => adviceFor({ run: run(change), dataset: set, ticks: [], scores })
const kids = (...values: readonly number[]): Score[] => values.map((kid, i) => score((i + 1) * 1000, { kid }))

describe('whether time helps', () => {
  test.each([
    ['no score yet', [], {}, 'early', null],
    ['falling', kids(200, 150, 100, 80), {}, 'improving', null],
    ['falling at the end', kids(200, 150, 100, 80), { state: 'finished' }, 'improving', 'resume'],
    ['level', kids(200, 80, 79, 80.5, 79.5, 80), {}, 'plateau', 'stop'],
    ['level at the end', kids(200, 80, 79, 80.5, 79.5, 80), { state: 'finished' }, 'plateau', 'start'],
    ['rising', kids(200, 80, 90, 160), {}, 'worse', 'stop'],
    ['rising at the end', kids(200, 80, 90, 160), { state: 'stopped' }, 'worse', null],
    ['as good as real', [...kids(50, 10), score(3000, { kid: 0.5, coverage: 0.93 })], {}, 'done', 'stop'],
    ['near, without the variety', kids(50, 10, 0.5), {}, 'improving', null],
    ['near by few pictures, not by many', [...kids(50, 10), score(3000, { kid: 0.5, coverage: 0.93 }), score(3000, { scope: 'full', kid: 5, coverage: 0.8 })], {}, 'improving', null],
  ] as const)('%s', (_name, scores, change, kind, action) => {
    const [first] = advise(scores, change)
    expect(first?.kind).toBe(kind)
    expect(first?.action?.kind ?? null).toBe(action)
  })

  test('more time is as much again, on top of what was used', () => {
    const more = (budget: RunRecord['budget']) => advise(kids(200, 150, 100, 80), { state: 'finished', budget })[0]?.action
    expect(more({ kind: 'minutes', minutes: 10 })).toMatchObject({ budget: { kind: 'minutes', minutes: 10 } })
    expect(more({ kind: 'images', images: 20_000 })).toMatchObject({ budget: { kind: 'images', images: 20_000 } })
  })

  test('one worse score among falling ones is no reason to stop', () => {
    expect(advise(kids(200, 150, 100, 101, 102))[0]?.kind).toBe('improving')
  })
})

describe('what is wrong', () => {
  test('learned by heart: stronger augmentation, or more pictures where it is the strongest', () => {
    const seen = [score(1000, { overfit: 0.8 })]
    expect(advise(seen)[0]).toMatchObject({ kind: 'overfitting', action: { kind: 'start', request: { from: 'run_a', set: { augment: 'colour+translation+cutout' } } } })
    expect(advise(seen, { options: { ...defaultOptions, augment: 'colour+translation+cutout' } })[0]).toMatchObject({ kind: 'overfitting', action: { kind: 'add-pictures' } })
    expect(advise([score(1000, { memorisation: 0.2, scope: 'full' })])[0]?.said.key).toBe('advice.copying')
  })
  test('collapse: variety that was there and went', () => {
    expect(advise([score(1000), score(2000, { coverage: 0.03 })])[0]).toMatchObject({ kind: 'collapsing', action: { kind: 'start' } })
    // Little variety that grows is a beginning.
    expect(advise([score(1000, { coverage: 0.01 }), score(2000, { coverage: 0.05 })]).some(({ kind }) => kind === 'collapsing')).toBe(false)
    // A full score has more pictures to cover, and one that is nearer than any before is no collapse.
    expect(advise([...kids(9, 6), score(3000, { kid: 3, coverage: 0.2 }), score(3000, { scope: 'full', kid: 3, coverage: 0.03 })]).some(({ kind }) => kind === 'collapsing')).toBe(false)
    expect(advise([score(1000, { kid: 9 }), score(2000, { kid: 4, coverage: 0.05 })]).some(({ kind }) => kind === 'collapsing')).toBe(false)
  })
  test('one class far worse than the others', () => {
    const perClass = [10, 12, 11, 90].map((kid, i) => ({ className: `class ${i}`, kid, kidStd: 2, realCount: 50, fakeCount: 50 }))
    const found = advise([score(1000, { scope: 'full', perClass })]).find(({ kind }) => kind === 'unbalanced')
    expect(found?.said.values).toEqual({ worst: 'class 3' })
  })
  test('few pictures, counted among the classes that take part', () => {
    const classes = [{ id: 'c1', name: 'one', count: 50 }, { id: 'c2', name: 'two', count: 1950 }]
    expect(advise([], { classIds: ['c1'] }, { ...dataset, classes }).find(({ kind }) => kind === 'few-pictures')?.said.values).toEqual({ pictures: 50 })
    expect(advise([], {}, { ...dataset, classes }).some(({ kind }) => kind === 'few-pictures')).toBe(false)
    expect(advise([], {}, null)).toHaveLength(1)
  })
})

test('every sentence is whole in both languages, and every action is a valid argument', () => {
  const all = [
    advise([]), advise([], { state: 'finished' }), advise(kids(200, 150, 100, 80), { state: 'finished' }), advise(kids(200, 80, 79, 80.5, 79.5, 80)),
    advise(kids(200, 80, 79, 80.5, 79.5, 80), { state: 'finished' }), advise(kids(200, 80, 90, 160)), advise([score(1000, { overfit: 0.8, memorisation: 0.2 })]),
    advise([score(1000, { overfit: 0.8 })]), advise([score(1000), score(2000, { coverage: 0.03 })]), advise(kids(200, 150), { state: 'finished', budget: { kind: 'images', images: 5000 } }),
  ].flat()
  for (const { said, evidence, action } of all) {
    for (const message of [said, ...evidence, ...(action === null ? [] : [action.label])])
      for (const language of ['en', 'zh'] as const) {
        expect(phrase(message, language)).not.toMatch(/[{}]|undefined|NaN/)
        expect(phrase(message, language).length).toBeGreaterThan(1)
      }
    if (action?.kind === 'start') expect(parseArgument('runs.start', action.request)).toEqual(action.request)
    if (action?.kind === 'resume') expect(parseArgument('runs.resume', { id: action.runId, budget: action.budget })).toBeTruthy()
    if (action?.kind === 'stop') expect(parseArgument('runs.stop', { id: action.runId, save: action.save })).toBeTruthy()
  }
})
