/** Where things live: the person's data folder and what is inside it. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export { cacheFolder } from '../engine/engine-folder.ts'

/** The data folder of this user, unless GAN_STUDIO_DATA names another. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['GAN_STUDIO_DATA']) return resolve(env['GAN_STUDIO_DATA'])
  const home = homedir()
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'GAN Studio')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'GAN Studio')
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'GAN Studio')
}

/** Checkpoints and sample sheets of one run. */
export const runFolder = (dataFolder: string, runId: string): string => join(dataFolder, 'runs', runId)

/** Model files that the person added. */
export const modelsFolder = (dataFolder: string): string => join(dataFolder, 'models')

/**
 * A folder for generated pictures, of those of one batch the same. Ids end in random characters; two of them spread
 * batches over folders, which slow file systems and file managers need at a million files.
 */
export const samplesFolder = (dataFolder: string, id: string): string => join(dataFolder, 'samples', id.slice(-2))

/** JSON lines; older ones beside it, numbered from 1. */
export const logFile = (dataFolder: string): string => join(dataFolder, 'logs', 'studio.log')

/** Exports kept for download; emptied at each start. */
export const downloadsFolder = (dataFolder: string): string => join(dataFolder, 'downloads')
