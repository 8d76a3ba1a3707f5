/** One installer at a time: a file that holds the installer's process id. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CancelledError, fromSystemError, systemCode } from '../../base/errors.ts'

const pollMs = 500

/** Waits for its turn. A lock whose process has ended is taken over. @returns the release. */
export async function takeLock(path: string, options: { readonly signal?: AbortSignal; readonly onWaiting?: () => void } = {}): Promise<() => Promise<void>> {
  for (;;) {
    if (options.signal?.aborted) throw new CancelledError()
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fromSystemError(error, 'preparing the engine folder')
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
  // Gone, or created and not yet written: look again.
  if (text === null || text === '') return false
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
