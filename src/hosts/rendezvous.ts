/**
 * How a second shell finds the owner of a data folder: a small file in the folder names the
 * owner's local socket and a secret, readable by this user alone. The socket is a Unix socket in a
 * private folder, or a named pipe.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { connect as connectSocket, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../base/errors.ts'
import { protocolVersion } from '../contract/api.ts'
import type { Port } from '../transport/port.ts'
import { localSocketPort } from './ports/local-socket.ts'

const ownerFileName = 'studio.owner.json'
const ownerSchema = z.object({
  pid: z.int(),
  startedAt: z.number(),
  socket: z.string().min(1),
  secret: z.string().min(32),
  protocol: z.int(),
})
export type Owner = z.infer<typeof ownerSchema>

const helloSchema = z.strictObject({ type: z.literal('hello'), secret: z.string().max(200), protocol: z.int() })
const greetingSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('welcome') }),
  z.strictObject({ type: z.literal('refused'), message: z.string() }),
])
const helloTimeoutMs = 10_000
/** The owner may be migrating its database before it answers. */
const welcomeTimeoutMs = 120_000
const maxHelloFrameBytes = 32 << 20

export interface Rendezvous {
  close(): Promise<void>
}

/** Listens for other shells; `admit` gets the port of each that knew the secret. */
export async function openRendezvous(folder: string, admit: (port: Port) => Promise<void>): Promise<Rendezvous> {
  await sweepSocket(await readOwner(folder))
  const owner: Owner = {
    pid: process.pid,
    startedAt: Date.now(),
    socket: await newSocketPath(folder),
    secret: randomBytes(32).toString('hex'),
    protocol: protocolVersion,
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    greet(socket, owner.secret, admit)
  })
  await listen(server, owner.socket)
  if (process.platform !== 'win32') await chmod(owner.socket, 0o600)
  const file = join(folder, ownerFileName)
  const temporary = `${file}.${owner.pid}.tmp`
  await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 })
  await rename(temporary, file)
  return {
    close: async () => {
      await rm(file, { force: true })
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroySoon()
      await closed
    },
  }
}

/** Null where nobody answers there (the owner is gone, or is still starting). */
export async function meetOwner(folder: string): Promise<Port | null> {
  const owner = await readOwner(folder)
  if (owner === null) return null
  const socket = await reach(owner.socket)
  if (socket === null) return null
  const port = localSocketPort(socket)
  const greeted = Promise.withResolvers<Port | null>()
  const timer = setTimeout(() => port.close(), welcomeTimeoutMs)
  port.onClose(() => greeted.resolve(null))
  port.onMessage((message) => {
    const greeting = greetingSchema.safeParse(message).data
    if (greeting?.type === 'welcome') return greeted.resolve(port)
    greeted.reject(new StudioError('unsupported', greeting?.message ?? 'Another program answers for this data folder.'))
    port.close()
  })
  port.post({ type: 'hello', secret: owner.secret, protocol: protocolVersion })
  try {
    return await greeted.promise
  } finally {
    clearTimeout(timer)
  }
}

export async function readOwner(folder: string): Promise<Owner | null> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(join(folder, ownerFileName), 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function greet(socket: Socket, secret: string, admit: (port: Port) => Promise<void>): void {
  const port = localSocketPort(socket, { maxFrameBytes: maxHelloFrameBytes })
  const timer = setTimeout(() => socket.destroy(), helloTimeoutMs)
  port.onClose(() => clearTimeout(timer))
  port.onMessage((message) => {
    clearTimeout(timer)
    const hello = helloSchema.safeParse(message)
    if (!hello.success || !same(hello.data.secret, secret)) return socket.destroy()
    if (hello.data.protocol !== protocolVersion) {
      port.post({ type: 'refused', message: 'Another version of the studio has this data folder open. Close it, or use the same version.' })
      return port.close()
    }
    // `admit` serves the port: calls that arrive from now on are for it.
    admit(port).catch(() => socket.destroy())
  })
}

export const welcome = (port: Port): void => port.post({ type: 'welcome' })

const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function reach(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connectSocket(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', () => resolve(null))
  })
}

async function newSocketPath(folder: string): Promise<string> {
  const name = `${digest(folder).toString('hex').slice(0, 16)}-${randomBytes(6).toString('hex')}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\gan-studio-${name}`
  return join(await privateFolder(), `${name}.sock`)
}

/** Removes what an owner that was killed left behind; only ever one of our own sockets. */
async function sweepSocket(owner: Owner | null): Promise<void> {
  if (owner === null || process.platform === 'win32') return
  if (dirname(owner.socket) === (await privateFolder()) && owner.socket.endsWith('.sock')) await rm(owner.socket, { force: true })
}

/** A folder of this user alone; short, because a Unix socket's path may have 104 bytes. */
async function privateFolder(): Promise<string> {
  const folder = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `gan-studio-${userInfo().uid}`)
  await mkdir(folder, { mode: 0o700, recursive: true })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0)
    throw new StudioError('no-permission', `${folder} should be a folder of yours alone (mode 700). Remove it and try again.`)
  return folder
}
