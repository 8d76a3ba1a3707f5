/** A process of a soak as those see it who kill it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { markName } from './processes.ts'
import type { ActorArguments, Said, Work } from './words.ts'

const actorFile = join(import.meta.dirname, 'actor.ts')

export class ActorProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting = new Map<(said: Said) => boolean, () => void>()
  #stderr = ''

  constructor(args: ActorArguments, mark: string, hear: (said: Said) => void) {
    this.#child = spawn(process.execPath, [actorFile, JSON.stringify(args)], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, [markName]: mark } })
    // It may have been killed a moment ago.
    this.#child.stdin?.on('error', () => {})
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr = (this.#stderr + text).slice(-4000)))
    // Read to its end: what was said before the kill counts.
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()))
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const said = JSON.parse(line) as Said
      hear(said)
      for (const [matches, resolve] of this.#waiting)
        if (matches(said)) {
          this.#waiting.delete(matches)
          resolve()
        }
    })
  }

  /** Resolves when it says something that matches. @throws where it has ended before with an error of its own */
  async next(matches: (said: Said) => boolean): Promise<void> {
    const heard = new Promise<void>((resolve) => this.#waiting.set(matches, resolve))
    await Promise.race([heard, this.#ended])
    if ((this.#child.exitCode ?? 0) !== 0) throw new Error(`A process of the soak ended by itself: ${this.#stderr}`)
  }

  ask(work: Work): void {
    this.#child.stdin?.write(`${work}\n`)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
