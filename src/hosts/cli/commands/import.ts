import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StudioError, systemCode } from '../../../base/errors.ts'
import { splitParts, type ImportProblem, type ImportProblemKind, type ImportReport, type SplitFolderMeaning } from '../../../contract/data.ts'
import { fromSystemError } from '../../../contract/failure.ts'
import { counted } from '../../../contract/filled.ts'
import { detailOf, message, phrase } from '../../../contract/messages.ts'
import { follow } from '../activity.ts'
import type { Watch } from '../activity.ts'
import { classRule, describeNoted, describePreview } from '../class-rule.ts'
import { findDataset } from '../find.ts'
import { duration, table, thousands } from '../output.ts'

export interface ImportOptions {
  readonly name?: string
  readonly into?: string
  readonly classesFrom: string
  readonly splitFolders: SplitFolderMeaning
  readonly setNotes: boolean
  readonly inPlace?: boolean
  readonly dryRun?: boolean
}

export interface ResumeOptions {
  readonly keep?: boolean
  readonly discard?: boolean
}

export async function importPictures(watch: Watch, paths: readonly string[], options: ImportOptions): Promise<void> {
  const sources = paths.map((path) => resolve(path))
  const rule = classRule(options.classesFrom, options.splitFolders, !options.setNotes)
  for (const source of sources) await requireReadable(source)
  const into = options.into === undefined ? undefined : (await findDataset(watch.studio, options.into)).id
  const ticket = await watch.studio.registerSources(sources)
  if (options.dryRun === true) {
    const preview = await watch.studio.call('datasets.previewClasses', { of: { tickets: [ticket] }, rule })
    return watch.output.result({ preview }, describePreview(preview))
  }
  await followImport(watch, () => watch.studio.call('datasets.import', { tickets: [ticket], ...(options.name === undefined ? {} : { name: options.name }), ...(into === undefined ? {} : { into }), rule, ...(options.inPlace === true ? { inPlace: true } : {}) }), into !== undefined)
}

export async function resumeImport(watch: Watch, name: string, { keep, discard }: ResumeOptions): Promise<void> {
  if (keep === true && discard === true) throw new StudioError('bad-input', 'Expected one of --keep and --discard, found both.')
  const { id, unfinished } = await findDataset(watch.studio, name)
  if (keep !== true && discard !== true) return await followImport(watch, () => watch.studio.call('datasets.resumeImport', { id }), unfinished?.adding === true)
  await watch.studio.call('datasets.endImport', { id, keep: keep === true })
  const dataset = (await watch.studio.call('datasets.list')).find((one) => one.id === id)
  watch.output.result({ id, dataset: dataset ?? null }, dataset === undefined ? `Deleted. For 30 days it can be had back: gan-studio datasets restore ${id}` : `${dataset.name}: ${counted(dataset.pictureCount, 'picture')}`)
}

async function followImport(watch: Watch, start: () => Promise<{ readonly activityId: string; readonly datasetId: string }>, added: boolean): Promise<void> {
  let datasetId = ''
  const result = await follow(watch, async () => {
    const started = await start()
    datasetId = started.datasetId
    return started
  })
  const report = result.kind === 'import' ? result.report : await watch.studio.call('datasets.report', { id: datasetId })
  const dataset = await watch.studio.call('datasets.get', { id: datasetId })
  watch.output.result(
    { id: dataset.id, name: dataset.name, pictures: dataset.pictureCount, classes: dataset.classes, report: report === null ? null : { ...report, problems: report.problems.map(inWords) } },
    [`${dataset.name} (${dataset.id}): ${!added || report === null ? '' : `${thousands(report.taken)} added, now `}${counted(dataset.pictureCount, 'picture')}${report === null ? '' : ` in ${duration(report.elapsedMs)}`}`,
      ...(report === null ? [] : describeReport(report)),
      `Next: gan-studio train ${dataset.id}`].join('\n'),
  )
}

async function requireReadable(path: string): Promise<void> {
  try {
    await access(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new StudioError('not-found', `There is no file or folder ${path}.`, { cause: error })
    throw fromSystemError(error, message('doing.reading', { name: path }))
  }
}

/** As `--json` tells it. */
export function inWords({ path, kind, why }: ImportProblem) {
  const detail = detailOf(why)
  return { path, kind, message: phrase(why, 'en'), ...(detail === null ? {} : { detail }) }
}

const problemWords: { readonly [K in ImportProblemKind]: string } = {
  'duplicate': 'duplicates dropped',
  'broken': 'broken pictures',
  'unsupported': 'files that are no pictures',
  'too-large': 'too large',
  'unreadable': 'not readable',
  'unsafe-path': 'unsafe paths in an archive',
  'label': 'labels that were not used',
}
const shownProblems = 10

function describeReport(report: ImportReport): readonly string[] {
  const kinds = (Object.keys(problemWords) as ImportProblemKind[]).filter((kind) => report.counts[kind] > 0)
  const problems = report.problems.filter(({ kind }) => kind !== 'duplicate')
  return [
    ...(report.perClass.length > 0 ? [table(['Class', 'Pictures'], report.perClass.map(({ name, count }) => [name, count]))] : []),
    ...(report.parts === null ? [] : [`Split as its folders or labels say: ${splitParts.map((part) => `${part} ${thousands(report.parts?.[part] ?? 0)}`).join(', ')} (datasets unsplit takes it away)`]),
    ...(report.copies === 0 ? [] : [`${counted(report.copies, 'augmented copy of another', 'augmented copies of others')}`]),
    ...(report.noted === null ? [] : [describeNoted(report.noted)]),
    ...kinds.map((kind) => `${thousands(report.counts[kind])} ${problemWords[kind]}`),
    ...problems.slice(0, shownProblems).map(({ path, why }) => `  ${path}: ${phrase(why, 'en')}`),
    ...(problems.length > shownProblems ? ['  … (all of them: --json)'] : []),
  ]
}
