/** One installer at a time: a file that holds the installer's process id. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CancelledError, systemCode } from '../../base/errors.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'

const pollMs = 500
const writtenWithinMs = 10_000

/** Waits for its turn. A lock whose process has ended is taken over. @returns the release. */
export async function takeLock(path: string, options: { readonly signal?: AbortSignal; readonly onWaiting?: () => void } = {}): Promise<() => Promise<void>> {
  for (;;) {
    if (options.signal?.aborted) throw new CancelledError()
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') {
        // On a full disk it is there, and empty: nobody could tell whose it is.
        await rm(path, { force: true }).catch(() => {})
        throw fromSystemError(error, message('doing.engineFolder'))
      }
    }
    if (await abandoned(path)) await rm(path, { force: true })
    else {
      options.onWaiting?.()
      await sleep(pollMs)
    }
  }
}

async function abandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => null)
  // Gone: look again.
  if (text === null) return false
  // Created a moment ago and not yet written, or by a process that was ended in between.
  if (text === '') return await stat(path).then(({ mtimeMs }) => Date.now() - mtimeMs > writtenWithinMs, () => false)
  return !isAlive(Number(text))
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
