/** Which class a run's discriminator gives pictures, and how sure it may be of that. */
import { StudioError } from '../base/errors.ts'
import { pictureSize, pixelsOf, sameSize, sizeText } from '../contract/data.ts'
import { partCodes, type LabelJob, type PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart } from '../contract/judgement.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { calibrateClasses, classProbabilities } from './class-calibration.ts'
import { classScoresOf } from './discriminator.ts'
import { Model } from './model.ts'
import { leastHeldOut } from './overfit.ts'
import { PaletteMap } from './palette.ts'

const mostCalibrated = 512

/** Sends one `labelled`. */
export async function runLabelling(job: LabelJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await label(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function label({ checkpoint: file, data, pixels, count }: LabelJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { options, classNames, channels, palette, values } = checkpoint
  const classes = classNames.length
  if (classes < 2) throw new StudioError('bad-input', 'This run was trained without classes: its discriminator cannot tell any. Train one with the option conditional switched on.')
  if (!sameSize(data.size, pictureSize(options)) || data.channels !== channels || pixels.length !== count * pixelsOf(data.size) * channels)
    throw new StudioError('bad-input', `The discriminator looks at pictures of ${sizeText(pictureSize(options))} with ${channels} channels; found ${sizeText(data.size)} with ${data.channels}.`)
  const model = new Model(architectureOfHead(checkpoint), options, values)
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  const scores = (squares: Uint8Array): Promise<Float32Array> => classScoresOf(model, palette === null ? squares : new PaletteMap(palette).apply(squares, channels))
  try {
    const { part, indices } = labelledPictures(data)
    const known = await scores((await readPacked(data, indices)).pixels)
    const { temperature, accuracy } = calibrateClasses(known, classes, Array.from(indices, (index) => data.labels[index] ?? 0))
    const probabilities = classProbabilities(await scores(pixels), classes, temperature)
    host.send({ type: 'labelled', probabilities, calibration: { part, count: indices.length, accuracy } })
  } finally {
    model.dispose()
  }
  host.send({ type: 'done', outcome: 'reached' })
}

/** Held-out ones where there are enough; else those of training, which D may know by heart: the answer says which. */
function labelledPictures(data: PackedSet): { readonly part: PicturePart; readonly indices: Uint32Array } {
  const parts = Object.keys(partCodes) as readonly (keyof typeof partCodes)[]
  const labelled = (part: PicturePart): Uint32Array => indicesOf(data, part).filter((index) => (data.labels[index] ?? -1) >= 0).subarray(0, mostCalibrated)
  const heldOut = parts.filter((part) => part !== 'train').map((part) => ({ part, indices: labelled(part) }))
  return heldOut.find(({ indices }) => indices.length >= leastHeldOut) ?? { part: 'train', indices: labelled('train') }
}
