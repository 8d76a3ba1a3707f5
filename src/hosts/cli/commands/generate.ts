import { lstat, mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { TargetChoice } from '../../../contract/api.ts'
import { modelFormats, type ExportFormat, type ExportSource, type ModelFormat, type ModelNetwork, type ModelPrecision, type Run } from '../../../contract/data.ts'
import { counted } from '../../../contract/filled.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow } from '../activity.ts'
import type { Watch } from '../activity.ts'
import { findRun } from '../find.ts'

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
  readonly format: CliFormat | ModelFormat
  readonly out: string
  readonly force?: boolean
  readonly network?: ModelNetwork
  readonly precision?: ModelPrecision
  readonly licence?: string
}

/** Names on the command line → format, and how many pictures when `--count` is not given. */
export const cliFormats = {
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
    `${counted(sampleIds.length, 'picture')} of ${run.name} ${where}`,
  )
}

const isModelFormat = (format: CliFormat | ModelFormat): format is ModelFormat => modelFormats.some((one) => one === format)

export async function exportRun(watch: Watch, runName: string, { format: asked, ...options }: ExportOptions): Promise<void> {
  const run = await findRun(watch.studio, runName)
  if (isModelFormat(asked)) return await exportModel(watch, run, asked, options)
  const { format, count, folder } = cliFormats[asked]
  requireClass(run, options.class)
  const target = folder ? await folderFor(options.out) : await fileFor(options.out, options.force === true)
  const files = await write(watch, folder ? target : { path: target, replace: options.force === true }, format, {
    kind: 'run', runId: run.id, count: options.count ?? count, seed: options.seed, truncation: options.truncation, checkpoint: options.checkpoint,
    ...(options.class === undefined ? {} : { className: options.class }),
  })
  watch.output.result({ id: run.id, format: asked, files, out: target }, `Written: ${folder ? `${counted(files.length, 'picture')} in ${target}` : target}`)
}

async function exportModel(watch: Watch, run: Run, format: ModelFormat, { out, force = false, network, precision, licence, checkpoint }: Omit<ExportOptions, 'format'>): Promise<void> {
  const target = await fileFor(out, force)
  const ticket = await watch.studio.registerTarget({ path: target, replace: force })
  const result = await follow(watch, () => watch.studio.call('export.model', {
    runId: run.id, format, checkpoint, target: { kind: 'ticket', ticket },
    ...(network === undefined ? {} : { network }), ...(precision === undefined ? {} : { precision }), ...(licence === undefined ? {} : { licence }),
  }))
  const files = result.kind === 'export' ? result.files : []
  watch.output.result({ id: run.id, format, files, out: target }, `Written: ${[target, ...files.slice(1)].join(', ')}`)
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

export async function folderFor(path: string): Promise<string> {
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
