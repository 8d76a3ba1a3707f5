/**
 * Makes one call of the file system fail: the n-th that concerns a folder, as a full disk, a broken
 * one, a lost permission, too many open files or a drive that was unplugged would. Node's own module is changed and its exports
 * brought up to date, so that the code under test needs no seam for it.
 */
import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { sep } from 'node:path'

export const faultCodes = ['ENOSPC', 'EIO', 'EPERM', 'EMFILE', 'ENOENT'] as const
export type FaultCode = (typeof faultCodes)[number]

export interface Fault {
  /** From 1 on; none fails beyond the last call. */
  readonly n: number
  readonly code: FaultCode
  /** Every later call fails, too, as if the process had ended there. */
  readonly lasting?: boolean
}
export interface Faulted<T> {
  readonly result: { readonly value: T } | { readonly error: unknown }
  /** Calls that concerned the folder, by name. */
  readonly calls: readonly string[]
  /** The call that failed; null where there were fewer. */
  readonly failed: string | null
}

type Callable = (...args: unknown[]) => unknown
type Holder = Record<string, Callable>

const asyncNames = ['open', 'readFile', 'writeFile', 'mkdir', 'readdir', 'rename', 'rm', 'stat', 'lstat', 'link', 'statfs', 'realpath', 'rmdir', 'utimes', 'appendFile', 'truncate', 'copyFile', 'access', 'chmod'] as const
const syncNames = ['openSync', 'readFileSync', 'writeFileSync', 'appendFileSync', 'mkdirSync', 'renameSync', 'rmSync', 'statSync', 'lstatSync', 'readdirSync', 'writeSync', 'readSync', 'fstatSync', 'fsyncSync', 'closeSync'] as const
const handleNames = ['write', 'writeFile', 'appendFile', 'truncate', 'read', 'readFile', 'sync', 'stat', 'close'] as const
/** Of streams, which read and write by number. */
const descriptorNames = ['open', 'read', 'fstat', 'write', 'writev', 'close'] as const

export async function withFault<T>(folder: string, { n, code, lasting = false }: Fault, work: () => Promise<T>): Promise<Faulted<T>> {
  const calls: string[] = []
  let failed: string | null = null
  const descriptors = new Set<number>()
  const concerns = (path: unknown): boolean => (typeof path === 'number' ? descriptors.has(path) : typeof path === 'string' && (path === folder || path.startsWith(folder + sep)))
  /** The error for this call, where it is the one. */
  const fault = (name: string): NodeJS.ErrnoException | null => {
    calls.push(name)
    if (lasting ? calls.length < n : calls.length !== n) return null
    failed ??= name
    return Object.assign(new Error(`${code}: made to fail, ${name}`), { code, syscall: name })
  }
  const undo: (() => void)[] = []
  const replace = (holder: Holder, name: string, make: (original: Callable) => Callable): void => {
    const original = holder[name] as Callable
    holder[name] = make(original)
    undo.push(() => (holder[name] = original))
  }
  const ours = new WeakSet<object>()

  for (const name of asyncNames)
    replace(fs.promises as unknown as Holder, name, (original) => async (...args) => {
      const error = concerns(args[0]) ? fault(name) : null
      if (error !== null) throw error
      const result = await original.apply(fs.promises, args)
      if (name === 'open' && concerns(args[0])) ours.add(result as object)
      return result
    })
  for (const name of syncNames)
    replace(fs as unknown as Holder, name, (original) => (...args) => {
      const error = concerns(args[0]) ? fault(name) : null
      if (name === 'closeSync') descriptors.delete(args[0] as number)
      if (error !== null && name === 'closeSync') original.apply(fs, args)
      if (error !== null) throw error
      const result = original.apply(fs, args)
      if (name === 'openSync' && concerns(args[0])) descriptors.add(result as number)
      return result
    })
  for (const name of descriptorNames)
    replace(fs as unknown as Holder, name, (original) => (...args) => {
      const answer = args.at(-1) as Callable
      const error = concerns(args[0]) ? fault(name) : null
      if (error !== null && name !== 'close') return void process.nextTick(() => answer(error))
      if (name === 'open' && concerns(args[0])) args[args.length - 1] = (problem: unknown, descriptor: number) => {
        if (problem === null) descriptors.add(descriptor)
        answer(problem, descriptor)
      }
      if (name === 'close') {
        descriptors.delete(args[0] as number)
        if (error !== null) args[args.length - 1] = () => answer(error)
      }
      return original.apply(fs, args)
    })
  // One prototype for all handles, of a class that Node does not export.
  const probe = await fs.promises.open(process.execPath, 'r')
  const prototype = Object.getPrototypeOf(probe) as Holder
  await probe.close()
  for (const name of handleNames)
    replace(prototype, name, (original) => async function (this: FileHandle, ...args) {
      const error = ours.has(this) ? fault(`handle.${name}`) : null
      // A handle is closed even where closing says that writing failed.
      if (error !== null && name === 'close') await original.apply(this, args)
      if (error !== null) throw error
      return await original.apply(this, args)
    })
  syncBuiltinESMExports()
  try {
    return { result: { value: await work() }, calls, failed }
  } catch (error) {
    return { result: { error }, calls, failed }
  } finally {
    for (const back of undo.toReversed()) back()
    syncBuiltinESMExports()
  }
}

/**
 * Runs `attempt` with each call failing in each way, every time from the start, and hands what came
 * of it to `check`.
 * @param inTurn each call fails once, in one of the ways in turn
 * @returns how often something was made to fail
 */
export async function eachFault<T>(folder: string, start: () => Promise<void>, attempt: () => Promise<T>, check: (outcome: Faulted<T>, fault: Fault) => Promise<void>, { inTurn = false } = {}): Promise<number> {
  let tried = 0
  for (const way of inTurn ? [null] : faultCodes)
    for (let n = 1; ; n++) {
      const code = way ?? faultCodes[n % faultCodes.length] ?? 'EIO'
      await start()
      const outcome = await withFault(folder, { n, code }, attempt)
      if (outcome.failed === null) {
        if (n === 1) throw new Error('Nothing concerned the folder.')
        break
      }
      tried++
      await check(outcome, { n, code })
    }
  return tried
}
