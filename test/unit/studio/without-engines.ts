/** A whole studio with its data in `folder`/data, on a computer that starts no engine. */
import { join } from 'node:path'
import { silent } from '../../../src/base/log.ts'
import { createStudio, type StudioCore } from '../../../src/studio/create-studio.ts'
import type { StudioDeps } from '../../../src/studio/services.ts'
import { nodeDecoders } from '../../../src/studio/spawn-node.ts'

export const studioWithoutEngines = (folder: string, deps: Partial<StudioDeps> = {}): Promise<StudioCore> =>
  createStudio({
    dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache'), assetsFolder: join(folder, 'assets'),
    spawnEngineProcess: () => { throw new Error('No engine is needed here.') }, spawnDecoder: nodeDecoders(),
    log: silent, version: '0.0.0', ...deps,
  })
