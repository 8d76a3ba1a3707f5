import { beforeEach, expect, it } from 'vitest'
import { DatasetHarness } from './dataset-harness.ts'

let set: DatasetHarness
beforeEach(() => {
  set = new DatasetHarness()
})
const pattern = { kind: 'pattern', pattern: '{class}_#' } as const

it('classes by a rule are told before an import, given in it, and the ticket is still good', async () => {
  const ticket = await set.tickets.registerSources([await set.pictures('mixed', 'cat_1.png', 'cat_2.png', 'dog_1.png', 'other.png')])
  const of = { tickets: [ticket] }
  expect(await set.previews.preview({ of, rule: pattern })).toMatchObject({ total: 4, others: 1, otherExamples: ['other.png'], classCount: 2, classes: [{ name: 'cat', count: 2 }, { name: 'dog', count: 1 }] })
  expect(await set.previews.preview({ of, rule: { kind: 'auto' } })).toMatchObject({ total: 4, others: 4, classes: [] })
  await expect(set.previews.preview({ of, rule: { kind: 'pattern', pattern: '*' } })).rejects.toThrow(/nowhere/)
  const { activityId, datasetId } = set.service.import({ tickets: [ticket], rule: pattern })
  expect(await set.ended(activityId)).toMatchObject({ state: 'done' })
  expect(set.counts(datasetId)).toEqual({ cat: 2, dog: 1 })
  expect(set.service.get(datasetId).unlabelledCount).toBe(1)
})

it('classes by a rule are given to pictures that are there as one step, and taken back', async () => {
  const { datasetId: id } = await set.take(await set.pictures('set', 'a/cat_1.png', 'a/other.png', 'b/dog_1.png', 'b/cat_9.png'))
  expect(set.counts(id)).toEqual({ a: 2, b: 2 })
  expect(await set.previews.preview({ of: { id }, rule: pattern })).toMatchObject({ total: 4, others: 1, classes: [{ name: 'cat', count: 2 }, { name: 'dog', count: 1 }] })
  expect(set.edits.edit({ id, edit: { kind: 'classify', rule: pattern } })).toMatchObject({ kind: 'classify', pictureCount: 3 })
  expect(set.counts(id)).toEqual({ a: 1, cat: 2, dog: 1 })
  expect(set.edits.edit({ id, edit: { kind: 'classify', rule: pattern } })).toBeNull()
  set.edits.undo(id)
  expect(set.counts(id)).toEqual({ a: 2, b: 2 })
  set.edits.redo(id)
  expect(set.counts(id)).toEqual({ a: 1, cat: 2, dog: 1 })
  set.edits.edit({ id, edit: { kind: 'classify', rule: { kind: 'none' } } })
  expect(set.service.get(id)).toMatchObject({ classes: [], unlabelledCount: 4 })
  expect(set.store.check()).toEqual([])
})
