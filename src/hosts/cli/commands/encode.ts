import { extname, resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'

export interface EncodeOptions {
  readonly out: string
  readonly class?: string
  readonly force?: boolean
  readonly checkpoint: CheckpointChoice
}

const formats = { '.json': 'json', '.png': 'sheet' } as const

export async function encode(watch: Watch, runName: string, paths: readonly string[], { out, class: className, force, checkpoint }: EncodeOptions): Promise<void> {
  const { studio, output } = watch
  const ending = extname(out).toLowerCase()
  const format = ending === '.json' || ending === '.png' ? formats[ending] : null
  if (format === null) throw new StudioError('bad-input', `--out: expected a name that ends in .json (latents) or .png (pictures above what is made of their latents), found "${out}".`)
  const run = await findRun(studio, runName)
  const ticket = await studio.registerSources(paths.map((path) => resolve(path)))
  const target = await studio.registerTarget({ path: resolve(out), replace: force === true })
  const done = await follow(watch, () => studio.call('runs.encode', { id: run.id, tickets: [ticket], target, format, checkpoint, ...(className === undefined ? {} : { className }) }))
  output.result({ id: run.id, files: done.kind === 'export' ? done.files : [], out: resolve(out) }, `Written: ${resolve(out)}`)
}
