/** Runs tasks on tensors where they lie in tfjs's WebAssembly memory, on all threads that there are. */
import { createRequire } from 'node:module'
import type { Worker as Thread } from 'node:worker_threads'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import type { EngineModule } from './memory.ts'
import { control } from './sharing.ts'
import { hasRelaxedSimd, tasksModule, tasks, type Task } from './tasks-module.ts'
import type { RecordLayout } from './record.ts'
import { workspace } from './minimal-tasks.ts'

const require = createRequire(import.meta.url)

type Exports = Readonly<Record<Task, (record: number, chunk: number, table: number) => void>> & { readonly run: (control: number, table: number) => void }

const recordBytes = 256

const cacheLine = 64

const serving = `
const { module, memory, control, table } = require('node:worker_threads').workerData
new WebAssembly.Instance(module, { host: { memory } }).exports.serve(control, table)
`

export class TaskRunner {
  readonly threads: number
  readonly relaxed: boolean
  readonly #engine: EngineModule
  readonly #memory: WebAssembly.Memory
  readonly #exports: Exports
  readonly #control: number
  readonly #table: number
  readonly #record: number
  #scratch = { allocated: 0, at: 0, bytes: 0 }

  private constructor(engine: EngineModule, { threads, relaxed }: { readonly threads: number; readonly relaxed: boolean }) {
    const memory = engine.wasmMemory ?? engine.asm?.memory
    if (memory === undefined) throw new Error('The WebAssembly engine does not show its memory.')
    const shared = memory.buffer instanceof SharedArrayBuffer
    const module = new WebAssembly.Module(tasksModule({ shared, relaxed }))
    this.#engine = engine
    this.#memory = memory
    this.relaxed = relaxed
    this.threads = shared ? threads : 1
    this.#exports = new WebAssembly.Instance(module, { host: { memory } }).exports as unknown as Exports
    this.#control = this.#allocate(control.bytes).at
    new Uint8Array(memory.buffer, this.#control, control.bytes).fill(0)
    this.#record = this.#allocate(recordBytes).at
    this.#table = this.#allocate(workspace.bytes).at
    this.#write(control.mayWait, Number(mayWait()))
    const { Worker } = require('node:worker_threads') as { readonly Worker: typeof Thread }
    for (let i = 1; i < this.threads; i++) {
      const workerData = { module, memory, control: this.#control, table: this.#allocate(workspace.bytes).at }
      new Worker(serving, { eval: true, workerData }).unref()
    }
  }

  static open(engine: EngineModule, threads: number, relaxed = hasRelaxedSimd()): TaskRunner {
    return new TaskRunner(engine, { threads, relaxed })
  }

  /** The engine's memory, to be asked for after anything was allocated, since it may have grown. */
  get buffer(): ArrayBufferLike {
    return this.#memory.buffer
  }

  /** Memory for what a kernel needs on the way, until the next call. */
  scratch(bytes: number): number {
    if (bytes > this.#scratch.bytes) {
      if (this.#scratch.bytes > 0) this.#engine._free(this.#scratch.allocated)
      this.#scratch = { ...this.#allocate(bytes), bytes }
    }
    return this.#scratch.at
  }

  run<Name extends string>(task: Task, chunks: number, layout: RecordLayout<Name>, values: Readonly<Record<Name, number>>, floats: readonly Name[] = []): void {
    layout.write(this.buffer, this.#record, values, floats)
    if (chunks <= 1 || this.threads === 1) {
      for (let chunk = 0; chunk < chunks; chunk++) this.#exports[task](this.#record, chunk, this.#table)
      return
    }
    this.#write(control.chunks, chunks)
    this.#write(control.task, tasks.indexOf(task))
    this.#write(control.record, this.#record)
    this.#exports.run(this.#control, this.#table)
  }

  /** Lets the threads end. The memory goes with the engine. */
  close(): void {
    this.#write(control.ended, 1)
    const words = new Int32Array(this.buffer)
    const state = (this.#control + control.state) / 4
    // Another even number, for those about to fall asleep on this one.
    Atomics.add(words, state, 2)
    Atomics.notify(words, state)
  }

  #write(field: number, value: number): void {
    new Int32Array(this.buffer, this.#control + field, 1)[0] = value
  }

  #allocate(bytes: number): { readonly allocated: number; readonly at: number } {
    const allocated = this.#engine._malloc(bytes + cacheLine) >>> 0
    if (allocated === 0) throw refusal('engine-unavailable', message('engine.wasmMemory', { size: Math.ceil(bytes / 2 ** 20) }))
    return { allocated, at: (allocated + cacheLine - 1) & -cacheLine }
  }
}

/** Some hosts forbid their main thread to sleep. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
}
