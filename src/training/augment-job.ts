/** What a run's augmentation makes of given pictures: the same draws and the same operations as in its steps. */
import { StudioError } from '../base/errors.ts'
import { Rng } from '../base/rng.ts'
import { pixelsOf } from '../contract/data.ts'
import type { AugmentJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { augment } from '../engine/augment.ts'
import { drawAugment } from '../engine/augment-draw.ts'
import { augmentPolicy } from '../engine/augment-policy.ts'
import { openBackend } from '../engine/backend.ts'
import { tf } from '../engine/tf.ts'
import { mirror } from './batches.ts'
import { PaletteMap } from './palette.ts'
import { fromBytes, toBytes } from './pictures.ts'

/** Sends one `augmented`. */
export async function runAugmentation(job: AugmentJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await augmentPictures(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function augmentPictures({ options, palette, pixels, count, size, channels, probability, seed }: AugmentJob, host: EngineHost, engineLabel: string): Promise<void> {
  const each = pixelsOf(size) * channels
  if (pixels.length !== count * each) throw new StudioError('bad-input', `Expected ${count} pictures of ${each} bytes, found ${pixels.length} bytes.`)
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  const plain = palette === null ? pixels : new PaletteMap(palette).apply(pixels, channels)
  const rng = Rng.fromSeed(seed, 'augment')
  const batch = plain.slice()
  for (let at = 0; options.mirror && at < batch.length; at += each)
    if (rng.uniform() < 0.5) mirror(plain.subarray(at, at + each), batch.subarray(at, at + each), size.width, channels)
  const changed = tf.tidy(() => {
    const changes = drawAugment(augmentPolicy(options), { count, ...size, channels }, probability, rng)
    return augment(fromBytes(batch, [count, size.height, size.width, channels]), changes)
  })
  const seen = toBytes(await changed.data())
  changed.dispose()
  host.send({ type: 'augmented', plain, seen })
  host.send({ type: 'done', outcome: 'reached' })
}
