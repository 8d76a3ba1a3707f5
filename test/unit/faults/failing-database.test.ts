/** Each call by which SQLite reads, writes or flushes fails once, in the middle of transactions too: said, and nothing acknowledged lost. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../store/fixtures.ts'
import type { Tried } from './failing-database-child.ts'

const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

it.skipIf(!hasCompiler).each([['EIO', 1, 'corrupt'], ['ENOSPC', 4, 'disk-full']] as const)('%s', { timeout: 300_000 }, (code, step, meaning) => {
  const folder = temporaryFolder()
  const library = join(folder, 'failing-database.so')
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(import.meta.dirname, 'failing-database.c'), '-ldl'], { encoding: 'utf8' })
  expect(compiled.status, compiled.stderr).toBe(0)
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'failing-database-child.ts'), folder, code, String(step)], { encoding: 'utf8', env: { ...process.env, LD_PRELOAD: library }, maxBuffer: 1 << 26 })
  expect(child.status, child.stderr).toBe(0)
  const tried = JSON.parse(child.stdout) as readonly Tried[]
  expect(tried.filter(({ wrong }) => wrong.length > 0)).toEqual([])
  expect(tried.length * step).toBeGreaterThan(60)
  const refused = tried.flatMap((one) => one.refused)
  // Writing and flushing of every change was tried, not only what can be done without.
  for (const change of ['settings', 'edit', 'samples', 'name']) expect(refused.filter((said) => said.startsWith(`${change}: `)).length).toBeGreaterThan(0)
  // What SQLite shares between connections it makes as long as it needs when it opens: where that fails, the disk is taken for full.
  const other = tried.filter(({ call }) => call.startsWith('pwrite')).flatMap((one) => one.refused).filter((said) => !said.endsWith(meaning))
  expect(other.filter((said) => said !== 'open: disk-full')).toEqual([])
  expect(new Set(tried.map(({ call }) => call)).size).toBeGreaterThan(1)
})
