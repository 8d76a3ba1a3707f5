/** The clock of the computer is set while the studio works: years forward, years back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { Rng } from '../../../src/base/rng.ts'
import { Activities } from '../../../src/studio/activities.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { studioWithoutEngines } from '../studio/without-engines.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-clock-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

it('a clock that jumps changes nothing that was asked for', { timeout: 60_000 }, async () => {
  const random = Rng.fromSeed(3)
  const now = Date.now.bind(Date)
  const year = 365 * 24 * 3600 * 1000
  vi.spyOn(Date, 'now').mockImplementation(() => now() + (random.integer(41) - 20) * year)
  const open = () => studioWithoutEngines(folder)
  const studio = await open()
  const activities: (number | null)[] = []
  studio.on('activity.changed', ({ remainingMs }) => activities.push(remainingMs))
  const imported = await Promise.all([1, 2, 3].map(async (i) => {
    const ticket = await studio.registerSources([await pictureFolder(join(folder, String(i)), 4)])
    return studio.call('datasets.import', { tickets: [ticket], name: `Set ${i}` })
  }))
  await vi.waitFor(async () => expect((await studio.call('activities.list')).map(({ state }) => state)).toEqual(['done', 'done', 'done']), { timeout: 20_000 })
  expect((await studio.call('datasets.list')).map(({ pictureCount }) => pictureCount)).toEqual([8, 8, 8])
  expect(activities.every((remaining) => remaining === null || (remaining >= 0 && remaining < 60_000))).toBe(true)
  const [first] = imported
  await studio.call('datasets.delete', { id: first?.datasetId ?? '' })
  await studio.call('datasets.restore', { id: first?.datasetId ?? '' })
  expect(await studio.call('datasets.list')).toHaveLength(3)
  await studio.close()
  const again = await open()
  expect(await again.call('datasets.list')).toHaveLength(3)
  await again.close()
})

it('what remains is told by the time that has passed', async () => {
  const begun = performance.now()
  const passed = vi.spyOn(performance, 'now').mockReturnValue(begun)
  const told: (number | null)[] = []
  const activities = new Activities(({ remainingMs }) => told.push(remainingMs), silent)
  const { id } = activities.start({ kind: 'import', title: 'Import pictures', subjectId: null }, async ({ report }) => {
    passed.mockReturnValue(begun + 2000)
    vi.spyOn(Date, 'now').mockReturnValue(0)
    report({ done: 1, total: 4 })
    expect(activities.list().map(({ remainingMs }) => remainingMs)).toEqual([6000])
    await Promise.resolve()
    return { kind: 'none' }
  })
  expect(await activities.settled(id)).toMatchObject({ state: 'done', remainingMs: null })
})
