/** Starts the studio in one of its shells and stays with it to its end. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { withFewArenas } from '../src/base/arenas.ts'
import { projectRoot } from './set-up/project.ts'

/** An end with an error this soon means that the window never opened. */
const openingMs = 20_000

/** @returns its exit code, or why no window opened. */
export async function openInWindow(executable: string, dataFolder: string | null): Promise<number | { readonly failed: string }> {
  const began = performance.now()
  const child = spawn(executable, [projectRoot, ...(dataFolder === null ? [] : [`--data=${dataFolder}`])], { stdio: ['ignore', 'ignore', 'pipe'] })
  // Chromium's chatter is of interest only where no window opens.
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000)
  })
  const code = await ended(child).catch((error: Error) => {
    words += error.message
    return 1
  })
  return code !== 0 && performance.now() - began < openingMs ? { failed: reasonIn(words) } : code
}

/** `gan-studio serve`: prints the address. @returns its exit code */
export async function serveForBrowser(options: { readonly open: boolean; readonly dataFolder: string | null; readonly port: number | null }): Promise<number> {
  const args = [
    'serve',
    ...(options.open ? ['--open'] : []),
    ...(options.port === null ? [] : ['--port', String(options.port)]),
    ...(options.dataFolder === null ? [] : ['--data', options.dataFolder]),
  ]
  return await ended(spawn(process.execPath, [join(projectRoot, 'src', 'hosts', 'cli', 'main.ts'), ...args], { stdio: 'inherit', env: withFewArenas(process.env) }))
}

/** Ctrl-C reaches the child by itself from a terminal; what comes to this process alone is passed on. */
function ended(child: ChildProcess): Promise<number> {
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  const stay = (): void => {}
  process.on('SIGINT', stay)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn)
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1))
  }).finally(() => {
    process.off('SIGINT', stay)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, passOn)
  })
}

/** The last line that says something, without Chromium's time and source position. */
const reasonIn = (words: string): string =>
  words.trim().split('\n').map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim()).findLast((line) => /\w{3}/.test(line)) ?? 'It ended at once.'
