import { resolve } from 'node:path'
import type { ExportFormat } from '../../../contract/data.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { phrase } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { folderFor } from './generate.ts'

export interface EnlargeOptions {
  readonly out: string
  readonly format: Extract<ExportFormat, 'png' | 'jpeg' | 'webp'>
  readonly checkpoint: CheckpointChoice
}
export interface TranslateOptions extends EnlargeOptions {
  readonly to: string
  readonly full?: boolean
}

export const enlarge = (watch: Watch, runName: string, paths: readonly string[], options: EnlargeOptions): Promise<void> =>
  redraw(watch, runName, paths, options, (given) => watch.studio.call('runs.enlarge', given))

export const translate = (watch: Watch, runName: string, paths: readonly string[], options: TranslateOptions): Promise<void> =>
  redraw(watch, runName, paths, options, (given) => watch.studio.call('runs.translate', { ...given, to: options.to, ...(options.full === true ? { full: true } : {}) }))

interface Given {
  readonly id: string
  readonly tickets: readonly string[]
  readonly checkpoint: CheckpointChoice
}

/** Each picture as a file of its own in a folder; those that cannot be read are told. */
async function redraw(watch: Watch, runName: string, paths: readonly string[], { out, format, checkpoint }: EnlargeOptions, ask: (given: Given) => Promise<{ readonly activityId: string }>): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  const folder = await folderFor(out)
  const sources = await studio.registerSources(paths.map((path) => resolve(path)))
  const done = await follow(watch, () => ask({ id: run.id, tickets: [sources], checkpoint }))
  if (done.kind !== 'redrawn') return
  const { id, factor, className, pictures } = done.redrawn
  const problems = done.redrawn.problems.map(({ name, why }) => ({ name, message: phrase(why, 'en') }))
  for (const { name, message } of problems) output.note(`${name}: ${message}`)
  const ticket = await studio.registerTarget(folder)
  const written = await follow(watch, () => studio.call('export.start', { source: { kind: 'redrawn', id }, format, target: { kind: 'ticket', ticket } }))
  const files = written.kind === 'export' ? written.files : []
  const sizes = pictures.map(({ name, width, height }) => ({ name, width, height }))
  output.result({ id: run.id, ...(className === null ? { factor } : { to: className }), pictures: sizes, problems, files, out: folder }, `Written: ${files.join(', ')} in ${folder}`)
}
