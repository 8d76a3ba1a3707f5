import { writeFile } from 'node:fs/promises'
import { StudioError } from '../../../base/errors.ts'
import { fromSystemError } from '../../../contract/failure.ts'
import { message } from '../../../contract/messages.ts'
import type { Watch } from '../activity.ts'
import { fileFor } from './generate.ts'
import { requestOf, type TrainOptions } from './train.ts'

export interface AugmentOptions extends TrainOptions {
  readonly out: string
  readonly force?: boolean
}

/** A sheet of what the discriminator would see of some pictures, if `train` had the same options. */
export async function augment({ studio, output }: Watch, datasetName: string, options: AugmentOptions): Promise<void> {
  const out = await fileFor(options.out, options.force === true)
  const { dataset, request } = await requestOf(studio, datasetName, options)
  const preview = await studio.call('runs.previewAugment', { kind: 'request', request, seed: request.set?.seed ?? 1 })
  const sheet = await studio.readMedia(preview.sheet)
  if (sheet === null) throw new StudioError('not-found', 'The sheet is gone already; others were made meanwhile. Try again.')
  await writeFile(out, sheet.bytes, { flag: options.force === true ? 'w' : 'wx' }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.writing', { name: out }))
  })
  const below = preview.changes ? `below as the discriminator sees them, each kind of change applied to ${Math.round(100 * preview.probability)} % of them` : 'below the same: these options change nothing'
  output.result({ id: dataset.id, preview, out }, `Written: ${out}; above ${preview.columns} pictures of ${dataset.name}, ${below}`)
}
