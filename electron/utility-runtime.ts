/** The studio process, and the engines and decoders it asks for, as Electron utility processes. */
import { utilityProcess } from 'electron'
import type { UtilityProcess } from 'electron'
import { join } from 'node:path'
import { smallNursery } from '../src/base/nursery.ts'
import type { ChildEntry, ChildReply, ChildRequest, FromStudio, ToStudio } from './parent-protocol.ts'
import { RuntimeState, tailOf } from './runtime-state.ts'
import type { RuntimeOptions, StudioRuntime } from './studio-runtime.ts'

export function startInUtilityProcess({ folder, studio }: RuntimeOptions): StudioRuntime {
  const state = new RuntimeState()
  const child = fork(join(folder, 'studio-process.mjs'), [JSON.stringify(studio)], 'GAN Studio')
  const stderr = tailOf(child.stderr)
  const post = (message: ToStudio): void => {
    if (child.pid !== undefined) child.postMessage(message)
  }
  const children = new ChildBroker(folder, post)
  let nextPort = 1
  child.on('message', (message: FromStudio) => {
    if (isChildRequest(message)) children.obey(message)
    else state.receive(message)
  })
  child.on('exit', () => {
    children.killAll()
    state.end(stderr())
  })
  return {
    ready: state.ready,
    gone: state.gone,
    adopt: (port, trust) => {
      const message: ToStudio = { type: 'port', id: nextPort++, trust }
      child.postMessage(message, [port])
    },
    close: () => post({ type: 'close' }),
    kill: () => kill(child),
  }
}

function fork(entry: string, args: readonly string[], serviceName: string, execArgv: readonly string[] = []): UtilityProcess {
  // The engines' libraries come from the network after the application was signed.
  return utilityProcess.fork(entry, [...args], { serviceName, execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'pipe'], allowLoadingUnsignedLibraries: true })
}

const serviceNames: Readonly<Record<ChildEntry, string>> = { 'engine-process': 'GAN Studio engine', 'decoder-process': 'GAN Studio pictures' }
/** Chromium's switch: as an argument by itself V8's flag has no effect here. */
const switches: Readonly<Record<ChildEntry, readonly string[]>> = { 'engine-process': [], 'decoder-process': [`--js-flags=${smallNursery}`] }

class ChildBroker {
  readonly #folder: string
  readonly #reply: (reply: ChildReply) => void
  readonly #children = new Map<number, UtilityProcess>()

  constructor(folder: string, reply: (reply: ChildReply) => void) {
    this.#folder = folder
    this.#reply = reply
  }

  obey(request: ChildRequest): void {
    if (request.type === 'child-start') this.#start(request.id, request.entry)
    else if (request.type === 'child-command') this.#children.get(request.id)?.postMessage(request.command)
    else kill(this.#children.get(request.id))
  }

  killAll(): void {
    for (const child of this.#children.values()) kill(child)
  }

  #start(id: number, entry: ChildEntry): void {
    const child = fork(join(this.#folder, `${entry}.mjs`), [], serviceNames[entry], switches[entry])
    const stderr = tailOf(child.stderr)
    this.#children.set(id, child)
    child.on('spawn', () => this.#reply({ type: 'child-started', id, pid: child.pid ?? null }))
    child.on('message', (message: unknown) => this.#reply({ type: 'child-message', id, message }))
    child.on('exit', (code) => {
      this.#children.delete(id)
      this.#reply({ type: 'child-exit', id, code, stderr: stderr() })
    })
  }
}

/** At once: `UtilityProcess.kill` only asks, and a process that hangs does not hear it. */
function kill(child: UtilityProcess | undefined): void {
  if (child?.pid !== undefined) process.kill(child.pid, 'SIGKILL')
}

const isChildRequest = (message: FromStudio): message is ChildRequest => message.type.startsWith('child-')
