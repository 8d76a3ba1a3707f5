/** The short form of `npm run soak -- kills`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { killAtRandom } from '../../soak/kills.ts'

it.skipIf(process.platform !== 'linux')('ten kills at random moments lose nothing, leave nothing and show nothing that is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-kills-'))
  const { wrong, kills, acknowledged } = await killAtRandom({ seed: 1, kills: 10, folder, log: () => {} })
  expect(wrong).toEqual([])
  expect(kills).toEqual({ trainer: 3, decoder: 1, studio: 4, shell: 2 })
  expect(acknowledged).toBeGreaterThan(10)
  await rm(folder, { recursive: true, force: true })
})
