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
const advise = (scores: readonly Score[], change: Partial<RunRecord> = {}, set: Dataset | null = dataset): readonly Advice[] => adviceFor({ run: run(change), dataset: set, scores })
const kids = (...values: readonly number[]): Score[] => values.map((kid, i) => score((i + 1) * 1000, { kid, elapsedMs: ((i + 1) * 600_000) / values.length }))

/** Of a run of ten minutes: it has used them up, or a third of them. */
const finished = { state: 'finished' } as const
const running = { elapsedMs: 200_000 } as const
const constant = { options: { ...defaultOptions, scheduleG: 'constant', scheduleD: 'constant' } } as const
const open = { budget: { kind: 'open' } } as const
const falling = kids(200, 150, 100, 80)
const level = kids(200, 80, 79, 80.5, 79.5, 80, 79, 80)
const slow = kids(200, 120, 95, 60, 50, 49.5, 50.5, 50, 49.8, 50)
const rising = kids(200, 80, 90, 160)
const equal = [...kids(50, 10), score(3000, { kid: 0.5, coverage: 0.93 })]

describe('whether time helps', () => {
  test.each([
    ['no score yet', [], running, 'advice.early', null],
    ['none to come: too short', [], { elapsedMs: 5000, budget: { kind: 'minutes', minutes: 1 } }, 'advice.neverScored', null],
    ['none to come: turned off', [], { ...running, options: { ...defaultOptions, scoringShare: 0 } }, 'advice.neverScored', null],
    ['none to come: plain JavaScript', [], { ...running, engine: 'cpu' }, 'advice.neverScored', null],
    ['one score says where, not whither', kids(200), running, 'advice.unclear', null],
    ['two that rise are no course', kids(80, 90), running, 'advice.unclear', null],
    ['falling', falling, running, 'advice.improving', null],
    ['falling without an end', falling, open, 'advice.improving', null],
    ['level, its rate still to fall', level, running, 'advice.level', null],
    ['level at a constant rate', level, { ...running, ...constant }, 'advice.plateau', 'stop'],
    ['level without an end', level, open, 'advice.plateauOpen', 'resume'],
    ['one worse score among level ones', kids(200, 80, 82, 81, 79, 110), running, 'advice.level', null],
    ['twice worse', kids(200, 80, 110, 112), running, 'advice.worse', 'stop'],
    ['far worse', rising, running, 'advice.worse', 'stop'],
    ['as good as real', equal, running, 'advice.done', 'stop'],
    ['near, without the variety', kids(50, 10, 0.5), running, 'advice.improving', null],
    ['near by few pictures, not by many', [...kids(50, 10), score(3000, { kid: 0.5, coverage: 0.93 }), score(20_000, { scope: 'full', kid: 5, coverage: 0.8 })], running, 'advice.improving', null],
  ] as const)('while it trains: %s', (_name, scores, change, said, action) => {
    const [first] = advise(scores, change)
    expect(first?.said.key).toBe(said)
    expect(first?.action?.kind ?? null).toBe(action)
  })

  test.each([
    ['never compared', [], finished, 'advice.unscored', 'score'],
    ['compared before it went on', [score(5_000, { scope: 'full' })], finished, 'advice.unscoredSince', 'score'],
    ['never compared, nothing kept', [], { ...finished, checkpointAt: null }, 'advice.unscored', null],
    ['compared at the end alone', [score(20_000, { scope: 'full' })], finished, 'advice.short', 'resume'],
    ['compared at the end alone, and equal', [score(20_000, { scope: 'full', kid: 0.5, coverage: 0.93 })], finished, 'advice.done', null],
    ['falling', falling, finished, 'advice.improvingEnded', 'resume'],
    ['level with its rate, after gains', slow, finished, 'advice.rested', 'resume'],
    ['two scores', kids(80, 78), finished, 'advice.short', 'resume'],
    ['no gain since the beginning', level, finished, 'advice.plateauEnded', 'start'],
    ['no gain, as wide as can be', level, { ...finished, options: { ...defaultOptions, width: 256 } }, 'advice.plateauWidest', 'add-pictures'],
    ['level at a constant rate, after gains', slow, { ...finished, ...constant }, 'advice.plateauEnded', 'start'],
    ['worse', rising, finished, 'advice.worseEnded', null],
    ['as good as real', equal, finished, 'advice.done', null],
    ['stopped while falling', falling, { state: 'stopped', elapsedMs: 400_000 }, 'advice.improvingEnded', 'resume'],
    ['stopped while level', level, { state: 'stopped', elapsedMs: 400_000 }, 'advice.cutShort', 'resume'],
    ['cut short while level', level, { state: 'interrupted', elapsedMs: 400_000 }, 'advice.cutShort', 'resume'],
    ['open, stopped while level', level, { ...open, state: 'stopped' }, 'advice.plateauOpen', 'resume'],
    ['diverged', falling, { state: 'failed', error: { code: 'diverged', message: '' } }, 'advice.failedKept', 'start'],
    ['out of room', falling, { state: 'failed', error: { code: 'disk-full', message: '' } }, 'advice.failedKept', null],
    ['failed at once', [], { state: 'failed', checkpointAt: null, error: { code: 'engine-failed', message: '' } }, 'advice.failed', null],
  ] as const)('when it has ended: %s', (_name, scores, change, said, action) => {
    const [first] = advise(scores, change)
    expect(first?.said.key).toBe(said)
    expect(first?.action?.kind ?? null).toBe(action)
  })

  test('more time is as much again, on top of what was used; twice as much where it rested', () => {
    const more = (scores: readonly Score[], budget: RunRecord['budget']) => advise(scores, { ...finished, budget })[0]?.action
    expect(more(falling, { kind: 'minutes', minutes: 10 })).toMatchObject({ budget: { kind: 'minutes', minutes: 10 } })
    expect(more(falling, { kind: 'images', images: 20_000 })).toMatchObject({ budget: { kind: 'images', images: 20_000 } })
    expect(more(slow, { kind: 'minutes', minutes: 10 })).toMatchObject({ budget: { kind: 'minutes', minutes: 20 } })
    expect(more(slow, { kind: 'images', images: 20_000 })).toMatchObject({ budget: { kind: 'images', images: 40_000 } })
    expect(advise(level, { ...open, state: 'stopped' })[0]?.action).toMatchObject({ budget: { kind: 'minutes', minutes: 5 } })
    // What is left of its own.
    expect(advise(falling, { state: 'stopped', elapsedMs: 400_000 })[0]?.action).not.toHaveProperty('budget')
  })

  test('a longer run that gained nothing is not told to go on again', () => {
    const tenMinutes = slow.map((one) => ({ ...one, elapsedMs: one.elapsedMs / 3 }))
    const after = [60, 52, 50, 49, 50].map((kid, i) => score(11_000 + i * 4000, { kid, elapsedMs: 280_000 + i * 80_000 }))
    expect(advise([...tenMinutes, ...after], { ...finished, budget: { kind: 'minutes', minutes: 10 } })[0]?.said.key).toBe('advice.plateauEnded')
  })

  test('one worse score among falling ones is no reason to stop', () => {
    expect(advise(kids(200, 150, 100, 101, 102), running)[0]?.kind).toBe('improving')
  })

  test('figures stand beside those of real pictures among themselves', () => {
    expect(advise(slow, finished)[0]?.evidence.map(({ key, values }) => [key, values])).toEqual([
      ['evidence.kid', { kid: 50, std: 1, images: 10_000, equal: 0 }], ['evidence.best', { kid: 49.5, images: 6000 }],
      ['evidence.coverage', { percent: 50, equal: 95 }], ['evidence.rate', { percent: 25 }],
    ])
  })
})

describe('what is wrong', () => {
  test('learned by heart: stronger augmentation, or more pictures where it is the strongest', () => {
    const seen = [score(15_000, { overfit: 0.8 })]
    expect(advise(seen)[0]).toMatchObject({ kind: 'overfitting', action: { kind: 'start', request: { from: 'run_a', set: { augment: 'colour+translation+cutout' } } } })
    expect(advise(seen, { options: { ...defaultOptions, augment: 'colour+translation+cutout' } })[0]).toMatchObject({ kind: 'overfitting', action: { kind: 'add-pictures' } })
    expect(advise([score(20_000, { memorisation: 0.2, scope: 'full' })])[0]?.said.key).toBe('advice.copying')
    // What was so when it had seen a quarter of what it has seen by now.
    expect(advise([score(5000, { memorisation: 0.2, overfit: 0.9, scope: 'full' })])[0]?.kind).not.toBe('overfitting')
  })
  test('what it offers can be done: a run that trains is stopped first, teachers stay, and nothing is offered without the data set', () => {
    const seen = [score(15_000, { overfit: 0.8 })]
    const action = (change: Partial<RunRecord>, set: Dataset | null = dataset) => advise(seen, change, set)[0]?.action ?? null
    expect(action({})).toMatchObject({ kind: 'start', stops: 'run_a' })
    expect(action({ state: 'paused', teachers: ['run_t'] })).toMatchObject({ stops: 'run_a', request: { teachers: ['run_t'] } })
    expect(action({ state: 'finished' })).toMatchObject({ stops: null })
    expect(action({}, null)).toBeNull()
    expect(advise([score(20_000, { memorisation: 0.2 })], {}, null)[0]?.action).toBeNull()
    expect(advise([], finished, null)[0]?.action).toBeNull()  })
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
    const found = advise([score(15_000, { scope: 'full', perClass })]).find(({ kind }) => kind === 'unbalanced')
    expect(found?.said.values).toEqual({ worst: 'class 3' })
  })
  test('few pictures, counted among the classes that take part', () => {
    const classes = [{ id: 'c1', name: 'one', count: 50 }, { id: 'c2', name: 'two', count: 1950 }]
    expect(advise([], { classIds: ['c1'] }, { ...dataset, classes }).find(({ kind }) => kind === 'few-pictures')?.said.values).toEqual({ pictures: 50 })
    expect(advise([], {}, { ...dataset, classes }).some(({ kind }) => kind === 'few-pictures')).toBe(false)
    expect(advise([], {}, null)).toHaveLength(1)
    // First where there is nothing else to say yet; then what the scores say goes before.
    const small = { ...dataset, pictureCount: 90 }
    expect(advise([], running, small)[0]?.kind).toBe('few-pictures')
    expect(advise(falling, running, small).map(({ kind }) => kind)).toEqual(['improving', 'few-pictures'])
    expect(advise([], { ...running, imagesSeen: 30 }, small)[0]?.evidence).toEqual([])
  })
})

test('every sentence is whole in both languages, and every action is a valid argument', () => {
  const all = [
    ...[[], kids(200), falling, level, slow, rising, equal].flatMap((scores) =>
      [running, finished, { state: 'stopped', elapsedMs: 400_000 } as const, open, { ...open, state: 'stopped' } as const, { state: 'failed' } as const].map((change) => advise(scores, change))),
    advise(rising, { state: 'failed', error: { code: 'diverged', message: '' } }), advise([score(15_000, { overfit: 0.8, memorisation: 0.2 })]),
    advise([score(15_000, { overfit: 0.8 })]), advise([], {}, { ...dataset, pictureCount: 90 }), advise([], { engine: 'cpu' }), advise([score(1000), score(2000, { coverage: 0.03 })]), advise(kids(200, 150), { state: 'finished', budget: { kind: 'images', images: 5000 } }),
  ].flat()
  for (const { said, evidence, action } of all) {
    for (const message of [said, ...evidence, ...(action === null ? [] : [action.label])])
      for (const language of ['en', 'zh'] as const) {
        expect(phrase(message, language)).not.toMatch(/[{}]|undefined|NaN/)
        expect(phrase(message, language).length).toBeGreaterThan(1)
      }
    if (action?.kind === 'start') expect(parseArgument('runs.start', action.request)).toEqual(action.request)
    if (action?.kind === 'resume') expect(parseArgument('runs.resume', { id: action.runId, ...(action.budget === undefined ? {} : { budget: action.budget }) })).toBeTruthy()
    if (action?.kind === 'score') expect(parseArgument('runs.score', { id: action.runId })).toBeTruthy()
    if (action?.kind === 'stop') expect(parseArgument('runs.stop', { id: action.runId, save: action.save })).toBeTruthy()
  }
})
