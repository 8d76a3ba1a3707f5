/** Small helpers of the set-up scripts around other programs. */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Full path of a program on PATH; null where it is not installed. */
export function findProgram(...names: readonly string[]): string | null {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names)
      for (const extension of extensions) {
        const path = join(folder, name + extension)
        if (isExecutable(path)) return path
      }
  return null
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly timeoutMs?: number
}

/** Runs a program to its end with its output shown. @throws Error with its last lines when it fails. */
export async function runVisibly(program: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'inherit', 'pipe'],
    timeout: options.timeoutMs,
  })
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    tail = (tail + chunk.toString()).slice(-2000)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.on('error', reject)
  child.on('close', (code, signal) => {
    if (code === 0) resolve()
    else reject(new Error(signal === null ? lastLine(tail) || `${program} ended with code ${code}` : `${program} was stopped (${signal})`))
  })
  await promise
}

/** Runs a program quietly; true where it succeeded. */
export const succeeds = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
