/** The checkpoints of a run as they lie on disk; the files are the truth about what is readable. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, systemCode } from '../base/errors.ts'
import type { Run } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import type { CheckpointChoice, KeptCheckpoint } from '../contract/judgement.ts'
import { message, type Message } from '../contract/messages.ts'
import { encodersFolder } from '../training/encoder-file.ts'
import { readCheckpoint, type CheckpointHead } from '../training/checkpoint.ts'
import { type CheckpointUse } from './tasks.ts'

export interface FoundCheckpoint extends CheckpointHead {
  readonly file: string
  /** Newer ones that could not be read, each with the reason. */
  readonly unreadable: readonly string[]
}

const isCheckpoint = (name: string): boolean => /^\d{12}\.safetensors$/.test(name)

/**
 * The newest checkpoint whose every byte is as it was written; null where there is none.
 * @throws `corrupt` where there are some and none can be read; `busy` where too many files are open
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
      const failure = fromSystemError(error, message('doing.reading', { name }))
      // It can be read in a moment; an older one in its place would lose what was trained since.
      if (failure.code === 'busy') throw failure
      unreadable.push(failure.message)
    }
  }
  if (unreadable.length === 0) return null
  throw new StudioError('corrupt', `None of this run's checkpoints can be read. ${unreadable.join(' ')}`)
}

/** The same for a purpose that needs one; `use` completes "there is nothing to … yet". */
export async function requiredCheckpoint(runFolder: string, run: Pick<Run, 'name'>, use: CheckpointUse): Promise<FoundCheckpoint> {
  const found = await newestCheckpoint(runFolder)
  if (found !== null) return found
  throw refusal('not-found', message('refused.noCheckpoint', { run: run.name, use: message(`use.${use}`) }))
}

/**
 * The best, where the run's scores have found one that can be read; else the newest. One at so many images seen is that one or none.
 * @throws `not-found`, with those that there are
 */
export async function chosenCheckpoint(runFolder: string, run: Pick<Run, 'name' | 'best'>, use: CheckpointUse, choice: CheckpointChoice | number): Promise<FoundCheckpoint> {
  if (typeof choice === 'number') return (await checkpointAt(runFolder, choice)) ?? (await noneAt(runFolder, run, choice))
  const best = choice === 'best' && run.best !== null ? await checkpointAt(runFolder, run.best.imagesSeen) : null
  return best ?? requiredCheckpoint(runFolder, run, use)
}

async function checkpointAt(runFolder: string, imagesSeen: number): Promise<FoundCheckpoint | null> {
  const file = join(runFolder, 'checkpoints', `${String(imagesSeen).padStart(12, '0')}.safetensors`)
  const found = await readCheckpoint(file).catch(() => null)
  if (found === null) return null
  const { options, classNames, channels, palette, counters } = found
  return { file, options, classNames, channels, palette, counters, unreadable: [] }
}

async function noneAt(runFolder: string, run: Pick<Run, 'name' | 'best'>, wanted: number): Promise<never> {
  const kept = (await keptCheckpoints(runFolder, run)).map(({ imagesSeen, best, latest }) => `${imagesSeen}${best ? ' (its best)' : latest ? ' (its newest)' : ''}`)
  throw new StudioError('not-found', `The run "${run.name}" keeps no checkpoint at ${wanted} images seen that can be read. ${kept.length === 0 ? 'It has none yet.' : `It keeps those at ${kept.join(', ')}: choose one of them.`}`)
}

/** By their names, the newest first; whether they can be read shows when one is chosen. */
export async function keptCheckpoints(runFolder: string, { best }: Pick<Run, 'best'>): Promise<readonly KeptCheckpoint[]> {
  const names = (await namesIn(join(runFolder, 'checkpoints'))).filter(isCheckpoint).sort().reverse()
  const encoders = await namesIn(join(runFolder, encodersFolder))
  return names.map((name, index) => ({ imagesSeen: Number.parseInt(name, 10), best: Number.parseInt(name, 10) === best?.imagesSeen, latest: index === 0, laterEncoder: encoders.includes(name) }))
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
    throw fromSystemError(error, message('doing.findCheckpoints'))
  }
}
