/** Opens an old database, and is killed a moment after it has reached a version: `FILE VERSION MILLISECONDS`. */
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { openDatabase } from '../../../src/store/database.ts'

if (isMainThread) {
  const [file = '', version, after] = process.argv.slice(2)
  const reached = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL(import.meta.url), { workerData: { reached, after: Number(after) } })
  worker.once('online', () => {
    Atomics.wait(reached, 1, 0)
    openDatabase(file, (_level, message, details) => {
      if (message === 'database migrated' && details?.['to'] === Number(version)) Atomics.notify(reached, 0, Atomics.store(reached, 0, 1))
    })
    // All was done before its time came.
    process.kill(process.pid, 'SIGKILL')
  })
} else {
  const { reached, after } = workerData as { readonly reached: Int32Array; readonly after: number }
  Atomics.store(reached, 1, 1)
  Atomics.notify(reached, 1)
  Atomics.wait(reached, 0, 0)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, after)
  process.kill(process.pid, 'SIGKILL')
}
