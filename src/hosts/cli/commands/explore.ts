import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { Run } from '../../../contract/data.ts'
import { fromSystemError } from '../../../contract/failure.ts'
import { counted } from '../../../contract/filled.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { moved, pointOf } from '../../../contract/latents.ts'
import { message } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findRun } from '../find.ts'
import { fileFor } from './generate.ts'

export interface ExploreOptions {
  readonly out: string
  readonly seed: number
  readonly class?: string
  readonly reach: number
  readonly keys?: string
  readonly seconds: number
  readonly truncation: number
  readonly checkpoint: CheckpointChoice
  readonly force?: boolean
}

/** Pictures in a row of the sheet, the one it starts from in the middle. */
const columns = 7

export async function explore(watch: Watch, runName: string, options: ExploreOptions): Promise<void> {
  const out = await fileFor(options.out, options.force === true)
  const run = await findRun(watch.studio, runName)
  const ending = extname(out).toLowerCase()
  if (options.keys === undefined && ending === '.png') return await sheetOfDirections(watch, run, out, options)
  if (options.keys !== undefined && (ending === '.webp' || ending === '.gif')) return await animation(watch, run, out, ending, options)
  throw new StudioError('bad-input', `--out: expected a name that ends in .png (the directions), or with --keys in .webp or .gif (an animation), found "${options.out}".`)
}

/** A row a direction, from one side of a picture to the other. */
async function sheetOfDirections({ studio, output }: Watch, run: Run, out: string, { seed, class: className, reach, truncation, checkpoint, force }: ExploreOptions): Promise<void> {
  const explorer = await studio.call('explorer.open', { runId: run.id, checkpoint })
  try {
    const { latentSize, classNames, directions } = explorer
    const start = pointOf(seed, latentSize, classIndexOf(run, classNames, className ?? classNames[0]), classNames.length)
    const amounts = Array.from({ length: columns }, (_, i) => reach * ((2 * i) / (columns - 1) - 1))
    const points = directions.flatMap((direction) => amounts.map((amount) => moved(start, [direction], [amount])))
    const { sheet } = await studio.call('explorer.draw', { id: explorer.id, points, truncation, columns })
    const media = await studio.readMedia(sheet)
    if (media === null) throw new StudioError('not-found', 'The sheet is gone already; others were drawn meanwhile. Try again.')
    await writeFile(out, media.bytes, { flag: force === true ? 'w' : 'wx' }).catch((error: unknown) => {
      throw fromSystemError(error, message('doing.writing', { name: out }))
    })
    const shares = directions.map(({ of, share }) => ({ of, share }))
    output.result({ id: run.id, out, seed, reach, directions: shares }, `Written: ${out}; ${directions.length} directions from seed ${seed}, one a row, from ${-reach} to ${reach}`)
  } finally {
    await studio.call('explorer.close', { id: explorer.id })
  }
}

async function animation(watch: Watch, run: Run, out: string, ending: '.webp' | '.gif', { keys = '', seconds, truncation, checkpoint, force }: ExploreOptions): Promise<void> {
  const { studio, output } = watch
  const classNames = run.options.conditional ? run.classNames : []
  const path = {
    keys: keys.split(',').map((key) => {
      const [, seed, className] = /^\s*(\d{1,10})(?::(.+))?$/.exec(key) ?? []
      if (seed === undefined || Number(seed) > 0xffffffff) throw new StudioError('bad-input', `--keys: expected seeds, with a class if wanted, such as 3,17:cat,5; found "${key.trim()}".`)
      return { point: pointOf(Number(seed), run.options.latentSize, classIndexOf(run, classNames, className?.trim() ?? classNames[0]), classNames.length), seconds }
    }),
    loop: true, spherical: true,
  }
  const ticket = await studio.registerTarget({ path: out, replace: force === true })
  await follow(watch, () => studio.call('export.start', { source: { kind: 'path', runId: run.id, path, truncation, checkpoint }, format: ending === '.webp' ? 'animation-webp' : 'animation-gif', target: { kind: 'ticket', ticket } }))
  output.result({ id: run.id, out, keys: path.keys.length, seconds: seconds * path.keys.length }, `Written: ${out}; a path through ${counted(path.keys.length, 'picture')} and back`)
}

function classIndexOf(run: Run, classNames: readonly string[], className: string | undefined): number | null {
  if (className === undefined) return null
  const found = classNames.indexOf(className)
  if (found >= 0) return found
  throw new StudioError('not-found', `${run.name} has no class "${className}"; ${classNames.length === 0 ? 'it was trained without classes' : `its classes: ${classNames.join(', ')}`}.`)
}
