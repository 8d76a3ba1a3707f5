import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { Inverted } from '../../../contract/explorer.ts'
import { fromSystemError } from '../../../contract/failure.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { message } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { table } from '../output.ts'
import { fileFor } from './generate.ts'

export interface InvertOptions {
  readonly out: string
  readonly class?: string
  readonly steps?: number
  readonly start: 'auto' | 'encoder' | 'mean'
  readonly checkpoint: CheckpointChoice
  readonly force?: boolean
}
export type InpaintOptions = InvertOptions & { readonly mask: string }

/** The sheet of the pictures above what is made of them, or their latents. */
export async function invert(watch: Watch, runName: string, paths: readonly string[], options: InvertOptions): Promise<void> {
  const ending = extname(options.out).toLowerCase()
  if (ending !== '.png' && ending !== '.json') throw new StudioError('bad-input', `--out: expected a name that ends in .png (pictures above what is made of them) or .json (their latents), found "${options.out}".`)
  const out = await fileFor(options.out, options.force === true)
  const inverted = await search(watch, runName, paths, options)
  if (inverted === null) return
  const bytes = ending === '.json' ? Buffer.from(`${JSON.stringify(inverted, null, 1)}\n`) : await sheetOf(watch, inverted)
  await write(out, bytes, options.force === true)
  tell(watch, inverted, out)
}

/** One picture with the hole that a mask shows filled in. */
export async function inpaint(watch: Watch, runName: string, path: string, options: InpaintOptions): Promise<void> {
  const { studio } = watch
  const out = await fileFor(options.out, options.force === true)
  if (extname(out).toLowerCase() !== '.png') throw new StudioError('bad-input', `--out: expected a name that ends in .png, found "${options.out}".`)
  const mask = await studio.registerSources([resolve(options.mask)])
  const inverted = await search(watch, runName, [path], { ...options, maskTicket: mask })
  if (inverted === null) return
  const ticket = await studio.registerTarget({ path: out, replace: options.force === true })
  await follow(watch, () => studio.call('export.start', { source: { kind: 'filled', id: inverted.id }, format: 'sheet', target: { kind: 'ticket', ticket } }))
  tell(watch, inverted, out)
}

async function search(watch: Watch, runName: string, paths: readonly string[], { class: className, steps, start, checkpoint, maskTicket }: Omit<InvertOptions, 'out'> & { readonly maskTicket?: string }): Promise<Inverted | null> {
  const { studio } = watch
  const run = await findRun(studio, runName)
  const ticket = await studio.registerSources(paths.map((path) => resolve(path)))
  const done = await follow(watch, () => studio.call('runs.invert', {
    id: run.id, tickets: [ticket], start, checkpoint, ...(className === undefined ? {} : { className }), ...(steps === undefined ? {} : { steps }), ...(maskTicket === undefined ? {} : { maskTicket }),
  }))
  return done.kind === 'invert' ? done.inverted : null
}

async function sheetOf({ studio }: Watch, { sheet }: Inverted): Promise<Uint8Array> {
  const media = await studio.readMedia(sheet)
  if (media === null) throw new StudioError('not-found', 'The sheet is gone already; others were drawn meanwhile. Try again.')
  return media.bytes
}

async function write(out: string, bytes: Uint8Array, force: boolean): Promise<void> {
  await writeFile(out, bytes, { flag: force ? 'w' : 'wx' }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.writing', { name: out }))
  })
}

function tell({ output }: Watch, { runId, pictures, imagesSeen }: Inverted, out: string): void {
  const rows = pictures.map(({ name, distance, firstDistance }) => [name, distance.toFixed(3), firstDistance.toFixed(3)])
  const found = pictures.map(({ name, distance, firstDistance }) => ({ name, distance, firstDistance }))
  output.result({ id: runId, imagesSeen, pictures: found, out }, `${table(['Picture', 'Distance', 'First guess'], rows)}\nWritten: ${out}`)
}
