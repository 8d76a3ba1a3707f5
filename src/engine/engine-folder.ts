/**
 * Where installed engines live: `<cache>/engines/<name>`, the cache being the one of the
 * user's system (or GAN_STUDIO_CACHE), shared by every data folder and copy of the studio.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { tensorflowRelease } from './tensorflow-release.ts'

export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['GAN_STUDIO_CACHE']) return env['GAN_STUDIO_CACHE']
  const home = homedir()
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'gan-studio', 'Cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'gan-studio')
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'gan-studio')
}

/** The folder of the TensorFlow this version of the studio wants; it may not exist yet. */
export function tensorflowFolder(cache: string = cacheFolder()): string {
  return join(cache, 'engines', tensorflowRelease().folderName)
}
