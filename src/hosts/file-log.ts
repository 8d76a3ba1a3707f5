/** The log of a data folder: JSON lines in `logs/studio.log`, turned over at 4 MiB, three kept. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../base/log.ts'
import { logFile } from '../studio/folders.ts'

const maxBytes = 4 << 20
const kept = 3

/** Failing to log never stops the studio. Secrets are never given to a log; see `Log`. */
export function fileLog(dataFolder: string): Log {
  const file = logFile(dataFolder)
  return (level, message, details) => {
    const line = `${JSON.stringify({ time: new Date().toISOString(), pid: process.pid, level, message, ...details })}\n`
    try {
      mkdirSync(dirname(file), { recursive: true })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) turnOver(file)
      appendFileSync(file, line, { mode: 0o600 })
    } catch {
      // A full or read-only disk: the person learns of it where it matters.
    }
  }
}

function turnOver(file: string): void {
  for (let number = kept - 1; number > 0; number--) {
    const from = number === 1 ? file : `${file}.${number - 1}`
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${file}.${number}`)
  }
}
