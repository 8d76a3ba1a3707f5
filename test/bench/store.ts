/**
 * What the pages' questions cost at full size: 200,000 pictures, 1,000 runs, 1,000,000 generated pictures,
 * asked of a whole studio. `--small`: a twentieth of that. Prints a table and writes `results/store.json`;
 * ends with code 1 where a grid takes more than 10 ms of the processor, or another question more than 50.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Argument, MethodName, StudioApi } from '../../src/contract/api.ts'
import { studioWithoutEngines } from '../unit/studio/without-engines.ts'
import { fill, type Size } from './store/fill.ts'
import { gridLimitMs, gridMethods, pageLimitMs, questionsOf } from './store/questions.ts'

interface Row {
  readonly method: MethodName
  readonly asked: string
  /** Of the processor, all threads of the studio: the clock would tell what else the machine does. */
  readonly medianMs: number
  readonly worstMs: number
  readonly firstMs: number
  readonly limitMs: number
}
const turns = 9
const small = process.argv.includes('--small')
const size: Size = small ? { pictures: 10_000, runs: 50, samples: 50_000 } : { pictures: 200_000, runs: 1000, samples: 1_000_000 }

const folder = mkdtempSync(join(tmpdir(), 'gan-studio-bench-'))
mkdirSync(join(folder, 'data'))
const filled = fill(join(folder, 'data'), size)
console.log(`filled; asking ${turns} times each`)
const studio = await studioWithoutEngines(folder)

async function ask<M extends MethodName>(method: M, asked: string, argument: (turn: number) => Argument<M>): Promise<Row> {
  const times: number[] = []
  for (let turn = 0; turn <= turns; turn++) {
    const arg = argument(turn)
    const before = process.cpuUsage()
    await studio.call(method, ...((arg === undefined ? [] : [arg]) as Parameters<StudioApi[M]>))
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  const [firstMs = 0, ...rest] = times
  rest.sort((a, b) => a - b)
  return { method, asked, medianMs: rest[turns >> 1] ?? 0, worstMs: rest.at(-1) ?? 0, firstMs, limitMs: gridMethods.includes(method) ? gridLimitMs : pageLimitMs }
}

const rows: Row[] = []
for (const [method, questions] of Object.entries(questionsOf(filled)) as [MethodName, string | Readonly<Record<string, (turn: number) => never>>][]) {
  if (typeof questions === 'string') continue
  for (const [asked, argument] of Object.entries(questions)) {
    const row = await ask(method, asked, argument)
    rows.push(row)
    console.log(`${row.medianMs > row.limitMs ? '! ' : '  '}${method.padEnd(24)} ${asked.padEnd(32)} ${row.medianMs.toFixed(2).padStart(8)} ms  worst ${row.worstMs.toFixed(1).padStart(7)}  first ${row.firstMs.toFixed(1).padStart(7)}`)
  }
}
await studio.close()
rmSync(folder, { recursive: true, force: true })

const slow = rows.filter(({ medianMs, limitMs }) => medianMs > limitMs)
if (!small) {
  const results = join(import.meta.dirname, 'results')
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, 'store.json'), `${JSON.stringify({ measuredAt: new Date().toISOString(), processor: cpus()[0]?.model ?? 'unknown', node: process.versions.node, size, turns, rows }, null, 2)}\n`)
}
console.log(slow.length === 0 ? 'All within their limits.' : `Over their limits: ${slow.map(({ method, asked }) => `${method} ${asked}`).join('; ')}`)
process.exit(slow.length === 0 ? 0 : 1)
