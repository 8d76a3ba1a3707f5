/** The studio process as a child on Node, beside an Electron too old to run it. Tests only. */
import { fork } from 'node:child_process'
import type { MessagePortMain } from 'electron'
import { join } from 'node:path'
import { goodbye } from '../src/transport/message-port.ts'
import type { FromStudio, ToStudio } from './parent-protocol.ts'
import { RuntimeState, tailOf } from './runtime-state.ts'
import type { RuntimeOptions, StudioRuntime } from './studio-runtime.ts'

export function startOnNode({ folder, studio }: RuntimeOptions, node: string): StudioRuntime {
  const state = new RuntimeState()
  const child = fork(join(folder, 'studio-process.mjs'), [JSON.stringify(studio)], {
    execPath: node,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const stderr = tailOf(child.stderr)
  const ports = new Map<number, MessagePortMain>()
  const post = (message: ToStudio): void => {
    if (child.connected) child.send(message, () => {})
  }
  const closePort = (id: number): void => {
    const port = ports.get(id)
    ports.delete(id)
    port?.postMessage(goodbye)
    port?.close()
  }
  child.on('message', (message: FromStudio) => {
    if (message.type === 'port-message') ports.get(message.id)?.postMessage(message.message)
    else if (message.type === 'port-closed') closePort(message.id)
    else state.receive(message)
  })
  child.on('close', () => {
    for (const id of [...ports.keys()]) closePort(id)
    state.end(stderr())
  })
  let nextPort = 1
  return {
    ready: state.ready,
    gone: state.gone,
    adopt: (port, trust) => {
      const id = nextPort++
      ports.set(id, port)
      post({ type: 'port', id, trust })
      port.on('message', ({ data }: { readonly data: unknown }) => {
        if (data === goodbye) post({ type: 'port-closed', id })
        else post({ type: 'port-message', id, message: data })
      })
      port.on('close', () => {
        ports.delete(id)
        post({ type: 'port-closed', id })
      })
      port.start()
    },
    close: () => post({ type: 'close' }),
    kill: () => void child.kill('SIGKILL'),
  }
}
