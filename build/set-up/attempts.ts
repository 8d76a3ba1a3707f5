/**
 * Remembers for a day what could not be fetched, so that the next start does not wait for it
 * again. The commands that the messages name try at once.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { cacheFolder } from '../../src/engine/engine-folder.ts'

const rememberedMs = 24 * 3600_000
const schema = z.record(z.string(), z.object({ reason: z.string(), at: z.number() }))
const file = (): string => join(cacheFolder(), 'failed-attempts.json')

/** Why `what` failed within the last day; null where nothing is known against trying. */
export function recentFailure(what: string, now = Date.now()): string | null {
  const found = read()[what]
  return found !== undefined && now - found.at < rememberedMs && now >= found.at ? found.reason : null
}

export function rememberFailure(what: string, reason: string): void {
  try {
    mkdirSync(dirname(file()), { recursive: true })
    writeFileSync(file(), JSON.stringify({ ...read(), [what]: { reason, at: Date.now() } }))
  } catch {
    // A cache that cannot be written costs the next start a new attempt, no more.
  }
}

function read(): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file(), 'utf8')))
  } catch {
    return {}
  }
}
