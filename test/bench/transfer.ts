/**
 * Fine-tuning against starting from nothing: a model of nine classes of CIFAR-10, then 200 pictures
 * of the tenth from its weights and from nothing, each with what the studio proposes.
 *
 *     BENCH_DATA=… node test/bench/transfer.ts [--unseen horse] [--minutes 10] [--base-minutes 10] [--images N]
 *                  [--pictures 200] [--engine tensorflow] [--out DIR]
 *
 * Says which ends better, and what a fine-tuned run of a third of the budget comes to beside the best KID that
 * the run from nothing has at all. With --images the budgets are pictures seen, which also means something on a busy machine.
 */
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Run } from '../../src/contract/data.ts'
import type { Score } from '../../src/contract/judgement.ts'
import { resultOf } from './quality/ours.ts'
import { qualitySets } from './quality/sets.ts'

const { values } = parseArgs({
  options: {
    'unseen': { type: 'string', default: 'horse' },
    'minutes': { type: 'string', default: '10' },
    'base-minutes': { type: 'string', default: '10' },
    'images': { type: 'string' },
    'pictures': { type: 'string', default: '200' },
    'engine': { type: 'string', default: 'tensorflow' },
    'out': { type: 'string', default: join(import.meta.dirname, 'results', 'transfer') },
  },
})
const folder = await mkdtemp(join(tmpdir(), 'gan-studio-transfer-'))
const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', join(folder, 'data'), '--json', ...args)
const budget = (minutes: string, share = 1): readonly string[] => (values.images === undefined ? ['--minutes', String(share * Number(minutes))] : ['--images', String(Math.round(share * Number(values.images)))])
const aThird = 1 / 3
/** Scores often; the end is scored by itself, for a short run has no scores on the way. */
const common = ['--engine', values.engine, '--no-score', '--resolution', '32', '--set', 'scoringShare=0.15'] as const

interface Track {
  readonly run: Run
  readonly scores: readonly Score[]
}

try {
  const cifar = qualitySets.find(({ name }) => name === 'cifar10')
  if (cifar === undefined) throw new Error('There is no set "cifar10" among those of quality.')
  const all = await cifar.make(join(folder, 'all'))
  await studio('import', all, '--name', 'all')
  const classes = ((await studio('datasets', 'show', 'all'))['dataset'] as { readonly classes: readonly { readonly name: string }[] }).classes.map(({ name }) => name)
  if (!classes.includes(values.unseen)) throw new Error(`CIFAR-10 has no class "${values.unseen}". Its classes are ${classes.join(', ')}.`)
  const few = join(folder, 'few')
  await studio('datasets', 'export', 'all', '--out', join(folder, 'classes'))
  await mkdir(few)
  const from = join(folder, 'classes', values.unseen)
  for (const name of (await readdir(from)).sort().slice(0, Number(values.pictures))) await cp(join(from, name), join(few, name))
  await studio('import', few, '--name', 'few')
  await studio('train', 'all', '--name', 'base', '--classes', classes.filter((name) => name !== values.unseen).join(','), ...budget(values['base-minutes']), ...common)
  const third = await track('third', aThird, '--from', 'base')
  const tuned = await track('tuned', 1, '--from', 'base')
  const scratch = await track('scratch', 1)
  const report = compared({ third, tuned, scratch })
  const { out: _, ...asked } = values
  await mkdir(values.out, { recursive: true })
  await writeFile(join(values.out, 'transfer.json'), `${JSON.stringify({ ...asked, measuredAt: new Date().toISOString(), ...report, third, tuned, scratch }, null, 2)}\n`)
  console.log(report)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function track(name: string, share: number, ...more: readonly string[]): Promise<Track> {
  const { run } = (await studio('train', 'few', '--name', name, ...more, ...budget(values.minutes, share), ...common)) as unknown as { readonly run: Run }
  await studio('score', run.id, '--split', 'all')
  return { run, scores: (await studio('runs', 'show', run.id))['scores'] as readonly Score[] }
}

function compared({ third, tuned, scratch }: Readonly<Record<'third' | 'tuned' | 'scratch', Track>>): object {
  const best = ({ scores }: Track): Score | undefined => scores.toSorted((a, b) => a.kid - b.kid)[0]
  const [goal, whole, early] = [best(scratch), best(tuned), best(third)]
  if (goal === undefined || whole === undefined || early === undefined) return { outcome: 'too short to be scored' }
  const told = ({ kid, kidStd, imagesSeen }: Score): object => ({ kid, kidStd, imagesSeen })
  return {
    bestFromScratch: told(goal), bestFineTuned: told(whole), bestOfAThird: told(early),
    aThirdReachesIt: early.kid <= goal.kid, endsBetter: whole.kid < goal.kid,
  }
}
