/** What a run's discriminator says of any picture. */
import { StudioError } from '../base/errors.ts'
import { pictureSize, pixelsOf, sameSize, sizeText } from '../contract/data.ts'
import type { InspectJob, PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart } from '../contract/judgement.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'
import { calibrate, probability } from './logit-calibration.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { logitsOf } from './discriminator.ts'
import { Model } from './model.ts'
import { leastHeldOut } from './overfit.ts'
import { makePictures } from './scorer.ts'

/** Of each side the calibration looks at. */
const mostCalibrated = 256

/** Sends one `inspected`. */
export async function runInspection(job: InspectJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await inspect(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function inspect({ checkpoint: file, data, pixels, count, classIndex }: InspectJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { options, classNames, channels, values } = checkpoint
  if (!sameSize(data.size, pictureSize(options)) || data.channels !== channels || pixels.length !== count * pixelsOf(data.size) * channels)
    throw new StudioError('bad-input', `The discriminator looks at pictures of ${sizeText(pictureSize(options))} with ${channels} channels; found ${sizeText(data.size)} with ${data.channels}.`)
  const model = new Model(architectureOfHead(checkpoint), options, values)
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  try {
    const { part, indices } = calibrationPictures(data)
    const labels = Int32Array.from(indices, (index) => (classNames.length === 0 ? -1 : (data.labels[index] ?? -1)))
    const real = await logitsOf(model, { pixels: (await readPacked(data, indices)).pixels, classes: labels })
    const fake = await logitsOf(model, { pixels: (await makePictures(model, labels)).pixels, classes: labels })
    const calibration = calibrate(real, fake)
    const asked = classNames.length === 0 ? [-1] : classIndex === null ? classNames.map((_, index) => index) : [classIndex]
    const best = Array.from({ length: count }, () => ({ logit: -Infinity, classIndex: -1 }))
    for (const one of asked) {
      const logits = await logitsOf(model, { pixels, classes: new Int32Array(count).fill(one) })
      logits.forEach((logit, i) => {
        if (logit > (best[i]?.logit ?? 0)) best[i] = { logit, classIndex: one }
      })
    }
    host.send({
      type: 'inspected',
      pictures: best.map(({ logit, classIndex: found }) => ({ logit, probability: probability(calibration, logit), classIndex: found < 0 ? null : found })),
      calibration: { part, count: indices.length, accuracy: calibration.accuracy },
    })
  } finally {
    model.dispose()
  }
  host.send({ type: 'done', outcome: 'reached' })
}

/** Held-out ones where there are enough; else those of training, which D may know by heart: the answer says which. */
function calibrationPictures(data: PackedSet): { readonly part: PicturePart; readonly indices: Uint32Array } {
  for (const part of ['validation', 'test', 'train'] as const) {
    const indices = indicesOf(data, part).subarray(0, mostCalibrated)
    if (indices.length >= leastHeldOut || part === 'train') return { part, indices }
  }
  return { part: 'all', indices: indicesOf(data, 'all').subarray(0, mostCalibrated) }
}
