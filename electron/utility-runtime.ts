/** The studio process, and the engine processes it asks for, as Electron utility processes. */
import { utilityProcess } from 'electron'
import type { UtilityProcess } from 'electron'
import { join } from 'node:path'
import type { EngineReply, EngineRequest, FromStudio, ToStudio } from './parent-protocol.ts'
import { RuntimeState, tailOf } from './runtime-state.ts'
import type { RuntimeOptions, StudioRuntime } from './studio-runtime.ts'

export function startInUtilityProcess({ folder, studio }: RuntimeOptions): StudioRuntime {
  const state = new RuntimeState()
  const child = fork(join(folder, 'studio-process.mjs'), [JSON.stringify(studio)], 'GAN Studio')
  const stderr = tailOf(child.stderr)
  const post = (message: ToStudio): void => {
    if (child.pid !== undefined) child.postMessage(message)
  }
  const engines = new EngineBroker(folder, post)
  let nextPort = 1
  child.on('message', (message: FromStudio) => {
    if (isEngineRequest(message)) engines.obey(message)
    else state.receive(message)
  })
  child.on('exit', () => {
    engines.killAll()
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

function fork(entry: string, args: readonly string[], serviceName: string): UtilityProcess {
  // The engines' libraries come from the network after the application was signed.
  return utilityProcess.fork(entry, [...args], { serviceName, stdio: ['ignore', 'ignore', 'pipe'], allowLoadingUnsignedLibraries: true })
}

class EngineBroker {
  readonly #folder: string
  readonly #reply: (reply: EngineReply) => void
  readonly #engines = new Map<number, UtilityProcess>()

  constructor(folder: string, reply: (reply: EngineReply) => void) {
    this.#folder = folder
    this.#reply = reply
  }

  obey(request: EngineRequest): void {
    if (request.type === 'engine-start') this.#start(request.id)
    else if (request.type === 'engine-command') this.#engines.get(request.id)?.postMessage(request.command)
    else kill(this.#engines.get(request.id))
  }

  killAll(): void {
    for (const engine of this.#engines.values()) kill(engine)
  }

  #start(id: number): void {
    const engine = fork(join(this.#folder, 'engine-process.mjs'), [], 'GAN Studio engine')
    const stderr = tailOf(engine.stderr)
    this.#engines.set(id, engine)
    engine.on('spawn', () => this.#reply({ type: 'engine-started', id, pid: engine.pid ?? null }))
    engine.on('message', (message: Extract<EngineReply, { type: 'engine-message' }>['message']) =>
      this.#reply({ type: 'engine-message', id, message }),
    )
    engine.on('exit', (code) => {
      this.#engines.delete(id)
      this.#reply({ type: 'engine-exit', id, code, stderr: stderr() })
    })
  }
}

/** At once: `UtilityProcess.kill` only asks, and a process that hangs does not hear it. */
function kill(child: UtilityProcess | undefined): void {
  if (child?.pid !== undefined) process.kill(child.pid, 'SIGKILL')
}

const isEngineRequest = (message: FromStudio): message is EngineRequest => message.type.startsWith('engine-')
