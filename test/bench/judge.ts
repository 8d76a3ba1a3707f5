/**
 * Judges pictures in B (generated) by those in A (real); folders or ZIPs:
 *
 *     node test/bench/judge.ts A B [--count 1000] [--size 32] [--engine tensorflow] [--json]
 *
 * Prints the kernel distance × 10³, coverage and the rest, and the same for real against real.
 */
import { parseArgs } from 'node:util'
import { engineIds, type EngineId } from '../../src/contract/data.ts'
import type { Comparison } from '../../src/contract/judgement.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { Judge, judgeName } from '../../src/judgement/judge.ts'
import { calibrate, compare } from '../../src/judgement/score.ts'
import { readPictures } from './picture-folders.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '1000' },
    size: { type: 'string' },
    engine: { type: 'string', default: 'tensorflow' },
    json: { type: 'boolean', default: false },
  },
})
const [realPath, fakePath] = positionals
const engine = engineIds.find((id): id is EngineId => id === values.engine)
if (realPath === undefined || fakePath === undefined || engine === undefined) {
  console.error('Expected two folders of pictures: node test/bench/judge.ts REAL GENERATED [--count 1000] [--size 32] [--engine tensorflow] [--json]')
  process.exit(2)
}

const count = Number(values.count)
const startedAt = performance.now()
const fakePictures = await readPictures({ path: fakePath, count, ...(values.size === undefined ? {} : { size: Number(values.size) }) })
const realPictures = await readPictures({ path: realPath, count, size: fakePictures.size.width })
const backend = await openBackend(engine)
const judge = new Judge()
const fake = await judge.features(fakePictures)
const real = await judge.features(realPictures)
const scores = { judge: judgeName, size: fakePictures.size.width, 'generated vs real': await compare(real, fake), 'real vs real': await calibrate(real) }
judge.dispose()
await backend.close()

if (values.json) console.log(JSON.stringify(scores, null, 2))
else {
  console.log(`${judgeName}, ${fakePictures.size.width} px, in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  print('generated vs real', scores['generated vs real'])
  print('real vs real', scores['real vs real'])
}

function print(name: string, { kid, kidStd, fid, precision, recall, density, coverage, realCount, fakeCount }: Comparison): void {
  const share = (value: number): string => value.toFixed(3)
  console.log(
    `${name.padEnd(18)} KID ×10³ ${kid.toFixed(2)} ± ${kidStd.toFixed(2)}  coverage ${share(coverage)}  density ${share(density)}  ` +
    `precision ${share(precision)}  recall ${share(recall)}  FID ${fid?.toFixed(2) ?? '–'}  (${fakeCount} vs ${realCount})`,
  )
}
