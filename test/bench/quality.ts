/**
 * Quality for the minutes: trains with what the studio proposes and scores 1,000 samples against
 * 1,000 real pictures.
 *
 *     npm run bench:quality -- [set …] [--minutes 10] [--count 1000] [--awkward] [--peers] [--engine tensorflow]
 *                              [--set option=value …] [--out DIR] [--keep]
 *
 * Without names: cifar10 and sign-digits, and with --awkward the others too. With --peers also
 * the PyTorch ones, judged by the same judge. Prints a table and writes sample sheets and
 * `quality.json` into --out (default: results/quality beside this file).
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Comparison } from '../../src/contract/judgement.ts'
import { judgeName } from '../../src/judgement/judge.ts'
import { table } from '../../src/hosts/cli/output.ts'
import { Skipped } from './benchmark.ts'
import { trainAndScore } from './quality/ours.ts'
import { awkwardSets, qualitySets, type QualitySet } from './quality/sets.ts'
import { torchPeers, trainTorch } from './quality/torch-peer.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    count: { type: 'string', default: '1000' },
    engine: { type: 'string', default: 'tensorflow' },
    awkward: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: join(import.meta.dirname, 'results', 'quality') },
    keep: { type: 'boolean', default: false },
  },
})
const known = [...qualitySets, ...awkwardSets]
const unknown = positionals.filter((name) => !known.some((set) => set.name === name))
if (unknown.length > 0) {
  console.error(`There is no data set "${unknown.join('", "')}" here. Known:\n${known.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}`)
  process.exit(2)
}
const chosen = positionals.length > 0 ? known.filter(({ name }) => positionals.includes(name)) : values.awkward ? known : qualitySets
const minutes = Number(values.minutes)
const count = Number(values.count)

interface Row {
  readonly set: string
  readonly who: string
  readonly imagesSeen: number
  readonly comparison: Comparison
  readonly calibration: Comparison
  readonly goal: QualitySet['goal'] | null
  readonly more: object
}
const rows: Row[] = []
await mkdir(values.out, { recursive: true })
for (const set of chosen) {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-quality-'))
  try {
    console.error(`${set.name}: ${set.about}; ${minutes} minutes`)
    const pictures = await set.make(join(folder, 'pictures'))
    const { run, score, advice, curve } = await trainAndScore({
      set, pictures, minutes, count, engine: values.engine, settings: values.set, dataFolder: join(folder, 'data'), sheet: join(values.out, `${set.name}.png`),
    })
    rows.push({ set: set.name, who: 'GAN Studio', imagesSeen: run.imagesSeen, comparison: score, calibration: score.calibration, goal: set.goal ?? null, more: { ...score, ...run, advice, curve } })
    for (const peer of values.peers ? torchPeers : []) {
      const result = await trainTorch({ peer, set, pictures, minutes, count, folder, sheet: join(values.out, `${set.name}-${peer}.png`) })
      rows.push({ set: set.name, who: `PyTorch ${peer}`, ...result, goal: null, more: {} })
    }
    print(rows.filter((row) => row.set === set.name))
  } catch (error) {
    if (!(error instanceof Skipped)) throw error
    console.log(`${set.name}: skipped. ${error.message}`)
  } finally {
    if (values.keep) console.error(`Kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }
}
const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, platform: `${process.platform}-${process.arch}` }
await writeFile(join(values.out, 'quality.json'), `${JSON.stringify({ judge: judgeName, minutes, count, settings: values.set, measuredAt: new Date().toISOString(), machine, rows }, null, 2)}\n`)
// Engines may hold the process.
process.exit()

function print(some: readonly Row[]): void {
  const share = (value: number): string => value.toFixed(2)
  const cells = some.map(({ set, who, imagesSeen, comparison, calibration, goal }) => [
    set, who, imagesSeen, `${comparison.kid.toFixed(2)} ± ${comparison.kidStd.toFixed(2)}`, share(comparison.coverage), share(comparison.precision), share(comparison.recall), comparison.fid?.toFixed(2) ?? '',
    `${calibration.kid.toFixed(2)} (${share(calibration.coverage)})`, goal === null || goal === undefined ? '' : `KID ≤ ${goal.kid}, coverage ≥ ${goal.coverage}`,
  ])
  console.log(table(['Data set', 'Who', 'Images seen', 'KID ×10³', 'Coverage', 'Precision', 'Recall', 'FID', 'Real vs real', 'Goal'], cells))
}
