/**
 * tfjs's WebAssembly build with threads, which tfjs itself does not start in Node (tensorflow/tfjs#3830): it
 * would give workers addresses that only browsers can load. While it opens, workers are given the package's own
 * text and file instead. What is wanted of it is the memory that threads share: its own kernels keep to one thread, since its
 * workers would spin for a while after each of them and take the processors from those of `TaskRunner`.
 */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { tf } from '../tf.ts'

const require = createRequire(import.meta.url)

/** More have not been measured. */
const mostThreads = 8
const startsWithinMs = 5000

interface LoadMessage {
  readonly cmd: string
  urlOrBlob: unknown
}

const threadsHere = (): number => Math.min(mostThreads, availableParallelism())

/**
 * Opens the backend by `activate` so that as many threads as there are can share its memory.
 * @returns how many; 1: without threads, where there is one processor or workers do not start
 */
export async function openWithThreads(setThreadsCount: (count: number) => void, activate: () => Promise<void>): Promise<number> {
  const threads = threadsHere()
  if (threads === 1 || !(await workersStart())) {
    await activate()
    return 1
  }
  const workers = require('node:worker_threads') as { Worker: typeof import('node:worker_threads').Worker }
  const { Worker } = { ...workers }
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
  try {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
    setThreadsCount(1)
    await activate()
  } finally {
    workers.Worker = Worker
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
