/**
 * Runs the benchmarks, or those named: `npm run bench -- import training`. Prints a table and
 * writes `results/<name>.json`. What each measures: docs/benchmarks.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { Skipped, type Benchmark, type Measurement } from './benchmark.ts'
import { costModel } from './measures/cost-model.ts'
import { distillation } from './measures/distillation.ts'
import { explorer } from './measures/explorer.ts'
import { enlarging } from './measures/enlarging.ts'
import { feeding } from './measures/feeding.ts'
import { generation } from './measures/generation.ts'
import { graphics } from './measures/graphics.ts'
import { inversion } from './measures/inversion.ts'
import { importRate } from './measures/import-rate.ts'
import { map } from './measures/map.ts'
import { memory } from './measures/memory.ts'
import { standstill } from './measures/standstill.ts'
import { startUp } from './measures/start-up.ts'
import { training } from './measures/training.ts'
import { translating } from './measures/translating.ts'
import { webassembly } from './measures/webassembly.ts'
import { windowBlocks } from './measures/window-blocks.ts'

const benchmarks: readonly Benchmark[] = [startUp, importRate, training, costModel, feeding, standstill, generation, explorer, inversion, enlarging, translating, distillation, webassembly, graphics, windowBlocks, map, memory]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name))
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". Known:\n${benchmarks.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}`)
  process.exit(2)
}

const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem(), node: process.versions.node, platform: `${process.platform}-${process.arch}` }
for (const { name, about, run } of benchmarks.filter((benchmark) => wanted.length === 0 || wanted.includes(benchmark.name))) {
  console.log(`\n${name}: ${about}`)
  const startedAt = performance.now()
  try {
    const measurements = await run((line) => console.error(`  ${line}`))
    for (const measurement of measurements) console.log(`  ${describe(measurement)}`)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ benchmark: name, about, measuredAt: new Date().toISOString(), seconds, machine, measurements }, null, 2)}\n`)
  } catch (error) {
    if (error instanceof Skipped) console.log(`  skipped: ${error.message}`)
    else {
      console.error(error)
      process.exitCode = 1
    }
  }
}
// Engines and decoder threads may hold the process.
process.exit()

function describe({ what, value, unit, beside, ratio, goal, note }: Measurement): string {
  return [
    `${what.padEnd(52)} ${figure(value).padStart(9)} ${unit.padEnd(12)}`,
    beside === undefined ? '' : `${beside.what}: ${figure(beside.value)}`,
    ratio === undefined ? '' : `ratio ${ratio.toFixed(2)}`,
    goal === undefined ? '' : `(goal ${goal})`,
    note === undefined ? '' : `[${note}]`,
  ].filter((part) => part !== '').join('  ')
}

function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
