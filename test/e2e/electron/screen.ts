/** A screen of our own (Xvfb), so that the windows of the tests disturb nobody and work without a display. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { findProgram } from '../../../build/set-up/command.ts'

export interface Screen {
  /** For the environment of whoever shall appear on it. */
  readonly display: string
  close(): Promise<void>
}

export const screenAvailable = (): boolean => findProgram('Xvfb') !== null

export async function openScreen(): Promise<Screen> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x960x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const numbers = server.stdio[3] as Readable
  const started = once(numbers, 'data') as Promise<[Buffer]>
  const failed = once(server, 'exit').then(() => {
    throw new Error('Xvfb could not be started.')
  })
  const [number] = await Promise.race([started, failed])
  failed.catch(() => {})
  return {
    display: `:${number.toString().trim()}`,
    close: async () => {
      const gone = once(server, 'exit')
      server.kill()
      await gone
    },
  }
}
