/**
 * The long tests, for hours rather than seconds: `npm run soak`, or some of them by name,
 * `npm run soak -- kills --kills 2000 --minutes 120`. Prints what was found and writes
 * `results/<name>.json`; ends with 1 where anything is wrong.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { hasFewArenas, withFewArenas } from '../../src/base/arenas.ts'
import { fuzz } from './fuzz.ts'
import { killAtRandom } from './kills.ts'
import { underLoad } from './load.ts'
import { fuzzPictures } from './fuzz-pictures.ts'
import { runOutOfMemory } from './out-of-memory.ts'

interface Options {
  readonly seed: number
  readonly minutes: number
  readonly kills: number
  readonly cases: number
  readonly pictures: number
}
interface Report {
  readonly wrong: readonly string[]
}

const soaks: Readonly<Record<string, (options: Options) => Report | Promise<Report>>> = {
  async kills({ seed, kills, minutes }) {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-soak-'))
    const report = await killAtRandom({ seed, kills, withinMs: minutes * 60_000, folder, log: (line) => console.log(`  ${line}`) })
    if (report.wrong.length === 0) await rm(folder, { recursive: true, force: true })
    else console.error(`What was left is in ${folder}.`)
    return report
  },
  async load({ minutes }) {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-load-'))
    const report = await underLoad({ forMs: Math.min(minutes, 120) * 60_000, folder, log: (line) => console.log(`  ${line}`) })
    await rm(folder, { recursive: true, force: true })
    return report
  },
  async memory() {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-memory-'))
    const report = await runOutOfMemory({ folder, log: (line) => console.log(`  ${line}`) })
    await rm(folder, { recursive: true, force: true })
    return report
  },
  fuzz: ({ seed, cases, minutes }) => fuzz({ seed, cases, withinMs: minutes * 60_000 }),
  pictures: ({ seed, pictures, minutes }) => fuzzPictures({ seed, cases: pictures, withinMs: minutes * 60_000 }),
}

const positive = (text: string): number => {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('Expected a number above 0.')
  return Number(text)
}
const command = new Command('npm run soak --')
  .argument('[names...]', `which: ${Object.keys(soaks).join(', ')} (default: all)`)
  .option('--minutes <m>', 'at most so long each', positive, Infinity)
  .option('--kills <n>', 'kill so often', positive, 500)
  .option('--cases <n>', 'so many hostile inputs', positive, 1_000_000)
  .option('--pictures <n>', 'so many damaged pictures', positive, 20_000)
  .option('--seed <s>', 'the same work again', Number, 1)
  .exitOverride()

// As a studio that stays is started.
if (process.platform === 'linux' && !hasFewArenas(process.env)) {
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit', env: withFewArenas(process.env) })
  process.exit(status ?? 1)
}
try {
  command.parse(process.argv.slice(2), { from: 'user' })
  const names = command.args.length === 0 ? Object.keys(soaks) : command.args
  const unknown = names.filter((name) => !Object.hasOwn(soaks, name))
  if (unknown.length > 0) command.error(`error: there is no soak ${unknown.join(', ')}; there are ${Object.keys(soaks).join(', ')}`)
  for (const name of names) await run(name, command.opts<Options>())
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}

async function run(name: string, options: Options): Promise<void> {
  console.log(`${name} …`)
  const report = await soaks[name]?.(options)
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem(), node: process.versions.node, platform: `${process.platform}-${process.arch}` }
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ soak: name, measuredAt: new Date().toISOString(), machine, ...report }, null, 2)}\n`)
  console.log(JSON.stringify(report, null, 2))
  if (report === undefined || report.wrong.length > 0) process.exitCode = 1
}
