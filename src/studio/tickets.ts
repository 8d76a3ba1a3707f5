/**
 * Paths stay with trusted hosts: what a person dropped, chose or typed is registered here, and
 * only the ticket travels through a window or a page. A ticket is good for one use.
 */
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StudioError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { TargetChoice } from '../contract/api.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

export interface Target {
  readonly path: string
  /** The person has been asked, and agreed, to replace what is there. */
  readonly replace: boolean
}

/** Beyond this, the oldest unused tickets go: a window that never uses them must not fill memory. */
const keptTickets = 1000

export class Tickets {
  readonly #sources = new Map<string, readonly string[]>()
  readonly #targets = new Map<string, Target>()

  async registerSources(paths: readonly string[]): Promise<string> {
    if (paths.length === 0) throw refusal('bad-input', message('refused.nothingNamed'))
    const absolute = paths.map((path) => resolve(path))
    for (const path of absolute) {
      await stat(path).catch((error: unknown) => {
        throw fromSystemError(error, message('doing.lookFor', { name: path }))
      })
    }
    return keep(this.#sources, 'src', absolute)
  }

  async registerTarget(choice: TargetChoice): Promise<string> {
    const { path, replace } = typeof choice === 'string' ? { path: choice, replace: false } : choice
    const absolute = resolve(path)
    const parent = await stat(dirname(absolute)).catch((error: unknown) => {
      throw fromSystemError(error, message('doing.lookFor', { name: absolute }))
    })
    if (!parent.isDirectory()) throw refusal('bad-input', message('refused.notInFolder', { folder: dirname(absolute) }))
    return keep(this.#targets, 'tgt', { path: absolute, replace })
  }

  /** Without using it up. */
  peekSources(ticket: string): readonly string[] {
    return find(this.#sources, ticket, 'import')
  }
  takeSources(ticket: string): readonly string[] {
    return take(this.#sources, ticket, 'import')
  }
  /** Without using it up. */
  peekTarget(ticket: string): Target {
    return find(this.#targets, ticket, 'export')
  }
  takeTarget(ticket: string): Target {
    return take(this.#targets, ticket, 'export')
  }
}

function keep<T>(map: Map<string, T>, prefix: string, value: T): string {
  const ticket = newId(prefix)
  map.set(ticket, value)
  const [oldest] = map.keys()
  if (map.size > keptTickets && oldest !== undefined) map.delete(oldest)
  return ticket
}

function take<T>(map: Map<string, T>, ticket: string, act: string): T {
  const value = find(map, ticket, act)
  map.delete(ticket)
  return value
}

function find<T>(map: ReadonlyMap<string, T>, ticket: string, act: string): T {
  const value = map.get(ticket)
  if (value === undefined) throw new StudioError('not-found', `This ${act} has been done already or was never prepared; choose the place again.`)
  return value
}
