import { describe, expect, it } from 'vitest'
import { DecisionHistory, holding, LabelReviewKeeper, type KeptReview } from '../../../renderer/state/label-decisions.ts'

const storage = (): Pick<Storage, 'getItem' | 'setItem'> => {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) }
}
const review = (decisions: KeptReview['decisions']): KeptReview => ({ activityId: 'act_1', revision: 3, at: 'b', decisions })

describe('decisions on proposed labels', () => {
  it('are taken back and made again step by step, each as it was before', () => {
    const first = new DecisionHistory().decide([['a', 'round']])
    const changed = first.decide([['a', null]])
    const many = changed.decide([['b', 'square'], ['c', 'square']])
    expect([...many.decisions]).toEqual([['a', null], ['b', 'square'], ['c', 'square']])
    expect(many.undoes).toEqual(['b', 'c'])
    const back = many.undo()
    expect([...back.decisions]).toEqual([['a', null]])
    expect(back.redoes).toEqual(['b', 'c'])
    expect([...back.undo().decisions]).toEqual([['a', 'round']])
    expect([...back.undo().undo().decisions]).toEqual([])
    expect([...back.undo().redo().redo().decisions]).toEqual([...many.decisions])
    // What was begun with is no step.
    const gone = back.undo().undo()
    expect([gone.undoes, gone.undo()]).toEqual([null, gone])
  })

  it('discards all in one step, and forgets what was undone once something else is decided', () => {
    const two = new DecisionHistory().decide([['a', 'round']]).decide([['b', null]])
    const none = two.decide([['a', undefined], ['b', undefined]])
    expect(none.decisions.size).toBe(0)
    expect([...none.undo().decisions]).toEqual([...two.decisions])
    expect(two.undo().decide([['c', 'round']]).redoes).toBeNull()
  })

  it('hold for pictures still asked about and classes that are there', () => {
    const decisions = new Map([['a', 'round'], ['b', null], ['c', 'gone'], ['labelled since', 'round']])
    expect([...holding(decisions, new Set(['a', 'b', 'c']), new Set(['round']))]).toEqual([['a', 'round'], ['b', null]])
  })

  it('are kept for each question until there are none, the latest twenty of them', () => {
    const shared = storage()
    const keeper = new LabelReviewKeeper(shared)
    const kept = review(new Map([['a', 'round'], ['b', null]]))
    keeper.keep('set nearest', kept)
    keeper.keep('set head', review(new Map([['a', null]])))
    expect(new LabelReviewKeeper(shared).of('set nearest')).toEqual(kept)
    keeper.keep('set head', review(new Map()))
    expect([keeper.of('set head'), keeper.of('other'), keeper.of('set nearest')]).toEqual([null, null, kept])
    for (let i = 0; i < 19; i++) keeper.keep(`set ${i} nearest`, kept)
    keeper.keep('set nearest', kept)
    keeper.keep('one more', kept)
    expect([keeper.of('set 0 nearest'), keeper.of('set nearest'), keeper.of('one more')]).toEqual([null, kept, kept])
  })
})
