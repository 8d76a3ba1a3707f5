import { describe, expect, it, vi } from 'vitest'
import { StudioError } from '../../src/base/errors.ts'
import { messagePort } from '../../src/transport/message-port.ts'
import type { Port } from '../../src/transport/port.ts'
import { reconnecting } from '../../src/transport/reconnect.ts'
import { serve } from '../../src/transport/serve.ts'
import { SmallStudio } from './small-studio.ts'

function server(core: SmallStudio) {
  const ports: Port[] = []
  const gate = { up: true }
  return {
    ports,
    gate,
    open: (): Promise<Port> => {
      if (!gate.up) return Promise.reject(new StudioError('disconnected', 'down'))
      const { port1, port2 } = new MessageChannel()
      const far = messagePort(port1)
      ports.push(far)
      serve(core, far)
      return Promise.resolve(messagePort(port2))
    },
  }
}

describe('a studio that comes back', () => {
  it('waits for the first connection, then subscribes again after each loss', async () => {
    const core = new SmallStudio()
    const { ports, gate, open } = server(core)
    gate.up = false
    const studio = reconnecting({ open, waitMs: [5] })
    const states: string[] = []
    studio.onState((state) => states.push(state))
    const removed: string[] = []
    studio.on('run.removed', ({ id }) => removed.push(id))
    const early = studio.call('settings.get')
    gate.up = true
    expect(await early).toMatchObject({ theme: 'system' })

    gate.up = false
    ports[0]?.close()
    await vi.waitFor(() => expect(states.at(-1)).toBe('connecting'))
    await expect(studio.call('settings.get')).rejects.toMatchObject({ code: 'disconnected' })
    gate.up = true
    await vi.waitFor(() => expect(states.at(-1)).toBe('connected'))
    await vi.waitFor(() => expect(core.listening('run.removed')).toBe(1))
    core.emit('run.removed', { id: 'run_1' })
    await vi.waitFor(() => expect(removed).toEqual(['run_1']))

    studio.close()
    expect(states).toEqual(['connecting', 'connected', 'connecting', 'connected', 'closed'])
    await expect(studio.call('settings.get')).rejects.toMatchObject({ code: 'disconnected' })
  })
})
