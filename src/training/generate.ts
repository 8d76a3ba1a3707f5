/** Pictures from a checkpoint's averaged generator. */
import { StudioError } from '../base/errors.ts'
import type { EngineHost, GenerateJob } from '../contract/trainer.ts'
import type { Architecture } from '../engine/architecture.ts'
import { openBackend } from '../engine/backend.ts'
import { tf } from '../engine/tf.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { generateBatch, latentOf, PictureMaker } from './pictures.ts'

/** Sends the pictures in order as they are made, then `done`. */
export async function runGeneration(job: GenerateJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await generatePictures(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function generatePictures(job: GenerateJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(job.checkpoint)
  const { channels } = checkpoint
  const architecture = architectureOfHead(checkpoint)
  const latents = latentsOf(job, architecture)
  const classes = job.items.map((item) => classOf(item.classIndex, architecture))
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const average = tf.tensor1d(checkpoint.values.average)
  const maker = new PictureMaker(architecture, average, checkpoint.values.statistics)
  average.dispose()
  try {
    for (let index = 0; index < job.items.length && host.stopRequested() === null; index += generateBatch) {
      await host.waitWhilePaused()
      const count = Math.min(generateBatch, job.items.length - index)
      const part = latents.slice(index * architecture.latentSize, (index + count) * architecture.latentSize)
      const pixels = await maker.make(part, classes.slice(index, index + count))
      host.send({ type: 'pictures', index, count, size: architecture.resolution, channels, pixels })
    }
  } finally {
    maker.dispose()
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}

/** items × latentSize: the job's own, or from each item's seed; both scaled by the truncation. */
function latentsOf({ items, latents, truncation }: GenerateJob, { latentSize }: Architecture): Float32Array {
  if (latents !== null && latents.length !== items.length * latentSize)
    throw new StudioError('bad-input', `Expected ${items.length} latents of ${latentSize} numbers, found ${latents.length} numbers.`)
  const all = new Float32Array(items.length * latentSize)
  if (latents === null) items.forEach(({ seed }, i) => all.set(latentOf(seed, latentSize), i * latentSize))
  else all.set(latents)
  return all.map((value) => value * truncation)
}

/** A conditional generator without a class asked for gets its zero label; checked against the model. */
function classOf(index: number | null, { classes }: Architecture): number {
  if (index === null || classes === 0) return -1
  if (!Number.isInteger(index) || index < 0 || index >= classes)
    throw new StudioError('bad-input', `This generator knows classes 0 to ${classes - 1}; found ${index}.`)
  return index
}
