/** The one message of a script that runs in a process of its own, since a process opens one engine. */
import { fork } from 'node:child_process'
import { join } from 'node:path'

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly how?: { readonly execPath: string; readonly execArgv: string[] }
}

/** @param script beside this file */
export function messageOf<M>(script: string, args: readonly string[], { env = {}, how }: ChildOptions = {}): Promise<M> {
  const child = fork(join(import.meta.dirname, script), [...args], {
    execArgv: [], ...how,
    serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...env },
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve(message as M)
      child.disconnect()
    })
    child.once('exit', (code) => reject(new Error(`The process of ${[script, ...args].join(' ')} ended with code ${code}: ${stderr.slice(-2000)}`)))
  })
}
