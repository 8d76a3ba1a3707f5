/** What an engine finds in a process of its own, and how far two findings lie apart. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { EngineId } from '../../src/contract/data.ts'
import type { FindingsMessage } from './findings-child.ts'

export interface FindingsRequest {
  /** Also the readings of many kinds of training. */
  readonly varied?: boolean
  readonly env?: NodeJS.ProcessEnv
  readonly how?: { readonly execPath: string; readonly execArgv: string[] }
}

export function findingsOf(id: EngineId, { varied = false, env = {}, how }: FindingsRequest = {}): Promise<FindingsMessage> {
  const child = fork(join(import.meta.dirname, 'findings-child.ts'), varied ? [id, 'varied'] : [id], {
    execArgv: [], ...how,
    serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...env },
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('message', (message: FindingsMessage) => {
      resolve(message)
      child.disconnect()
    })
    child.once('exit', (code) => reject(new Error(`The process of ${id} ended with code ${code}: ${stderr.slice(-2000)}`)))
  })
}

/** Largest difference, as a share of the largest value. @throws where there are not as many numbers */
export function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers were found where ${b.length} are expected.`)
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0) / scale
}
