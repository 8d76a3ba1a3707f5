/** The lock of an installation is nobody's for good. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { takeLock } from '../../../src/engine/install/lock.ts'
import { temporaryFolder } from '../store/fixtures.ts'

it('of a process that ended, or that could not write its number, is taken over; of one that goes on it is waited for', async () => {
  const path = join(temporaryFolder(), 'x.lock')
  for (const [left, age] of [['999999999', 0], ['', 60]] as const) {
    writeFileSync(path, left)
    utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age)
    const release = await takeLock(path)
    expect(readFileSync(path, 'utf8')).toBe(String(process.pid))
    await release()
  }
  for (const held of [String(process.pid), '']) {
    writeFileSync(path, held)
    const stop = new AbortController()
    await expect(takeLock(path, { signal: stop.signal, onWaiting: () => stop.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  }
})
