/** Engine processes that go wrong, real ones: each is noticed, tried again, and given up in words. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '../../../src/base/errors.ts'
import { square } from '../../../src/contract/data.ts'
import { silent } from '../../../src/base/log.ts'
import type { StudioEvents } from '../../../src/contract/api.ts'
import type { PackedSet } from '../../../src/contract/engine-jobs.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { Emitter } from '../../../src/studio/events.ts'
import { crowding } from '../../../src/studio/machine.ts'
import { RunTracker } from '../../../src/studio/run-state.ts'
import { nodeEngineProcesses } from '../../../src/studio/spawn-node.ts'
import { Supervisor } from '../../../src/studio/supervisor.ts'
import type { RunRecord } from '../../../src/store/runs.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { enginesOf, markName, timeToEnd } from '../../soak/processes.ts'
import { addRun } from '../store/fixtures.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-supervision-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const limits = { openingSeconds: 2, silentSeconds: 2 }
const nothing: PackedSet = { path: '', count: 1, size: square(16), channels: 3, labels: Int32Array.of(-1), items: Int32Array.of(0) }

/** What the system says, one time after another, of how many processes it ended for want of memory: before an engine and after it in turn. */
let counts: number[] | null = null
vi.mock(import('../../../src/studio/machine.ts'), async (actual) => ({ ...(await actual()), endedForMemory: () => counts?.shift() ?? null }))

function supervise(fault: string): { readonly supervisor: Supervisor; readonly store: Store; readonly id: string; readonly mark: string } {
  const store = openStore(':memory:', silent)
  const id = addRun(store, { state: 'preparing', engine: 'cpu' })
  const mark = `${process.pid}-${fault.replaceAll(' ', '-')}`
  const tracker = new RunTracker({ store, emitter: new Emitter<StudioEvents>(silent), record: store.runs.get(id) as RunRecord, folder: join(folder, id) })
  const env = { ...process.env, FAULT: fault, [markName]: mark, NODE_OPTIONS: '--max-old-space-size=60' }
  const spawn = nodeEngineProcesses({ entry: join(import.meta.dirname, 'faulty-engine.ts'), env })
  return { supervisor: new Supervisor({ tracker, spawn, log: silent, engines: ['cpu'], prepare: () => Promise.resolve(nothing), initialiseFrom: null, limits }), store, id, mark }
}

/** Side by side: they wait more than they work. */
describe.concurrent('an engine process that', () => {
  it.each<readonly [string, ErrorCode, RegExp]>([
    ['never says a word', 'engine-failed', /gave no sign of life for \d+ seconds/],
    ['hangs', 'engine-failed', /gave no sign of life for \d+ seconds[\s\S]*about to loop/],
    ['exits', 'engine-failed', /ended unexpectedly \(with code 7\)[\s\S]*cannot go on/],
    ['is killed by the system', 'engine-failed', /ended unexpectedly \(by signal SIGSEGV\)/],
    ['is killed from outside', 'engine-failed', /Something outside the studio ended the engine process \(by signal SIGKILL\): a person, or a program that ends others where memory is short\. This happened 3 times[\s\S]*With a batch of 8 pictures instead of 16/],
    ['fills its heap', 'out-of-memory', /ended for want of memory \(by signal SIGABRT\)[\s\S]*With a batch of 8 pictures instead of 16[\s\S]*heap/],
    ['ends without the word that it is done', 'engine-failed', /ended unexpectedly \(with code 0\)/],
  ])('%s is ended, started twice more, and given up with its last words', { timeout: 180_000 }, async (fault, code, words) => {
    const { supervisor, store, id, mark } = supervise(fault)
    const start = performance.now()
    await supervisor.ended
    // Three times: noticed within the limit and a tick, and started again at once.
    expect(performance.now() - start).toBeLessThan(25_000 * crowding())
    const run = store.runs.get(id)
    expect(run).toMatchObject({ state: 'failed', error: { code } })
    expect(run?.error?.message).toMatch(words)
    expect(run?.error?.message).toMatch(/3 times within five minutes, so training was given up\.[\s\S]* No checkpoint had been saved yet/)
    // In Chinese there is a sentence of its own; the engine's last words are its detail.
    const why = run?.error?.why
    expect(why === undefined ? '' : phrase(why, 'zh')).toMatch(/^引擎[^]*五分钟内发生了 3 次，因此放弃训练。[^]*尚未保存任何检查点。$/)
    expect(run?.notices.map(({ key }) => key)).toEqual(['notice.restarted', 'notice.restarted'])
    if (process.platform === 'linux') expect(enginesOf(mark)).toEqual([])
  })

  it('does not obey is ended within a second of being told to stop', async () => {
    const { supervisor, store, id, mark } = supervise('does not obey')
    await expect.poll(() => store.runs.get(id)?.state, { timeout: 10_000 }).toBe('training')
    const engines = process.platform === 'linux' ? enginesOf(mark) : []
    const start = performance.now()
    await supervisor.stop({ save: false, interrupt: false })
    expect(performance.now() - start).toBeLessThan(3000)
    await supervisor.ended
    expect(store.runs.get(id)?.state).toBe('stopped')
    if (process.platform === 'linux') expect(await timeToEnd(engines, 2000)).not.toBeNull()
  })
})

// By itself: the count is every engine's.
it.each([
  ['each time', [0, 1, 1, 2, 2, 3], 'The engine process ended for want of memory (by signal SIGKILL). This happened 3 times'],
  ['once, and later something else', [0, 1, 1, 1, 1, 1], 'Before that, it had ended for want of memory. After 3 ends within five minutes training was given up. With a batch of 8'],
] as const)('an engine process that the system ends for want of memory %s is told by its count, and a smaller batch offered', { timeout: 60_000 }, async (_, said, words) => {
  counts = [...said]
  const { supervisor, store, id } = supervise('is killed from outside')
  await supervisor.ended
  counts = null
  expect(store.runs.get(id)?.error).toMatchObject({ code: 'out-of-memory', smallerBatch: 8, message: expect.stringContaining(words) as string })
})
