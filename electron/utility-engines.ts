/**
 * Engine processes of a studio that runs in a utility process: main starts them as utility
 * processes too (the packaged application cannot run as plain Node) and passes messages on.
 */
import { BugError } from '../src/base/errors.ts'
import type { EngineMessage, EngineProcess, SpawnEngineProcess } from '../src/contract/trainer.ts'
import type { EngineReply, EngineRequest } from './parent-protocol.ts'

type Exit = Parameters<Parameters<EngineProcess['onExit']>[0]>[0]

export interface UtilityEngines {
  readonly spawn: SpawnEngineProcess
  receive(reply: EngineReply): void
}

export function utilityEngines(send: (request: EngineRequest) => void): UtilityEngines {
  const engines = new Map<number, RemoteEngine>()
  let nextId = 1
  return {
    spawn: () => {
      const engine = new RemoteEngine(nextId++, send)
      engines.set(engine.id, engine)
      return engine
    },
    receive: (reply) => {
      const engine = engines.get(reply.id)
      if (engine === undefined) throw new BugError(`Message of an unknown engine process ${reply.id}`)
      engine.receive(reply)
      if (reply.type === 'engine-exit') engines.delete(reply.id)
    },
  }
}

class RemoteEngine implements EngineProcess {
  readonly id: number
  readonly #send: (request: EngineRequest) => void
  readonly #messageListeners: ((message: EngineMessage) => void)[] = []
  readonly #exitListeners: ((exit: Exit) => void)[] = []
  #pid: number | undefined
  #killed = false

  constructor(id: number, send: (request: EngineRequest) => void) {
    this.id = id
    this.#send = send
    send({ type: 'engine-start', id })
  }

  get pid(): number | undefined {
    return this.#pid
  }

  send(command: Parameters<EngineProcess['send']>[0]): void {
    this.#send({ type: 'engine-command', id: this.id, command })
  }

  onMessage(listener: (message: EngineMessage) => void): void {
    this.#messageListeners.push(listener)
  }

  onExit(listener: (exit: Exit) => void): void {
    this.#exitListeners.push(listener)
  }

  kill(): void {
    this.#killed = true
    this.#send({ type: 'engine-kill', id: this.id })
  }

  receive(reply: EngineReply): void {
    if (reply.type === 'engine-started') this.#pid = reply.pid ?? undefined
    else if (reply.type === 'engine-message') for (const listener of this.#messageListeners) listener(reply.message)
    else {
      const exit = { code: reply.code, signal: this.#killed ? 'SIGTERM' : null, stderr: reply.stderr }
      for (const listener of this.#exitListeners) listener(exit)
    }
  }
}
