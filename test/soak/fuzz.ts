/**
 * Hostile input for every parser that bytes or messages from outside reach. A seed gives the same
 * cases again. Nothing may happen but an answer or the refusal that the parser promises, soon, and
 * without a trace in the prototypes that all objects share.
 */
import { Rng } from '../../src/base/rng.ts'
import { parsers } from './parsers.ts'

export interface ParserReport {
  readonly cases: number
  /** Of them; the others were refused. A parser that takes none may have been asked for nothing but its first check. */
  readonly taken: number
  /** Cases in a second of processor time. */
  readonly perSecond: number
}
export interface FuzzReport {
  readonly seed: number
  readonly cases: number
  readonly parsers: Readonly<Record<string, ParserReport>>
  /** Of a single case, in milliseconds. */
  readonly slowestMs: number
  readonly slowest: string
  readonly wrong: readonly string[]
  readonly seconds: number
}

/** Of this thread's own work: other work on the machine says nothing of a parser. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
const slowMs = 1000
const mostWrong = 20

export interface FuzzOptions {
  readonly seed: number
  /** In all, taken in turn by the parsers. */
  readonly cases: number
  readonly withinMs?: number
  /** Of this parser alone: the cases that it has among all. */
  readonly only?: string
}

const entries = Object.entries(parsers)
export const parserNames: readonly string[] = Object.keys(parsers)

export function fuzz({ seed, cases, withinMs = Infinity, only }: FuzzOptions): FuzzReport {
  const before = prototypes()
  const start = performance.now()
  const counts = new Map((only === undefined ? parserNames : [only]).map((name) => [name, { cases: 0, taken: 0, ms: 0 }]))
  const wrong: string[] = []
  let [slowestMs, slowest] = [0, '']
  for (let i = 0; i < cases && wrong.length < mostWrong && performance.now() - start < withinMs; i++) {
    const [name, parser] = entries[i % entries.length] ?? ['', (): boolean => false]
    const count = counts.get(name)
    if (count === undefined) continue
    const at = cpuMs()
    try {
      if (parser(Rng.fromSeed(seed, String(i)))) count.taken++
    } catch (error) {
      wrong.push(`${name}, case ${i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    const took = cpuMs() - at
    if (took > slowMs) wrong.push(`${name}, case ${i}: took ${Math.round(took)} ms`)
    if (took > slowestMs) [slowestMs, slowest] = [took, `${name}, case ${i}`]
    count.cases++
    count.ms += took
  }
  if (prototypes() !== before) wrong.push('A prototype of all objects was changed.')
  return {
    seed, cases: [...counts.values()].reduce((sum, each) => sum + each.cases, 0),
    parsers: Object.fromEntries([...counts].map(([name, { ms, ...count }]) => [name, { ...count, perSecond: Math.round((1000 * count.cases) / Math.max(ms, 1)) }])),
    slowestMs: Math.round(slowestMs), slowest, wrong, seconds: Math.round((performance.now() - start) / 1000),
  }
}

const prototypes = (): string => [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((each) => Reflect.ownKeys(each).map(String).join()).join('\n')
