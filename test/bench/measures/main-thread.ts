/** The tasks of a page's main thread, from a trace of Chromium's: how long each took, and how much of it the processor worked on it. */
import type { Page } from 'playwright-core'

export interface MainThreadTask {
  readonly ms: number
  /** Of the processor, on that thread: what other programs take is not in it. */
  readonly processorMs: number
  /** Processor time of what it consists of, by Chromium's names (`Layout`, `FunctionCall`, `Paint` …), the longest first. */
  readonly parts: readonly (readonly [name: string, ms: number])[]
}

/** Of Chromium's trace format: times in µs, `tdur` that of the processor. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly data?: { readonly message?: string } }
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline']
/** Told by the page, for its thread to be known among those of the browser's own pages. */
const mark = 'the watched page'

/** What the page's main thread does while `work` goes on, the longest first by processor time. */
export async function mainThreadTasks(page: Page, work: () => Promise<void>): Promise<readonly MainThreadTask[]> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('The page has no browser to trace.')
  await browser.startTracing(undefined, { categories })
  await page.evaluate((message) => console.timeStamp(message), mark)
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] }
  return tasksOf(traceEvents)
}

function tasksOf(events: readonly TraceEvent[]): readonly MainThreadTask[] {
  const marked = events.find(({ args }) => args?.data?.message === mark)
  if (marked === undefined) throw new Error('The trace has nothing of the page.')
  // An event begins before those within it; of two that begin together the longer holds the other.
  const whole = events.filter(({ ph, pid, tid }) => ph === 'X' && pid === marked.pid && tid === marked.tid).sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const found: { readonly task: TraceEvent; readonly parts: Map<string, number>; partEnd: number }[] = []
  for (const event of whole) {
    const { name, ts, dur = 0, tdur = 0 } = event
    const around = found.at(-1)
    const within = around !== undefined && ts < around.task.ts + (around.task.dur ?? 0)
    if (name === 'RunTask' && !within) found.push({ task: event, parts: new Map(), partEnd: 0 })
    else if (within && ts >= around.partEnd) {
      around.parts.set(name, (around.parts.get(name) ?? 0) + tdur / 1000)
      around.partEnd = ts + dur
    }
  }
  return found
    .map(({ task: { dur = 0, tdur = 0 }, parts }) => ({ ms: dur / 1000, processorMs: tdur / 1000, parts: [...parts].sort(([, a], [, b]) => b - a) }))
    .sort((a, b) => b.processorMs - a.processorMs)
}
