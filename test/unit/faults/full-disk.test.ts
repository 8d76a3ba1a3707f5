/** Records on a disk that becomes full: what was acknowledged stays, what was not is refused, and all works once there is room. */
import { statfsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mayMount, smallDisk } from '../../e2e/faults/small-disk.ts'
import { studioWithoutEngines } from '../studio/without-engines.ts'

it.skipIf(!mayMount())('settings and names are saved or refused, never lost', { timeout: 60_000 }, async () => {
  const disk = smallDisk(6)
  if (disk === null) throw new Error('A small disk could be mounted a moment ago.')
  try {
    const open = () => studioWithoutEngines(disk.folder)
    const studio = await open()
    await studio.call('settings.set', { gallerySize: 100 })
    const { bavail, bsize } = statfsSync(disk.folder)
    const filler = join(disk.folder, 'filler')
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {})
    let kept = 100
    let refused: unknown = null
    // The log of the database may have some room left.
    for (let size = 101; size < 2000 && refused === null; size++) await studio.call('settings.set', { gallerySize: size }).then(() => (kept = size), (error: unknown) => (refused = error))
    expect(refused).toMatchObject({ code: 'disk-full', message: expect.stringContaining('Free some space') as string })
    expect((await studio.call('settings.get')).gallerySize).toBe(kept)
    await rm(filler)
    await studio.call('settings.set', { gallerySize: 55 })
    await studio.close()
    const again = await open()
    expect((await again.call('settings.get')).gallerySize).toBe(55)
    await again.close()
  } finally {
    disk.remove()
  }
})
