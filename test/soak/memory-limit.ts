/** A limit on the memory of processes that the kernel itself keeps (a control group, of either version), as a container has one. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export interface MemoryLimit {
  /** Starts the program that follows it inside. */
  readonly starter: readonly string[]
  /** Once all that ran inside have ended. */
  remove(): Promise<void>
}

/** A text says why there can be none here. @param mountTable as `/proc/mounts` has it */
export function limitMemory(name: string, bytes: number, mountTable = readMountTable()): MemoryLimit | string {
  const mounts = mountsOf(mountTable)
  const unified = mounts.find(({ type, place }) => type === 'cgroup2' && hasMemory(place))
  const old = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory'))
  const place = (unified ?? old)?.place
  if (place === undefined) return 'no control group for memory is mounted here'
  const group = join(place, name)
  try {
    mkdirSync(group)
    writeFileSync(join(group, unified === undefined ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes))
  } catch (error) {
    remove(group)
    return `a control group cannot be made in ${place} (${error instanceof Error ? error.message : String(error)}); it takes the system's administrator`
  }
  try {
    // What would be swapped out would not be ended.
    writeFileSync(join(group, unified === undefined ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max'), String(unified === undefined ? bytes : 0))
  } catch {
    // A kernel that does not count swap: there mostly is none.
  }
  return {
    starter: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(group, 'cgroup.procs')],
    async remove() {
      for (let n = 0; n < 100 && !remove(group); n++) await wait(100)
    },
  }
}

interface Mount {
  readonly place: string
  readonly type: string
  readonly options: readonly string[]
}
const mountsOf = (table: string): readonly Mount[] =>
  table.split('\n').map((line) => {
    const [, place = '', type = '', options = ''] = line.split(' ')
    // A space in a path stands there as an octal number.
    return { place: place.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))), type, options: options.split(',') }
  })

function readMountTable(): string {
  try {
    return readFileSync('/proc/mounts', 'utf8')
  } catch {
    return ''
  }
}

function hasMemory(place: string): boolean {
  try {
    return readFileSync(join(place, 'cgroup.subtree_control'), 'utf8').split(/\s/).includes('memory')
  } catch {
    return false
  }
}

function remove(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
