/** The checkpoints of a run as they lie on disk; the files are the truth about what is readable. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError, StudioError, systemCode } from '../base/errors.ts'
import type { Run } from '../contract/data.ts'
import type { CheckpointChoice } from '../contract/judgement.ts'
import { message, type Message } from '../contract/messages.ts'
import { readCheckpoint, type CheckpointHead } from '../training/checkpoint.ts'

export interface FoundCheckpoint extends CheckpointHead {
  readonly file: string
  /** Newer ones that could not be read, each with the reason. */
  readonly unreadable: readonly string[]
}

const isCheckpoint = (name: string): boolean => /^\d{12}\.safetensors$/.test(name)

/**
 * The newest checkpoint whose every byte is as it was written; null where there is none.
 * @throws `corrupt` where there are some and none can be read
 */
export async function newestCheckpoint(runFolder: string): Promise<FoundCheckpoint | null> {
  const folder = join(runFolder, 'checkpoints')
  const unreadable: string[] = []
  for (const name of (await namesIn(folder)).filter(isCheckpoint).sort().reverse()) {
    const file = join(folder, name)
    try {
      const { options, classNames, channels, palette, counters } = await readCheckpoint(file)
      return { file, options, classNames, channels, palette, counters, unreadable }
    } catch (error) {
      unreadable.push(fromSystemError(error, `reading ${name}`).message)
    }
  }
  if (unreadable.length === 0) return null
  throw new StudioError('corrupt', `None of this run's checkpoints can be read. ${unreadable.join(' ')}`)
}

/** The same for a purpose that needs one; `doing` completes "there is nothing to … yet". */
export async function requiredCheckpoint(runFolder: string, run: Pick<Run, 'name'>, doing: string): Promise<FoundCheckpoint> {
  const found = await newestCheckpoint(runFolder)
  if (found !== null) return found
  throw new StudioError('not-found', `The run "${run.name}" has not saved a checkpoint yet, so there is nothing to ${doing}. Let it train a little longer, or pause it once, which saves one.`)
}

/** The best, where the run's scores have found one that can be read; else the newest. */
export async function chosenCheckpoint(runFolder: string, run: Pick<Run, 'name' | 'best'>, doing: string, choice: CheckpointChoice): Promise<FoundCheckpoint> {
  if (choice === 'best' && run.best !== null) {
    const file = join(runFolder, 'checkpoints', `${String(run.best.imagesSeen).padStart(12, '0')}.safetensors`)
    const best = await readCheckpoint(file).catch(() => null)
    if (best !== null) return { file, options: best.options, classNames: best.classNames, channels: best.channels, palette: best.palette, counters: best.counters, unreadable: [] }
  }
  return requiredCheckpoint(runFolder, run, doing)
}

/** In a person's words, where an older one had to be taken. */
export function olderCheckpointNotice({ unreadable, counters }: FoundCheckpoint): Message | null {
  if (unreadable.length === 0) return null
  return message('notice.olderCheckpoint', { images: counters.imagesSeen, reason: unreadable.join(' ') })
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw fromSystemError(error, 'looking for checkpoints')
  }
}
