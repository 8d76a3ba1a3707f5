import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BugError, StudioError } from '../../src/base/errors.ts'
import type { HostApi, Studio } from '../../src/contract/api.ts'
import { failureOf } from '../../src/contract/failure.ts'
import { connectHost } from '../../src/transport/connect.ts'
import { serve } from '../../src/transport/serve.ts'
import { channels } from './channels.ts'
import type { Pair } from './channels.ts'
import { run, SmallStudio, wrongRow } from './small-studio.ts'

/** What holds for a studio however far away it is. */
function behavesAsAStudio(open: () => Promise<{ readonly studio: Studio & HostApi; readonly core: SmallStudio }>): void {
  it('answers calls with and without an argument', async () => {
    const { studio } = await open()
    expect(await studio.call('settings.set', { theme: 'dark' })).toMatchObject({ theme: 'dark', language: 'system' })
    expect(await studio.call('settings.get')).toMatchObject({ theme: 'dark' })
    expect(await studio.call('activities.list')).toEqual([])
  })

  it('carries any text, and numbers that are not finite', async () => {
    const { studio } = await open()
    const runs = await studio.call('runs.list')
    expect(runs.map((item) => item.imagesSeen)).toEqual([5, Number.NaN])
    expect(runs[1]?.name).toBe('\u0000手势 😀')
    expect(runs[0]?.totalImages).toBeNull()
  })

  it('rejects with the code and the message of an expected error', async () => {
    const { studio } = await open()
    const failure = await studio.call('runs.get', { id: 'run_9' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StudioError)
    expect(failure).toMatchObject({ code: 'not-found', message: 'There is no run run_9.' })
  })

  it('rejects with what says the reason in any language', async () => {
    const { studio } = await open()
    const failure = await studio.call('runs.stop', { id: 'run_9', save: true }).catch((error: unknown) => failureOf(error))
    expect(failure).toEqual({ code: 'bad-input', message: expect.stringContaining('2 damaged, 1 label') as string, why: wrongRow })
  })

  it('delivers events until the listener is removed', async () => {
    const { studio, core } = await open()
    const seen: string[] = []
    const stop = studio.on('run.removed', ({ id }) => seen.push(id))
    await studio.call('activities.list')
    core.emit('run.removed', { id: 'run_1' })
    await vi.waitFor(() => expect(seen).toEqual(['run_1']))
    stop()
    await studio.call('activities.list')
    expect(core.listening('run.removed')).toBe(0)
    core.emit('run.removed', { id: 'run_2' })
    await studio.call('activities.list')
    expect(seen).toEqual(['run_1'])
  })

  it('delivers the events of a call before its answer', async () => {
    const { studio } = await open()
    const order: string[] = []
    studio.on('settings.changed', (settings) => order.push(settings.theme))
    for (const theme of ['dark', 'light', 'system'] as const) {
      await studio.call('settings.set', { theme })
      order.push('answer')
    }
    expect(order).toEqual(['dark', 'answer', 'light', 'answer', 'system', 'answer'])
  })

  it('reads media as bytes for a host', async () => {
    const { studio } = await open()
    const media = await studio.readMedia('sample/one')
    expect([...(media?.bytes ?? [])]).toEqual([0, 1, 254, 255])
    expect(media?.fileName).toBe('手.png')
    expect(await studio.readMedia('sample/two')).toBeNull()
    expect(await studio.registerSources(['/a', '/b'])).toBe('sources-2')
  })
}

describe('in this process', () => {
  behavesAsAStudio(() => {
    const core = new SmallStudio()
    return Promise.resolve({ studio: core, core })
  })
})

describe.each(Object.entries(channels))('over %s', (_name, channel) => {
  let pair: Pair
  let core: SmallStudio
  let logged: string[]
  beforeEach(async () => {
    pair = await channel()
    core = new SmallStudio()
    logged = []
  })
  afterEach(() => pair.dispose())
  const open = (): ReturnType<typeof connectHost> => {
    serve(core, pair.server, { host: core, log: (_level, message, details) => logged.push(message + JSON.stringify(details)) })
    return connectHost(pair.client)
  }

  behavesAsAStudio(() => Promise.resolve({ studio: open(), core }))

  it('hides the details of a bug from the other side and logs them', async () => {
    const studio = open()
    const failure = await studio.call('runs.delete', { id: 'run_1' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(BugError)
    expect(String(failure)).not.toMatch(/secret|home/)
    expect(logged.join()).toContain('secret detail')
  })

  it('refuses arguments that are not valid before they reach the studio', async () => {
    const studio = open()
    const call = studio.call('runs.get', { id: '../etc' })
    await expect(call).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('found "../etc"') as string })
    expect(core.calls).toEqual([])
  })

  it('refuses unknown methods, and host methods where no host is served', async () => {
    serve(core, pair.server)
    const studio = connectHost(pair.client)
    await expect(studio.call('toString' as 'studio.info')).rejects.toMatchObject({ code: 'unsupported' })
    await expect(studio.readMedia('sample/one')).rejects.toMatchObject({ code: 'unsupported' })
  })

  it.each(['server', 'client'] as const)('rejects pending and later calls as disconnected when the %s closes', async (side) => {
    core.gate = new Promise(() => {})
    const studio = open()
    const closed = vi.fn()
    studio.onClose(closed)
    const pending = studio.call('activities.list')
    await studio.call('settings.get')
    pair[side].close()
    await expect(pending).rejects.toMatchObject({ code: 'disconnected' })
    await expect(studio.call('settings.get')).rejects.toMatchObject({ code: 'disconnected' })
    expect(closed).toHaveBeenCalledOnce()
  })

  it('forgets subscriptions of a closed connection', async () => {
    const studio = open()
    studio.on('run.changed', () => {})
    await studio.call('settings.get')
    expect(core.listening('run.changed')).toBe(1)
    studio.close()
    await vi.waitFor(() => expect(core.listening('run.changed')).toBe(0))
  })

  it('drops the answer of a cancelled call', async () => {
    let release = (): void => {}
    core.gate = new Promise((resolve) => (release = resolve))
    const studio = open()
    const stop = new AbortController()
    const pending = studio.request('activities.list', stop.signal)
    await studio.call('settings.get')
    stop.abort()
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' })
    release()
    expect(await studio.call('settings.get')).toMatchObject({ theme: 'system' })
  })

  it('ignores or refuses what is not a message of this version, and goes on', async () => {
    const studio = open()
    for (const odd of [null, 7, 'text', [], {}, { v: 1, type: 'call' }, { v: 1, type: '__proto__', id: 901 }, { v: 1, type: 'subscribe', event: 'constructor' }])
      pair.client.post(odd)
    pair.client.post({ v: 999, type: 'call', id: 900, method: 'settings.get' })
    expect(await studio.call('settings.get')).toMatchObject({ theme: 'system' })
  })

  it('keeps the newest state and every tick when events come faster than they are sent', async () => {
    const studio = open()
    const states: number[] = []
    const ticks: number[] = []
    studio.on('run.changed', (item) => states.push(item.imagesSeen))
    studio.on('run.tick', ({ tick }) => ticks.push(tick.imagesSeen))
    await studio.call('settings.get')
    for (let imagesSeen = 1; imagesSeen <= 500; imagesSeen++) {
      core.emit('run.changed', run('run_1', imagesSeen))
      core.emit('run.tick', { runId: 'run_1', tick: { imagesSeen, elapsedMs: 0, lossD: 0, lossG: 0, pReal: 0, pFake: 0, penalty: 0, learningRate: 0, imagesPerSecond: 0, memoryBytes: 0 } })
    }
    await vi.waitFor(() => expect(ticks).toHaveLength(500))
    expect(states.at(-1)).toBe(500)
    expect(states.length).toBeLessThan(5)
  })
})
