/** Pictures from a checkpoint's averaged generator. */
import { StudioError } from '../base/errors.ts'
import type { GenerateJob } from '../contract/engine-jobs.ts'
import { pointOf } from '../contract/latents.ts'
import type { EngineHost } from '../contract/trainer.ts'
import type { Architecture } from '../engine/architecture.ts'
import { openBackend } from '../engine/backend.ts'
import { tf } from '../engine/tf.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { generateBatch, PictureMaker } from './pictures.ts'

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
  const points = job.items.map(({ seed, classIndex, point }) => point ?? pointOf(seed, architecture.latentSize, classOf(classIndex, architecture), architecture.classes))
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const average = tf.tensor1d(checkpoint.values.average)
  const maker = new PictureMaker(architecture, average, checkpoint.values.statistics)
  average.dispose()
  try {
    for (let index = 0; index < job.items.length && host.stopRequested() === null; index += generateBatch) {
      await host.waitWhilePaused()
      const count = Math.min(generateBatch, job.items.length - index)
      const pixels = await maker.draw(points.slice(index, index + count), job.truncation)
      host.send({ type: 'pictures', index, count, size: { height: architecture.height, width: architecture.width }, channels, pixels })
    }
  } finally {
    maker.dispose()
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}

/** A conditional generator without a class asked for gets its zero label; checked against the model. */
function classOf(index: number | null, { classes }: Architecture): number | null {
  if (index === null || classes === 0) return null
  if (!Number.isInteger(index) || index < 0 || index >= classes)
    throw new StudioError('bad-input', `This generator knows classes 0 to ${classes - 1}; found ${index}.`)
  return index
}
