import { resolve } from 'node:path'
import type { ExportFormat } from '../../../contract/data.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { folderFor } from './generate.ts'

export interface EnlargeOptions {
  readonly out: string
  readonly format: Extract<ExportFormat, 'png' | 'jpeg' | 'webp'>
  readonly checkpoint: CheckpointChoice
}

/** Each picture as a file of its own in a folder; those that cannot be read are told. */
export async function enlarge(watch: Watch, runName: string, paths: readonly string[], { out, format, checkpoint }: EnlargeOptions): Promise<void> {
  const { studio, output } = watch
  const run = await findRun(studio, runName)
  const folder = await folderFor(out)
  const sources = await studio.registerSources(paths.map((path) => resolve(path)))
  const done = await follow(watch, () => studio.call('runs.enlarge', { id: run.id, tickets: [sources], checkpoint }))
  if (done.kind !== 'enlarged') return
  const { id, factor, pictures, problems } = done.enlarged
  for (const { name, message } of problems) output.note(`${name}: ${message}`)
  const ticket = await studio.registerTarget(folder)
  const written = await follow(watch, () => studio.call('export.start', { source: { kind: 'enlarged', id }, format, target: { kind: 'ticket', ticket } }))
  const files = written.kind === 'export' ? written.files : []
  const sizes = pictures.map(({ name, width, height }) => ({ name, width, height }))
  output.result({ id: run.id, factor, pictures: sizes, problems, files, out: folder }, `Written: ${files.join(', ')} in ${folder}`)
}
