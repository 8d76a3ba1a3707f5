/**
 * Offers a studio on a port. Everything that arrives is checked; errors go back as code and
 * message. A bug of ours goes to the log; the other side gets neither stack nor paths.
 */
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { silent } from '../base/log.ts'
import { protocolVersion } from '../contract/api.ts'
import type { EventName, HostApi, MethodName, Studio, StudioApi, StudioEvents } from '../contract/api.ts'
import { failureOf } from '../contract/failure.ts'
import { isHostMethod, isMethod, parseArgument, parseHostArgument } from '../contract/validate.ts'
import { EventQueue } from './event-queue.ts'
import type { QueuedEvent } from './event-queue.ts'
import type { Port } from './port.ts'
import { parseClientMessage, versioned } from './wire.ts'
import type { ClientMessage, ServerMessage } from './wire.ts'

export interface ServeOptions {
  readonly log?: Log
  /** Given only on ports of trusted hosts: makes `host.*` callable. */
  readonly host?: HostApi
  readonly eventIntervalMs?: number
}

export const maxCallsInFlight = 1000

const eventNames: { readonly [E in EventName]: true } = {
  'settings.changed': true, 'activity.changed': true, 'engines.changed': true,
  'dataset.changed': true, 'dataset.removed': true,
  'run.changed': true, 'run.removed': true, 'run.tick': true, 'run.snapshot': true, 'run.score': true, 'run.comparing': true,
  'gallery.changed': true,
}
const isEvent = (value: string): value is EventName => Object.hasOwn(eventNames, value)

/** Returns the function that ends the service and closes the port. */
export function serve(studio: Studio, port: Port, options: ServeOptions = {}): () => void {
  const log = options.log ?? silent
  const subscriptions = new Map<EventName, () => void>()
  const inFlight = new Set<number>()
  const post = (message: ServerMessage): void => port.post(versioned(message))
  const queue = new EventQueue({
    send: (events) => post({ type: 'event', events }),
    backlog: () => port.backlog(),
    overflow: () => {
      log('warn', 'A connection does not read its events and is closed')
      port.close()
    },
    ...(options.eventIntervalMs === undefined ? {} : { intervalMs: options.eventIntervalMs }),
  })

  const subscribe = <E extends EventName>(event: E): void => {
    if (subscriptions.has(event)) return
    subscriptions.set(event, studio.on(event, (payload: StudioEvents[E]) => queue.push({ event, payload } as QueuedEvent)))
  }
  const unsubscribe = (event: EventName): void => {
    subscriptions.get(event)?.()
    subscriptions.delete(event)
  }
  const fail = (id: number, error: unknown, method: string): void => {
    const known = error instanceof StudioError && error.code !== 'bug'
    if (!known) log('error', `Bug while answering ${method}`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    post({ type: 'error', id, ...(known ? failureOf(error) : { code: 'bug', message: `Something went wrong inside the studio (${method}). Nothing was changed knowingly; the log has the details.` }) })
  }
  const answer = async (message: ClientMessage & { readonly type: 'call' }): Promise<void> => {
    const { id, method, arg } = message
    if (inFlight.has(id)) return fail(id, new StudioError('bad-input', `Call ${id} is already under way.`), method)
    if (inFlight.size >= maxCallsInFlight) return fail(id, new StudioError('busy', `More than ${maxCallsInFlight} calls at once.`), method)
    inFlight.add(id)
    try {
      const value = await invoke(studio, options.host, method, arg)
      if (inFlight.has(id)) {
        queue.flush()
        post({ type: 'reply', id, value })
      }
    } catch (error) {
      if (inFlight.has(id)) {
        queue.flush()
        fail(id, error, method)
      }
    } finally {
      inFlight.delete(id)
    }
  }

  port.onMessage((raw) => {
    const parsed = parseClientMessage(raw)
    if (parsed.kind === 'refused') {
      if (parsed.id !== null)
        fail(parsed.id, parsed.why === 'version'
          ? new StudioError('unsupported', `This studio speaks protocol ${protocolVersion}, the caller another version. Reload the page or update both.`)
          : new StudioError('bad-input', 'The message is not of a known form.'), 'a message')
      return
    }
    const { message } = parsed
    switch (message.type) {
      case 'call':
        void answer(message)
        return
      case 'cancel':
        inFlight.delete(message.id)
        return
      case 'subscribe':
        if (isEvent(message.event)) subscribe(message.event)
        return
      case 'unsubscribe':
        if (isEvent(message.event)) unsubscribe(message.event)
    }
  })
  port.onClose(() => {
    for (const event of [...subscriptions.keys()]) unsubscribe(event)
    inFlight.clear()
    queue.clear()
  })
  return () => port.close()
}

const hostPrefix = 'host.'

async function invoke(studio: Studio, host: HostApi | undefined, method: string, arg: unknown): Promise<unknown> {
  if (isMethod(method)) return await call(studio, method, arg)
  const hostMethod = method.startsWith(hostPrefix) ? method.slice(hostPrefix.length) : ''
  if (host !== undefined && isHostMethod(hostMethod)) {
    switch (hostMethod) {
      case 'registerSources':
        return await host.registerSources(parseHostArgument(hostMethod, arg))
      case 'neededSources':
        return await host.neededSources()
      case 'goOn':
        return await host.goOn()
      case 'registerTarget':
        return await host.registerTarget(parseHostArgument(hostMethod, arg))
      case 'readMedia':
        return await host.readMedia(parseHostArgument(hostMethod, arg))
    }
  }
  throw new StudioError('unsupported', `There is no method ${JSON.stringify(method)}.`)
}

async function call<M extends MethodName>(studio: Studio, method: M, arg: unknown): Promise<unknown> {
  const parsed = parseArgument(method, arg)
  const args = (parsed === undefined ? [] : [parsed]) as unknown as Parameters<StudioApi[M]>
  return await studio.call(method, ...args)
}
