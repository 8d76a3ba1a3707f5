/** The studio process's side of its link to main, in either runtime. */
import { messagePortMain } from '../src/hosts/ports/node-port.ts'
import type { MessagePortMainLike } from '../src/hosts/ports/node-port.ts'
import { PortEnds } from '../src/transport/port.ts'
import type { Port } from '../src/transport/port.ts'
import type { ChildReply, FromStudio, ToStudio, Trust } from './parent-protocol.ts'
import { utilityChildren, type UtilityChildren } from './utility-children.ts'

export interface ParentLink {
  send(message: FromStudio): void
  onPort(listener: (port: Port, trust: Trust) => void): void
  /** Main asks to close, or is gone. */
  onClose(listener: () => void): void
  /** How engines and decoders are started here; null: as children of this Node process. */
  readonly spawnChild: UtilityChildren['spawn'] | null
}

/** What a utility process finds at `process.parentPort`. */
interface ParentPort {
  postMessage(message: FromStudio): void
  on(event: 'message', listener: (event: { readonly data: ToStudio; readonly ports: readonly MessagePortMainLike[] }) => void): void
}

export function openParentLink(): ParentLink {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort
  return parentPort === undefined ? overIpc() : overParentPort(parentPort)
}

class Listeners {
  onPort: (port: Port, trust: Trust) => void = () => {}
  onClose: () => void = () => {}
}

function overParentPort(parentPort: ParentPort): ParentLink {
  const listeners = new Listeners()
  const send = (message: FromStudio): void => parentPort.postMessage(message)
  const children = utilityChildren(send)
  parentPort.on('message', ({ data, ports }) => {
    if (data.type === 'close') listeners.onClose()
    else if (data.type === 'port' && ports[0] !== undefined) listeners.onPort(messagePortMain(ports[0]), data.trust)
    else if (isChildReply(data)) children.receive(data)
  })
  return link(listeners, send, children.spawn)
}

function overIpc(): ParentLink {
  const listeners = new Listeners()
  const ports = new Map<number, PortEnds>()
  const send = (message: FromStudio): void => {
    if (process.connected) process.send?.(message, undefined, {}, () => {})
  }
  process.on('message', (data: ToStudio) => {
    if (data.type === 'close') listeners.onClose()
    else if (data.type === 'port') {
      const ends = new PortEnds()
      ports.set(data.id, ends)
      listeners.onPort(relayedPort(data.id, ends, send), data.trust)
    } else if (data.type === 'port-message') ports.get(data.id)?.deliver(data.message)
    else if (data.type === 'port-closed') {
      ports.get(data.id)?.end()
      ports.delete(data.id)
    }
  })
  process.on('disconnect', () => {
    for (const ends of ports.values()) ends.end()
    listeners.onClose()
  })
  return link(listeners, send, null)
}

const link = (listeners: Listeners, send: ParentLink['send'], spawnChild: ParentLink['spawnChild']): ParentLink => ({
  send,
  onPort: (listener) => void (listeners.onPort = listener),
  onClose: (listener) => void (listeners.onClose = listener),
  spawnChild,
})

const relayedPort = (id: number, ends: PortEnds, send: ParentLink['send']): Port => ({
  post: (message) => {
    if (!ends.closed) send({ type: 'port-message', id, message })
  },
  onMessage: (listener) => ends.onMessage(listener),
  onClose: (listener) => ends.onClose(listener),
  close: () => {
    if (ends.end()) send({ type: 'port-closed', id })
  },
  backlog: () => 0,
})

const isChildReply = (message: ToStudio): message is ChildReply => message.type.startsWith('child-')
