/** `gan-studio` as a person types it, with what it said and how it ended. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', '..', 'build', 'bin.mjs')

export type Line = Readonly<Record<string, unknown>>
export interface Ended {
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly stderr: string
}
export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves once a line matches. */
  readonly line: (matches: (line: Line) => boolean) => Promise<Line>
}
export interface CommandLine {
  start(...args: readonly string[]): Started
  run(...args: readonly string[]): Promise<Ended>
}

export interface CommandLineOptions {
  readonly dataFolder: string
  /** Run as this user of the system. */
  readonly uid?: number
  readonly env?: NodeJS.ProcessEnv
  /** A program that starts the command, with its own arguments. */
  readonly starter?: readonly string[]
}

/** Every command with `--json` on one data folder. */
export function commandLine({ dataFolder, uid, env = process.env, starter = [] }: CommandLineOptions): CommandLine {
  const start = (...args: readonly string[]): Started => {
    const [file = process.execPath, ...rest] = [...starter, process.execPath, program, ...args, '--json', '--data', dataFolder]
    const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env, ...(uid === undefined ? {} : { uid }) })
    const lines: Line[] = []
    const waiting: { readonly matches: (line: Line) => boolean; readonly resolve: (line: Line) => void }[] = []
    let unfinished = ''
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (unfinished + text).split('\n')
      unfinished = parts.pop() ?? ''
      for (const part of parts.filter((one) => one !== '')) {
        const line = JSON.parse(part) as Line
        lines.push(line)
        for (const one of waiting) if (one.matches(line)) one.resolve(line)
      }
    })
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, lines, stderr })))
    return {
      pid: child.pid ?? 0,
      ended,
      kill: (signal) => void child.kill(signal),
      line: (matches) => new Promise((resolve, reject) => {
        const found = lines.find(matches)
        if (found !== undefined) return resolve(found)
        waiting.push({ matches, resolve })
        void ended.then(() => reject(new Error(`Ended before the line came: ${stderr}`)))
      }),
    }
  }
  return { start, run: (...args) => start(...args).ended }
}

/** The last line: the result or the error. */
export const result = ({ lines }: Ended): Line => lines.at(-1) ?? {}
/** Everything that was said. */
export const said = ({ lines, stderr }: Ended): string => stderr + JSON.stringify(lines)
/** Options of a network that trains in seconds. */
export const small = ['--resolution', '16', '--set', 'width=8', '--set', 'batchSize=8'] as const
/** Whether a line of training says that so many pictures have been seen. */
export const beyond = (images: number) => ({ type, imagesSeen }: Line): boolean => type === 'tick' && Number(imagesSeen) > images
