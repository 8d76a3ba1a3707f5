/** The channels the contract suite runs over: each gives the two ends of one fresh connection. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { connect as connectSocket, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import type { WebSocket as ServerSocket } from 'ws'
import { localSocketPort } from '../../src/hosts/ports/local-socket.ts'
import { serverSocketPort } from '../../src/hosts/ports/socket-server.ts'
import { messagePort } from '../../src/transport/message-port.ts'
import type { Port } from '../../src/transport/port.ts'
import { openWebSocket } from '../../src/transport/web-socket.ts'

export interface Pair {
  readonly server: Port
  readonly client: Port
  dispose(): Promise<void>
}
export type Channel = () => Promise<Pair>

const overMessagePort: Channel = () => {
  const { port1, port2 } = new MessageChannel()
  return Promise.resolve({
    server: messagePort(port1),
    client: messagePort(port2),
    dispose: () => {
      port1.close()
      port2.close()
      return Promise.resolve()
    },
  })
}

const overWebSocket: Channel = async () => {
  const http = createHttpServer()
  const sockets = new WebSocketServer({ server: http })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const accepted = once(sockets, 'connection')
  const client = await openWebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket`)
  const [socket] = (await accepted) as [ServerSocket]
  return {
    server: serverSocketPort(socket),
    client,
    dispose: async () => {
      socket.terminate()
      sockets.close()
      http.close()
      await once(http, 'close')
    },
  }
}

const overLocalSocket: Channel = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-'))
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.split('\\').pop()}` : join(folder, 's')
  const listener = createServer().listen(path)
  await once(listener, 'listening')
  const accepted = once(listener, 'connection')
  const near = connectSocket(path)
  await once(near, 'connect')
  const [far] = (await accepted) as [Socket]
  return {
    server: localSocketPort(far),
    client: localSocketPort(near),
    dispose: async () => {
      near.destroy()
      far.destroy()
      listener.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const channels = {
  MessagePort: overMessagePort,
  WebSocket: overWebSocket,
  'local socket': overLocalSocket,
} satisfies Record<string, Channel>

