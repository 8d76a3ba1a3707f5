import type { Port } from '../../src/transport/port.ts'

/** Svelte's state is made of proxies, which a MessagePort cannot clone: sends the plain values they stand for. */
export const plainPort = (port: Port): Port => ({ ...port, post: (message) => port.post($state.snapshot(message)) })
