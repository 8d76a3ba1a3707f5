/** Latents of given pictures, and the pictures rebuilt from them, from a checkpoint with an encoder. */
import { StudioError } from '../base/errors.ts'
import type { EncodeJob } from '../contract/engine-jobs.ts'
import { mixOf } from '../contract/latents.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { encode } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import { readCheckpoint } from './checkpoint.ts'
import { readsClasses } from './encoder.ts'
import { readWithEncoder } from './encoder-file.ts'
import { PaletteMap } from './palette.ts'
import { fromBytes, generateBatch, PictureMaker } from './pictures.ts'

export async function runEncoding(job: EncodeJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await encodePictures(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open: `latents` and `pictures` for each batch, then `done`. */
export async function encodePictures({ checkpoint: file, pixels, classIndices }: EncodeJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { channels, palette } = checkpoint
  const { architecture, values } = await readWithEncoder(checkpoint, file)
  const { height, width, latentSize, classes, layoutE } = architecture
  const each = height * width * channels
  if (architecture.encoder === null) throw new StudioError('bad-input', 'This run was trained without an encoder. Train an encoder for it first, or a run with the option encoder switched on.')
  if (pixels.length !== classIndices.length * each) throw new StudioError('bad-input', `Expected ${classIndices.length} pictures of ${each} bytes, found ${pixels.length} bytes.`)
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const seen = palette === null ? pixels : new PaletteMap(palette).apply(pixels, channels)
  const reads = readsClasses(architecture, values.E)
  const flat = tf.tensor1d(values.E)
  const views = split(layoutE, flat)
  const average = tf.tensor1d(values.average)
  const maker = new PictureMaker(architecture, average, values.statistics)
  tf.dispose([flat, average])
  try {
    for (let index = 0; index < classIndices.length && host.stopRequested() === null; index += generateBatch) {
      const told = classIndices.slice(index, index + generateBatch)
      const count = told.length
      const found = tf.tidy(() => {
        // Always a whole batch: the same kernels, the same numbers.
        const batch = new Uint8Array(generateBatch * each)
        batch.set(seen.subarray(index * each, (index + count) * each))
        const { latents, classLogits } = encode(architecture, named(layoutE, views), fromBytes(batch, [generateBatch, height, width, channels]))
        return [latents, classLogits === null || !reads ? tf.zeros([generateBatch, classes]) : tf.softmax(classLogits)]
      })
      const [latents, mixes] = await Promise.all(found.map(async (tensor) => Float32Array.from(await tensor.data()))) as [Float32Array, Float32Array]
      tf.dispose(found)
      const row = (values: Float32Array, i: number, length: number): number[] => [...values.subarray(i * length, (i + 1) * length)]
      const points = told.map((one, i) => ({ latent: row(latents, i, latentSize), mix: one === null ? row(mixes, i, classes) : mixOf(one, classes), style: null }))
      host.send({ type: 'latents', index, count, latents: latents.subarray(0, count * latentSize) })
      host.send({ type: 'pictures', index, count, size: { height, width }, channels, pixels: await maker.draw(points, 1) })
    }
  } finally {
    maker.dispose()
    tf.dispose(views)
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}
