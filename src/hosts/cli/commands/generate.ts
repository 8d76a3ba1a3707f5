import { lstat, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { TargetChoice } from '../../../contract/api.ts'
import type { ExportFormat, ExportSource, Run } from '../../../contract/data.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow } from '../activity.ts'
import type { Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { thousands } from '../output.ts'

export interface PictureOptions {
  readonly count?: number
  readonly class?: string
  readonly seed: number
  readonly truncation: number
  readonly checkpoint: CheckpointChoice
}
export interface GenerateOptions extends PictureOptions {
  readonly out?: string
}
export interface ExportOptions extends PictureOptions {
  readonly format: CliFormat
  readonly out: string
  readonly force?: boolean
}

/** Names on the command line → format, and how many pictures when `--count` is not given. */
export const cliFormats = {
  'safetensors': { format: 'safetensors', count: 1, folder: false },
  'zip': { format: 'zip', count: 1000, folder: false },
  'sheet': { format: 'sheet', count: 64, folder: false },
  'webp': { format: 'animation-webp', count: 8, folder: false },
  'gif': { format: 'animation-gif', count: 8, folder: false },
  'png': { format: 'png', count: 1000, folder: true },
  'jpeg': { format: 'jpeg', count: 1000, folder: true },
  'webp-pictures': { format: 'webp', count: 1000, folder: true },
} as const satisfies Record<string, { readonly format: ExportFormat; readonly count: number; readonly folder: boolean }>
export type CliFormat = keyof typeof cliFormats

export async function generate(watch: Watch, runName: string, options: GenerateOptions): Promise<void> {
  const run = await findRun(watch.studio, runName)
  requireClass(run, options.class)
  const folder = options.out === undefined ? null : await folderFor(options.out)
  const made = await follow(watch, () => watch.studio.call('gallery.generate', {
    runId: run.id, count: options.count ?? 16, seed: options.seed, truncation: options.truncation, checkpoint: options.checkpoint,
    ...(options.class === undefined ? {} : { className: options.class }),
  }))
  const sampleIds = made.kind === 'generate' ? made.sampleIds : []
  const files = folder === null ? [] : await write(watch, folder, 'png', { kind: 'samples', ids: sampleIds })
  const where = folder === null ? 'in the gallery' : `in ${folder}`
  watch.output.result(
    { id: run.id, sampleIds, files, out: folder },
    `${thousands(sampleIds.length)} pictures of ${run.name} ${where}`,
  )
}

export async function exportRun(watch: Watch, runName: string, options: ExportOptions): Promise<void> {
  const { format, count, folder } = cliFormats[options.format]
  const run = await findRun(watch.studio, runName)
  requireClass(run, options.class)
  const target = folder ? await folderFor(options.out) : await fileFor(options.out, options.force === true)
  const files = await write(watch, folder ? target : { path: target, replace: options.force === true }, format, {
    kind: 'run', runId: run.id, count: options.count ?? count, seed: options.seed, truncation: options.truncation, checkpoint: options.checkpoint,
    ...(options.class === undefined ? {} : { className: options.class }),
  })
  watch.output.result({ id: run.id, format: options.format, files, out: target }, `Written: ${folder ? `${thousands(files.length)} pictures in ${target}` : target}`)
}

async function write(watch: Watch, choice: TargetChoice, format: ExportFormat, source: ExportSource): Promise<readonly string[]> {
  const ticket = await watch.studio.registerTarget(choice)
  const result = await follow(watch, () => watch.studio.call('export.start', { source, format, target: { kind: 'ticket', ticket } }))
  return result.kind === 'export' ? result.files : []
}

function requireClass(run: Run, name: string | undefined): void {
  if (name === undefined || run.classNames.includes(name)) return
  const known = run.classNames.length === 0 ? 'it was trained without classes' : `its classes: ${run.classNames.join(', ')}`
  throw new StudioError('not-found', `${run.name} has no class "${name}"; ${known}.`)
}

async function folderFor(path: string): Promise<string> {
  const folder = resolve(path)
  const found = await lstat(folder).catch(() => null)
  if (found !== null && !found.isDirectory()) throw new StudioError('bad-input', `--out: expected a folder, found the file ${folder}.`)
  await mkdir(folder, { recursive: true })
  return folder
}

/** @throws `bad-input` where a folder is there, or a file that may not be replaced */
export async function fileFor(path: string, force: boolean): Promise<string> {
  const file = resolve(path)
  const found = await lstat(file).catch(() => null)
  if (found?.isDirectory() === true) throw new StudioError('bad-input', `--out: expected a file name, found the folder ${file}.`)
  if (found !== null && !force) throw new StudioError('bad-input', `${file} is there already. Choose another name, or overwrite it with --force.`)
  return file
}
