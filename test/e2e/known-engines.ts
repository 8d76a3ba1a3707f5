/** Engines measured once for the data folders of all tests: each folder would take eight seconds for it, more beside other tests. */
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../src/base/log.ts'
import type { EngineMeasurement } from '../../src/store/engine-measurements.ts'
import { openStore } from '../../src/store/store.ts'
import { commandLine } from './command.ts'
import { pictureFolder } from './pictures.ts'

/** From the process that starts the tests to those that run them. */
const measurementsName = 'GAN_STUDIO_TEST_ENGINES'

/** Vitest calls it for each project, before any test. */
export async function setup(): Promise<void> {
  if (process.env[measurementsName] !== undefined) return
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-engines-'))
  const command = commandLine({ dataFolder: join(folder, 'data') })
  await command.run('import', await pictureFolder(folder, 1), '--name', 'Shapes')
  // Before its first proposal a studio measures all that it would train on, which leaves out plain JavaScript.
  await command.run('train', 'Shapes', '--dry-run')
  const store = openStore(join(folder, 'data', 'studio.db'), silent)
  process.env[measurementsName] = JSON.stringify(store.engineMeasurements.list())
  store.close()
  await rm(folder, { recursive: true, force: true })
}

/** A studio that opens this folder, new or closed, finds its engines measured. */
export function knowEngines(dataFolder: string): void {
  mkdirSync(dataFolder, { recursive: true })
  const store = openStore(join(dataFolder, 'studio.db'), silent)
  for (const found of JSON.parse(process.env[measurementsName] ?? '[]') as readonly EngineMeasurement[]) store.engineMeasurements.put(found)
  store.close()
}
