/**
 * A student of a quarter of its teacher's multiply-adds: size, speed and KID of both. The teacher is
 * trained on CIFAR-10 at 32 px, the student learns from it as long; each for DISTILLATION_IMAGES
 * images (default 300,000), so that the budget means something on a busy machine too.
 */
import { join } from 'node:path'
import type { DistilledRow, Run } from '../../../src/contract/data.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { resultOf } from '../quality/ours.ts'
import { qualitySets } from '../quality/sets.ts'
import { temporaryData } from './served-studio.ts'

const images = process.env['DISTILLATION_IMAGES'] ?? '300000'
/** Pictures of each side of the KID; fewer are needed to see that it works. */
const compared = process.env['DISTILLATION_COMPARED'] ?? '5000'

export const distillation: Benchmark = {
  name: 'distillation',
  about: 'a student at a quarter of the multiply-adds beside its teacher: size, speed, KID',
  async run(log) {
    const { folder, remove } = await temporaryData()
    const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', join(folder, 'data'), '--json', ...args)
    const set = qualitySets.find(({ name }) => name === 'cifar10')
    if (set === undefined) throw new Error('There is no set "cifar10" among those of quality.')
    try {
      await studio('import', await set.make(join(folder, 'pictures')), '--name', set.name)
      log(`the teacher sees ${images} images`)
      await studio('train', set.name, '--name', 'teacher', '--images', images, '--resolution', String(set.resolution), '--no-score')
      log(`the student sees ${images} images`)
      const { run } = (await studio('distil', 'teacher', '--size', 'quarter', '--images', images, '--name', 'student', '--no-score')) as unknown as { readonly run: Run }
      for (const name of ['teacher', run.id]) await studio('score', name, '--count', compared, '--split', 'all')
      const { rows } = (await studio('distilled', run.id)) as unknown as { readonly rows: readonly DistilledRow[] }
      return compare(rows)
    } finally {
      await remove()
    }
  },
}

function compare(rows: readonly DistilledRow[]): Measurement[] {
  const [teacher, student] = (['teacher', 'student'] as const).map((role) => rows.find((row) => row.role === role))
  if (teacher === undefined || student === undefined) throw new Error('The report has no teacher or no student.')
  const beside = (what: string, unit: string, value: (row: DistilledRow) => number, more: Partial<Measurement> = {}): Measurement =>
    ({ what, unit, value: value(student), beside: { what: 'teacher', value: value(teacher) }, ratio: value(student) / value(teacher), ...more })
  const deviations = [teacher, student].map(({ kidStd }) => (kidStd ?? 0).toFixed(2))
  return [
    beside('multiply-adds of a picture', 'million', ({ multiplyAdds }) => multiplyAdds / 1e6, { goal: '≤ 0.25 of the teacher' }),
    beside('parameters', 'thousand', ({ parameters }) => parameters / 1e3),
    beside('time of a picture in plain JavaScript', 'ms', ({ msPerPicture }) => msPerPicture),
    beside('KID × 10³', '', ({ kid }) => kid ?? NaN, { goal: '≤ 1.15 of the teacher', note: `± ${deviations[1] ?? ''} beside ± ${deviations[0] ?? ''}; ${compared} pictures` }),
  ]
}
