/**
 * Opens the studio of a data folder: owns it, or shares the one of the process that does.
 * The core is loaded only where it is needed, so that `--help` and guests start at once.
 */
import { mkdir, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from '../base/log.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { StudioDeps } from '../studio/services.ts'
import { endMove, sweepMove } from '../studio/data-move.ts'
import { cacheFolder, defaultDataFolder } from '../studio/folders.ts'
import { followMoves } from '../studio/moved-to.ts'
import { fileLog } from './file-log.ts'
import type { MovingStudio } from './moving-studio.ts'
import { shareStudio } from './share-studio.ts'
import type { SharedStudio } from './share-studio.ts'

export interface OpenOptions {
  /** Absent: GAN_STUDIO_DATA, else this user's application data folder. */
  readonly dataFolder?: string
  /** Absent: `assets` of the clone. */
  readonly assetsFolder?: string
  /** How engines and decoders are started; absent: as children of this Node process. */
  readonly processes?: Pick<StudioDeps, 'spawnEngineProcess' | 'spawnDecoder'>
  readonly version: string
  /** Absent: the data folder's log file. */
  readonly log?: Log
}

export async function openStudio(options: OpenOptions): Promise<SharedStudio> {
  for (;;) {
    const dataFolder = await makeDataFolder(options.dataFolder ?? defaultDataFolder())
    try {
      return await openFolder(dataFolder, options)
    } catch (error) {
      // Moved while this start waited for its lock: the next look follows.
      if (!(error instanceof MovedAway)) throw error
    }
  }
}

class MovedAway extends Error {}

async function openFolder(dataFolder: string, options: OpenOptions): Promise<SharedStudio> {
  const log = options.log ?? fileLog(dataFolder)
  let movingStudio: MovingStudio | null = null
  const shared = await shareStudio({
    folder: dataFolder,
    log,
    create: async () => {
      if ((await followMoves(dataFolder)) !== dataFolder) throw new MovedAway()
      await sweepMove(dataFolder).catch((error: unknown) => log('warn', 'The copy of a move that was cut short could not be removed', { message: String(error) }))
      await endMove(dataFolder)
      const [{ createStudio }, { MovingStudio }] = [await import('../studio/create-studio.ts'), await import('./moving-studio.ts')]
      const deps: StudioDeps = {
        dataFolder,
        cacheFolder: cacheFolder(),
        assetsFolder: options.assetsFolder ?? fileURLToPath(new URL('../../assets', import.meta.url)),
        ...(options.processes ?? (await nodeProcesses())),
        log,
        version: options.version,
      }
      return (movingStudio = await MovingStudio.open({ folder: dataFolder, open: () => createStudio(deps), log }))
    },
  })
  // Its host opens the next one, which follows.
  ;(movingStudio as MovingStudio | null)?.onMoved(() => void shared.close())
  return shared
}

async function nodeProcesses(): Promise<NonNullable<OpenOptions['processes']>> {
  const { nodeDecoders, nodeEngineProcesses } = await import('../studio/spawn-node.ts')
  return { spawnEngineProcess: nodeEngineProcesses(), spawnDecoder: nodeDecoders() }
}

/** Where the data is now, absolute and without links, so that every name of a folder leads to the same lock. */
async function makeDataFolder(folder: string): Promise<string> {
  try {
    await mkdir(resolve(folder), { recursive: true })
    return await followMoves(await realpath(folder))
  } catch (error) {
    throw fromSystemError(error, message('doing.makeFolder', { name: folder }))
  }
}
