import { beforeAll } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { openTestBackend, temporaryFolder } from './helpers.ts'

/** A backend and a folder for all tests of a file: there before the first, gone after the last. */
export function testBed(): { readonly backend: Backend; readonly folder: string } {
  const bed = {} as { backend: Backend; folder: string }
  beforeAll(async () => {
    bed.backend = await openTestBackend()
    const { path, remove } = await temporaryFolder()
    bed.folder = path
    return async () => {
      await bed.backend.close()
      await remove()
    }
  })
  return bed
}
