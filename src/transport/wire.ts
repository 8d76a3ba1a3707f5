/** The messages on a port. Each carries the protocol version, so that an old page is told apart. */
import { isErrorCode } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { isMessage, type Message } from '../contract/messages.ts'
import { protocolVersion } from '../contract/api.ts'

export type ClientMessage =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly arg?: unknown }
  /** The reply is no longer wanted. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'subscribe'; readonly event: string }
  | { readonly type: 'unsubscribe'; readonly event: string }

export type ServerMessage =
  | { readonly type: 'reply'; readonly id: number; readonly value?: unknown }
  | { readonly type: 'error'; readonly id: number; readonly code: ErrorCode; readonly message: string; readonly why?: Message }
  /** Events of one moment, in order. */
  | { readonly type: 'event'; readonly events: readonly { readonly event: string; readonly payload: unknown }[] }

export type Versioned<T> = T & { readonly v: number }
export const versioned = <T extends ClientMessage | ServerMessage>(message: T): Versioned<T> => ({ v: protocolVersion, ...message })

export type ParsedClientMessage =
  | { readonly kind: 'message'; readonly message: ClientMessage }
  /** `id`: the call to answer with an error; null where none can be named. */
  | { readonly kind: 'refused'; readonly id: number | null; readonly why: 'version' | 'form' }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const isId = (value: unknown): value is number => Number.isSafeInteger(value)
const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= 100

export function parseClientMessage(value: unknown): ParsedClientMessage {
  if (!isRecord(value)) return { kind: 'refused', id: null, why: 'form' }
  const { v, type, id, method, event, arg } = value
  const callId = isId(id) ? id : null
  if (v !== protocolVersion) return { kind: 'refused', id: callId, why: 'version' }
  if (type === 'call' && callId !== null && isName(method)) return { kind: 'message', message: { type, id: callId, method, arg } }
  if (type === 'cancel' && callId !== null) return { kind: 'message', message: { type, id: callId } }
  if ((type === 'subscribe' || type === 'unsubscribe') && isName(event)) return { kind: 'message', message: { type, event } }
  return { kind: 'refused', id: callId, why: 'form' }
}

/** Null for anything a studio of this version would not send. */
export function parseServerMessage(value: unknown): ServerMessage | null {
  if (!isRecord(value) || value['v'] !== protocolVersion) return null
  const { type, id, code, message, why, events } = value
  if (type === 'reply' && isId(id)) return { type, id, value: value['value'] }
  if (type === 'error' && isId(id) && isErrorCode(code) && typeof message === 'string') return { type, id, code, message, ...(isMessage(why) ? { why } : {}) }
  if (type === 'event' && Array.isArray(events)) {
    const items: readonly unknown[] = events
    return { type, events: items.filter(isRecord).flatMap((item) => (isName(item['event']) ? [{ event: item['event'], payload: item['payload'] }] : [])) }
  }
  return null
}
