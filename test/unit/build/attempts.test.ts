import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { recentFailure, rememberFailure } from '../../../build/set-up/attempts.ts'

let cache = ''
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'gan-studio-attempts-'))
  vi.stubEnv('GAN_STUDIO_CACHE', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true, force: true })
})

it('remembers what failed for a day, each on its own', () => {
  expect(recentFailure('electron')).toBeNull()
  rememberFailure('electron', 'no network')
  rememberFailure('engine', 'no compiler')
  expect(recentFailure('electron')).toBe('no network')
  expect(recentFailure('engine')).toBe('no compiler')
  expect(recentFailure('electron', Date.now() + 25 * 3600_000)).toBeNull()
})

it('tries again where the clock went back or the file is damaged', () => {
  rememberFailure('electron', 'no network')
  expect(recentFailure('electron', Date.now() - 3600_000)).toBeNull()
  writeFileSync(join(cache, 'failed-attempts.json'), '{"electron":')
  expect(recentFailure('electron')).toBeNull()
})
