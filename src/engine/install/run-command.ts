/** Child programs of the installer. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { CancelledError } from '../../base/errors.ts'

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** Each line of standard output as it comes. */
  readonly onLine?: (line: string) => void
}
export interface CommandResult {
  /** null: the program could not be started at all. */
  readonly code: number | null
  readonly stdout: string
  /** The last 4,000 characters: enough to say why, never a flood. */
  readonly stderr: string
}

const keptOutput = 4000

/** Runs a program to its end. @throws CancelledError once `signal` aborts; the program is ended then. */
export async function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { signal, onLine } = options
  if (signal?.aborted) throw new CancelledError()
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  const stop = (): void => void child.kill()
  signal?.addEventListener('abort', stop, { once: true })

  let stdout = ''
  let stderr = ''
  createInterface(child.stdout).on('line', (line) => {
    stdout = `${stdout}${line}\n`.slice(-keptOutput)
    onLine?.(line)
  })
  child.stderr.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString()).slice(-keptOutput)
  })
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null))
    child.on('close', (exit) => resolve(exit ?? 1))
  })
  signal?.removeEventListener('abort', stop)
  if (signal?.aborted) throw new CancelledError()
  return { code, stdout, stderr }
}

/** What a compiler complained of first. */
export const firstErrorOf = ({ stderr }: CommandResult): string =>
  stderr.split('\n').find((line) => line.includes('error')) ?? stderr.trim().slice(0, 300)
