import { describe, expect, it } from 'vitest'
import { TrainChoicesKeeper, type TrainChoices } from '../../../renderer/state/train-choices.ts'

const storage = (): Pick<Storage, 'getItem' | 'setItem'> => {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) }
}
const choices: TrainChoices = { left: ['class_1'], budget: { kind: 'minutes', minutes: 30 }, from: 'run_1', fromCheckpoint: 500, compare: true, set: { width: 8, enlarge: 2 } }

describe('choices of the training form', () => {
  it('are kept for each data set, over a reload', () => {
    const tab = storage()
    new TrainChoicesKeeper(tab).keep('one', choices)
    new TrainChoicesKeeper(tab).keep('two', { ...choices, set: {} })
    const reloaded = new TrainChoicesKeeper(tab)
    expect(reloaded.of('one')).toEqual(choices)
    expect(reloaded.of('two')?.set).toEqual({})
    expect(reloaded.of('three')).toBeNull()
    expect(reloaded.latest).toBe('two')
  })

  it('are forgotten for one alone, where the form stays', () => {
    const keeper = new TrainChoicesKeeper(storage())
    expect(keeper.latest).toBeNull()
    keeper.keep('one', choices)
    keeper.keep('two', choices)
    keeper.forget('one')
    expect([keeper.of('one'), keeper.of('two'), keeper.latest]).toEqual([null, choices, 'one'])
  })
})
