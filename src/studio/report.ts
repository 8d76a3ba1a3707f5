/**
 * What a person may send to those who look for a mistake: versions, engines, what ran and how it
 * ended, the end of the log. No names, no paths, no pictures. In English, for whoever reads it.
 */
import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, freemem, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { pictureSize, sizeText, type Activity, type CutShort, type Dataset, type EngineReport } from '../contract/data.ts'
import { defaultOptions, optionKeys } from '../contract/options.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { freeBytes } from './disk.ts'
import { logFile } from './folders.ts'
import { personalRemover, type Known } from './personal.ts'

export interface ReportParts {
  readonly version: string
  readonly dataFolder: string
  readonly cacheFolder: string
  /** Of the application's own files: these may be named. */
  readonly applicationFolder: string
  /** Null where the data folder could not be opened, with the reason. */
  readonly open: OpenParts | { readonly reason: string }
}
interface OpenParts {
  readonly store: Store
  readonly engines: readonly EngineReport[]
  readonly activities: readonly Activity[]
  readonly cutShort: CutShort | null
}

interface Kept {
  readonly datasets: readonly Dataset[]
  readonly runs: readonly RunRecord[]
}

const newestRuns = 10
const logLines = 200

export async function reportText({ version, dataFolder, cacheFolder, applicationFolder, open }: ReportParts): Promise<string> {
  const known: Known[] = [[dataFolder, '<data>'], [cacheFolder, '<cache>'], [applicationFolder, '<app>']]
  const opened = 'store' in open ? open : null
  // A run's record is long: a thousand of them are read once.
  const kept: Kept = opened === null ? { datasets: [], runs: [] } : { datasets: opened.store.datasets.list(), runs: opened.store.runs.list() }
  const clean = personalRemover(known, namesIn(kept))
  const free = await freeBytes(dataFolder).catch(() => null)
  const sections = [
    ['GAN Studio report', [
      `version ${version}; ${new Date().toISOString()}`,
      `${process.platform} ${release()} ${arch()}; Node ${process.versions.node}${process.versions['electron'] === undefined ? '' : `, Electron ${process.versions['electron']}`}`,
      `${availableParallelism()} cores; memory ${gigabytes(totalmem())}, free ${gigabytes(freemem())}; disk free ${free === null ? 'unknown' : gigabytes(free)}`,
      ...(opened === null ? [`The data folder could not be opened: ${clean('reason' in open ? open.reason : '')}`] : []),
    ]],
    ...(opened === null ? [] : openSections(opened, kept, clean)),
    [`Log (its last ${logLines} lines)`, await logTail(dataFolder, clean)],
  ] as const
  return `${sections.map(([title, lines]) => [`## ${title}`, ...(lines.length === 0 ? ['none'] : lines)].join('\n')).join('\n\n')}\n`
}

function openSections({ store, engines, activities, cutShort }: OpenParts, { datasets, runs: listed }: Kept, clean: (text: string) => string): readonly (readonly [string, readonly string[]])[] {
  const settings = store.settings.get()
  const runs = listed.toSorted((a, b) => b.createdAt - a.createdAt)
  return [
    ['Ended unexpectedly before this start', cutShort === null ? ['no'] : [`about ${new Date(cutShort.at).toISOString()}; runs ${cutShort.runs.map(({ id, imagesSeen }) => `${id} at ${imagesSeen}`).join(', ') || 'none'}; imports ${cutShort.imports}`]],
    ['Engines', engines.map(({ id, label, chosen, usable, imagesPerSecond, reason }) => `${chosen ? '* ' : ''}${id} (${clean(label)}): ${usable ? `usable, ${imagesPerSecond?.toFixed(1) ?? 'not measured'} images/s` : clean(reason ?? 'not usable')}`)],
    ['Settings', Object.entries(settings).map(([key, value]) => `${key} ${JSON.stringify(value)}`)],
    ['Data sets', datasets.map(({ id, state, pictureCount, classes, bytes, resolution, aspect, fit }) => `${id}: ${state}, ${pictureCount} pictures, ${classes.length} classes, ${gigabytes(bytes)}, ${sizeText(pictureSize({ resolution, aspect }))}, ${fit}`)],
    [`Runs (the newest ${newestRuns} of ${runs.length})`, runs.slice(0, newestRuns).flatMap((run) => describeRun(run, clean))],
    ['Activities', activities.map(({ kind, state, done, total, error }) => `${kind}: ${state}, ${done} of ${total ?? '?'}${error === null ? '' : `; ${error.code}: ${clean(error.message)}`}`)],
  ]
}

function describeRun(run: RunRecord, clean: (text: string) => string): readonly string[] {
  const { id, state, engine, imagesSeen, elapsedMs, imagesPerSecond, memoryBytes, checkpointAt, classNames, notices, error, options } = run
  const set = optionKeys.filter((key) => options[key] !== defaultOptions[key]).map((key) => `${key}=${String(options[key])}`)
  return [
    `${id}: ${state} on ${engine}, ${imagesSeen} images in ${Math.round(elapsedMs / 1000)} s, ${imagesPerSecond?.toFixed(1) ?? '?'} images/s, ${memoryBytes === null ? '? memory' : gigabytes(memoryBytes)}, checkpoint at ${checkpointAt ?? 'none'}, ${classNames.length} classes`,
    ...(set.length === 0 ? [] : [`  set: ${clean(set.join(' '))}`]),
    ...(notices.length === 0 ? [] : [`  told: ${notices.map(({ key, values }) => [key, ...Object.entries(values).map(([name, value]) => `${name}=${clean(String(value))}`)].join(' ')).join('; ')}`]),
    ...(error === null ? [] : [`  ${error.code}: ${clean(error.message).replaceAll('\n', '\n    ')}`]),
  ]
}

/** Everything that a person has named. */
const namesIn = ({ datasets, runs }: Kept): readonly string[] => [
  ...datasets.flatMap(({ name, classes }) => [name, ...classes.map((each) => each.name)]),
  ...runs.flatMap(({ name, datasetName, classNames }) => [name, datasetName, ...classNames]),
]

async function logTail(dataFolder: string, clean: (text: string) => string): Promise<readonly string[]> {
  const file = logFile(dataFolder)
  // A log that has just been turned over says little by itself.
  const texts = await Promise.all([`${file}.1`, file].map((each) => readFile(each, 'utf8').catch(() => '')))
  return texts.join('').split('\n').filter((line) => line !== '').slice(-logLines).map((line) => cleanLine(line, clean))
}

function cleanLine(line: string, clean: (text: string) => string): string {
  try {
    const { time, pid, level, message, ...details } = JSON.parse(line) as Readonly<Record<string, unknown>>
    const more = Object.entries(details).map(([key, value]) => `${key}=${clean(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '\n    ')}`)
    return [`${String(time)} ${String(pid)} ${String(level)}`, clean(String(message)), ...more].join(' ')
  } catch {
    // Cut short by a full disk or a kill.
    return clean(line)
  }
}

const gigabytes = (bytes: number): string => (bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`)

/** The application's folder, of which this file's folder is a part. */
export const applicationFolder = (): string => join(import.meta.dirname, '..', '..')
