/** Engine processes as children of this Node process. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineMessage, EngineProcess, SpawnEngineProcess } from '../contract/trainer.ts'

/** Enough for the last words of any engine, small enough to keep. */
const stderrKept = 64 * 1024

export interface NodeSpawnOptions {
  /** The entry file; absent: engine-process.ts beside this file (or its bundle). */
  readonly entry?: string
  /** Node to run it with; absent: this one. */
  readonly execPath?: string
  readonly env?: NodeJS.ProcessEnv
}

/** The entry as it lies beside this file: the source, or its bundle when this file is bundled. */
export function engineProcessEntry(): string {
  const bundled = !import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(bundled ? './engine-process.mjs' : './engine-process.ts', import.meta.url))
}

export function nodeEngineProcesses(options: NodeSpawnOptions = {}): SpawnEngineProcess {
  return () => {
    const child = fork(options.entry ?? engineProcessEntry(), [], {
      execPath: options.execPath ?? process.execPath,
      // This process's own flags (inspector, test runner) are not the engine's.
      execArgv: [],
      env: options.env ?? process.env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    return hold(child)
  }
}

type Exit = Parameters<Parameters<EngineProcess['onExit']>[0]>[0]

function hold(child: ChildProcess): EngineProcess {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrKept)
  })
  const ended = new Promise<Exit>((resolve) => {
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
      if (child.connected) child.send(command, () => {})
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as EngineMessage)),
    onExit: (listener) => void ended.then(listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
