import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sourcesFolder } from '../../../src/engine/install/own-kernels.ts'
import { ownKernelsSources } from '../../../src/engine/own-kernels.ts'

it('a change of the kernels\' sources makes another library', () => {
  const folder = sourcesFolder() ?? ''
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)))
  expect(ownKernelsSources, 'ownKernelsSources in src/engine/own-kernels.ts must say what the sources are').toBe(hash.digest('hex'))
})
