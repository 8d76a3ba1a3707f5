/** A studio served from a temporary data folder, as `gan-studio serve` does, and a browser for it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { projectRoot } from '../../../build/set-up/project.ts'
import { findChromium } from '../../../build/set-up/system-packages.ts'
import { Skipped } from '../benchmark.ts'

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Skipped('Chromium is not installed.')
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

export async function temporaryData(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-bench-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export const program = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [join(projectRoot, 'build', 'bin.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })

/** Runs a command to its end. */
export async function runProgram(...args: readonly string[]): Promise<void> {
  const child = program(...args)
  child.stdout?.resume()
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`"gan-studio ${args.join(' ')}" ended with code ${code}.`)
}

export class ServedStudio {
  readonly url: string
  readonly #server: ChildProcess

  private constructor(server: ChildProcess, url: string) {
    this.#server = server
    this.url = url
  }

  static async start(dataFolder: string): Promise<ServedStudio> {
    const server = program('serve', '--json', '--data', dataFolder)
    const url = await new Promise<string>((resolve, reject) => {
      let text = ''
      server.stdout?.on('data', (chunk: Buffer) => {
        const found = /http:\/\/127\.0\.0\.1[^"\s]+/.exec((text += chunk.toString()))
        if (found !== null) resolve(found[0])
      })
      server.once('exit', (code) => reject(new Error(`The server ended with code ${code}.`)))
    })
    return new ServedStudio(server, url)
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#server.once('exit', resolve))
    this.#server.kill('SIGINT')
    await exited
  }
}
