/** DCGAN's step in another framework, in a process of its own, some steps at a time. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { tensorflowPython } from './tensorflow-python.ts'
import { torchPython } from './torch-python.ts'

export type DcganMode = 'eager' | 'channels_last' | 'compile' | 'bfloat16' | 'function'
export interface DcganShape {
  readonly resolution: number
  readonly width: number
  readonly batchSize: number
}

export class DcganPeer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterableIterator<string>

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  /** @param waiting what OpenMP's threads do between pieces of work */
  static async open(mode: DcganMode, { resolution, width, batchSize }: DcganShape, waiting: 'active' | 'passive'): Promise<DcganPeer> {
    const python = mode === 'function' ? await tensorflowPython() : await torchPython()
    const args = [join(import.meta.dirname, 'dcgan.py'), mode, String(resolution), String(width), String(batchSize)]
    const peer = new DcganPeer(spawn(python, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, OMP_WAIT_POLICY: waiting } }))
    await peer.#line()
    peer.#child.kill('SIGSTOP')
    return peer
  }

  /** @returns milliseconds. Afterwards it stands still: threads that spin would take a processor from whoever is next. */
  async run(steps: number): Promise<number> {
    this.#child.kill('SIGCONT')
    this.#child.stdin.write(`${steps}\n`)
    const ms = Number(await this.#line())
    this.#child.kill('SIGSTOP')
    return ms
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.kill('SIGCONT')
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`The peer ended: ${this.#child.spawnargs.slice(1).join(' ')}`)
    return value
  }
}
