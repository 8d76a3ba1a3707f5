/**
 * Fine-tuning against starting from nothing: a model of nine classes of CIFAR-10, then 200 pictures
 * of the tenth from its weights and from nothing, each with what the studio proposes.
 *
 *     BENCH_DATA=… node test/bench/transfer.ts [--unseen horse] [--minutes 10] [--base-minutes 10] [--images N]
 *                  [--pictures 200] [--engine tensorflow] [--out DIR]
 *
 * Says when the fine-tuned run reaches the best KID that the other has at all, as a share of the time
 * (and of the pictures seen) that this one took, and which ends better. With --images the budgets are
 * pictures seen, which also means something on a busy machine.
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
const budget = (minutes: string): readonly string[] => (values.images === undefined ? ['--minutes', minutes] : ['--images', values.images])
/** Scores often, so that the moment when one passes the other is seen. */
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
  const tuned = await track('tuned', '--from', 'base')
  const scratch = await track('scratch')
  const report = compared(tuned, scratch)
  await mkdir(values.out, { recursive: true })
  await writeFile(join(values.out, 'transfer.json'), `${JSON.stringify({ ...values, measuredAt: new Date().toISOString(), ...report, tuned, scratch }, null, 2)}\n`)
  console.log(report)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function track(name: string, ...more: readonly string[]): Promise<Track> {
  const { run } = (await studio('train', 'few', '--name', name, ...more, ...budget(values.minutes), ...common)) as unknown as { readonly run: Run }
  return { run, scores: (await studio('runs', 'show', run.id))['scores'] as readonly Score[] }
}

function compared(tuned: Track, scratch: Track): object {
  const best = (scores: readonly Score[]): Score | undefined => [...scores].sort((a, b) => a.kid - b.kid)[0]
  const [goal, ours] = [best(scratch.scores), best(tuned.scores)]
  if (goal === undefined || ours === undefined) return { outcome: 'too short to be scored' }
  const reached = tuned.scores.find(({ kid }) => kid <= goal.kid)
  return {
    bestFromScratch: { kid: goal.kid, imagesSeen: goal.imagesSeen }, bestFineTuned: { kid: ours.kid, imagesSeen: ours.imagesSeen },
    reachedAt: reached?.imagesSeen ?? null, shareOfPictures: reached === undefined ? null : reached.imagesSeen / goal.imagesSeen,
    endsBetter: ours.kid < goal.kid,
  }
}
