/** Limits of memory by a made-up table of mounts: a folder takes what would be told to the kernel. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { limitMemory, type MemoryLimit } from '../../soak/memory-limit.ts'
import { temporaryFolder } from '../store/fixtures.ts'

const bytes = 1300 * 1024 ** 2
const escaped = (path: string): string => path.replaceAll(' ', '\\040')

function mounted(): { readonly old: string; readonly unified: string; readonly table: string } {
  const folder = join(temporaryFolder(), 'control groups')
  const [old, unified] = [join(folder, 'memory'), join(folder, 'unified')]
  for (const place of [old, unified]) mkdirSync(place, { recursive: true })
  return { old, unified, table: `proc /proc proc rw,nosuid 0 0\ncgroup ${escaped(old)} cgroup rw,nosuid,memory 0 0\ncgroup2 ${escaped(unified)} cgroup2 rw,nosuid 0 0\n` }
}
const told = (group: string): Readonly<Record<string, string>> => Object.fromEntries(readdirSync(group).sort().map((name) => [name, readFileSync(join(group, name), 'utf8')]))

describe.skipIf(process.platform === 'win32')('a limit of memory', () => {
  it('is told to control groups of version 2, where they keep memory, and a program is started inside', async () => {
    const { old, unified, table } = mounted()
    writeFileSync(join(unified, 'cgroup.subtree_control'), 'cpu io memory pids\n')
    const limit = limitMemory('studio', bytes, table) as MemoryLimit
    const group = join(unified, 'studio')
    expect(told(group)).toEqual({ 'memory.max': String(bytes), 'memory.swap.max': '0' })
    expect(existsSync(join(old, 'studio'))).toBe(false)
    const [program = '', ...rest] = [...limit.starter, process.execPath, '-e', 'console.log(process.pid, process.argv[1])', 'an argument']
    const started = spawnSync(program, rest, { encoding: 'utf8' })
    expect(started.stdout).toBe(`${told(group)['cgroup.procs']?.trim()} an argument\n`)
    // The kernel's files go with their folder; these do not.
    for (const name of readdirSync(group)) rmSync(join(group, name))
    await limit.remove()
    expect(existsSync(group)).toBe(false)
  })

  it('is told to those of version 1 where version 2 does not keep memory', () => {
    const { old, unified, table } = mounted()
    writeFileSync(join(unified, 'cgroup.subtree_control'), 'cpu memory_recursiveprot\n')
    expect(limitMemory('studio', bytes, table)).toHaveProperty('starter')
    expect(told(join(old, 'studio'))).toEqual({ 'memory.limit_in_bytes': String(bytes), 'memory.memsw.limit_in_bytes': String(bytes) })
    expect(existsSync(join(unified, 'studio'))).toBe(false)
  })

  it('is refused in words where nothing keeps memory, or no group can be made', () => {
    const { unified, table } = mounted()
    expect(limitMemory('studio', bytes, '')).toMatch(/no control group for memory/)
    writeFileSync(join(unified, 'cgroup.subtree_control'), 'memory')
    rmSync(unified, { recursive: true })
    writeFileSync(unified, 'a file')
    expect(limitMemory('studio', bytes, table.replace(/^cgroup .*$/m, ''))).toMatch(/no control group/)
    expect(limitMemory('a/b/c', bytes, table)).toMatch(/cannot be made in .*administrator/)
  })
})
