/**
 * tfjs's WebAssembly build with threads, which tfjs itself does not start in Node (tensorflow/tfjs#3830): it
 * would give workers addresses that only browsers can load. While it opens, workers are given the package's own
 * text and file instead. A kernel's parts do not depend on how many threads take them, so numbers do not either.
 */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { tf } from '../tf.ts'

const require = createRequire(import.meta.url)

/** The build starts eight workers; more threads would wait for workers that only start when they stop waiting. */
const mostThreads = 8
const startsWithinMs = 5000

interface LoadMessage {
  readonly cmd: string
  urlOrBlob: unknown
}

const threadsHere = (): number => Math.min(mostThreads, availableParallelism())

/**
 * Opens the backend by `activate` with as many threads as there are.
 * @returns how many it has; 1: without threads, where there is one processor or workers do not start
 */
export async function openWithThreads(setThreadsCount: (count: number) => void, activate: () => Promise<void>): Promise<number> {
  const threads = threadsHere()
  if (threads === 1 || !(await workersStart())) {
    await activate()
    return 1
  }
  const workers = require('node:worker_threads') as { Worker: typeof import('node:worker_threads').Worker }
  const os = require('node:os') as { cpus: () => unknown }
  const [{ Worker }, { cpus }] = [{ ...workers }, { ...os }]
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '..', 'wasm-out')
  const build = join(folder, 'tfjs-backend-wasm-threaded-simd')
  const { wasmWorkerContents } = require(`${build}.worker.js`) as { readonly wasmWorkerContents: string }
  workers.Worker = class extends Worker {
    constructor() {
      // Its line breaks stand inside of string literals.
      super(wasmWorkerContents.replaceAll('\n', String.raw`\n`), { eval: true })
    }
    override postMessage(message: LoadMessage, ...rest: readonly never[]): void {
      if (message.cmd === 'load') message.urlOrBlob = `${build}.js`
      super.postMessage(message, ...rest)
    }
  } as typeof Worker
  // It takes half of them at most, for it thinks of two threads a core.
  os.cpus = () => new Array<null>(2 * threads).fill(null)
  try {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
    setThreadsCount(threads)
    await activate()
  } finally {
    workers.Worker = Worker
    os.cpus = cpus
  }
  return threads
}

function workersStart(): Promise<boolean> {
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads')
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), startsWithinMs)
    const answer = (starts: boolean): void => {
      clearTimeout(late)
      resolve(starts)
    }
    try {
      new Worker('new SharedArrayBuffer(8)', { eval: true }).once('error', () => answer(false)).once('exit', (code) => answer(code === 0))
    } catch {
      answer(false)
    }
  })
}
