/** What an actor of a soak was started with, its studio, and how it says what it does. */
import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { silent } from '../../src/base/log.ts'
import { Rng } from '../../src/base/rng.ts'
import { StudioError } from '../../src/base/errors.ts'
import type { Activity, Dataset } from '../../src/contract/data.ts'
import { openStudio } from '../../src/hosts/open-studio.ts'
import { placeOf } from './places.ts'
import type { ActorArguments, Fact, Said, Work } from './words.ts'

export const { role, dataFolder, pictures, exports, places, seed } = JSON.parse(process.argv[2] ?? '{}') as ActorArguments
// Written at once: what was said must have been said when the process is killed.
export const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`)

export const studio = await openStudio({ dataFolder, version: '0.0.0', ...(role === 'driver' ? { log: silent } : {}) })
studio.onClose(() => process.exit(0))
say({ say: 'open' })

export const random = Rng.fromSeed(seed)
export const oneOf = <T>(items: readonly T[]): T | undefined => items[random.integer(items.length)]
export const small = { resolution: 16, width: 8, batchSize: 8 } as const
/** Of those that were made from model files, and of those that are given pictures. */
export const mostOthers = 2

export async function run(work: Work, facts: readonly Fact[], act: () => Promise<readonly Fact[] | void>): Promise<void> {
  say({ say: 'begin', work, facts })
  try {
    say({ say: 'done', facts: (await act()) ?? facts })
  } catch (error) {
    if (!(error instanceof StudioError) || error.code === 'bug') throw error
    say({ say: 'refused', work, facts, message: `${error.code}: ${error.message}` })
  }
}

export async function ended(id: string): Promise<Activity> {
  for (;;) {
    const activity = (await studio.call('activities.list')).find((each) => each.id === id)
    if (activity === undefined) throw new StudioError('not-found', `The activity ${id} is unknown.`)
    if (activity.error !== null) throw new StudioError(activity.error.code, activity.error.message)
    if (activity.state !== 'running') return activity
    await wait(20)
  }
}

export const place = (dataset: Pick<Dataset, 'name'>): string | null => placeOf(dataset, places)
