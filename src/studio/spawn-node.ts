/** Engines and decoders as children of this Node process. */
import { fork, type ChildProcess as NodeChild } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withManyArenas } from '../base/arenas.ts'
import { smallNursery } from '../base/nursery.ts'
import type { ChildProcess, ProcessExit } from '../contract/child-process.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { SpawnDecoder } from '../dataset/decoders.ts'

/** Enough for the last words of any engine, small enough to keep. */
const stderrKept = 64 * 1024

export interface NodeSpawnOptions {
  /** The entry file; absent: the one beside this file (or its bundle). */
  readonly entry?: string
  /** Node to run it with; absent: this one. */
  readonly execPath?: string
  readonly env?: NodeJS.ProcessEnv
}

/** The entry as it lies beside this file: the source, or its bundle when this file is bundled. */
function entryOf(name: 'engine-process' | 'decoder-process'): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return fileURLToPath(new URL(`./${name}.${ending}`, import.meta.url))
}

export const nodeEngineProcesses = (options: NodeSpawnOptions = {}): SpawnEngineProcess => () => start('engine-process', { ...options, env: withManyArenas(options.env ?? process.env) })
export const nodeDecoders = (options: NodeSpawnOptions = {}): SpawnDecoder => () => start('decoder-process', options, [smallNursery])

function start<Command, Message>(name: Parameters<typeof entryOf>[0], options: NodeSpawnOptions, flags: readonly string[] = []): ChildProcess<Command, Message> {
  const child = fork(options.entry ?? entryOf(name), [], {
    execPath: options.execPath ?? process.execPath,
    // This process's own flags (inspector, test runner) are not the child's.
    execArgv: [...flags],
    env: options.env ?? process.env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return hold(child)
}

function hold<Command, Message>(child: NodeChild): ChildProcess<Command, Message> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrKept)
  })
  const ended = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, stderr: `${stderr}${error.message}` }))
    // 'close' waits for stderr, 'disconnect' for the last message; 'exit' for neither.
    const closed = new Promise<{ code: number | null; signal: string | null }>((done) => child.once('close', (code, signal) => done({ code, signal })))
    const drained = new Promise<void>((done) => child.once('disconnect', done))
    void Promise.all([closed, drained]).then(([{ code, signal }]) => resolve({ code, signal, stderr }))
  })
  return {
    pid: child.pid,
    send: (command) => {
      // The exit tells what happened to a process that no longer listens.
      if (child.connected) child.send(command as object, () => {})
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as Message)),
    onExit: (listener) => void ended.then(listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
