/** Trains an encoder for a generator that is finished, which stays as it is. */
import { Rng } from '../base/rng.ts'
import type { TrainEncoderJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { adam, correctedRate } from '../engine/optimiser.ts'
import { PerceptualDistance } from '../engine/pretrained/perceptual.ts'
import { StateVector } from '../engine/state-vector.ts'
import { tf } from '../engine/tf.ts'
import { BatchSource } from './batches.ts'
import { readCheckpoint } from './checkpoint.ts'
import { gradientE } from './encoder.ts'
import { withEncoder, writeEncoder } from './encoder-file.ts'
import { oneHot } from './feed.ts'
import { groupingOf } from './groups.ts'
import { stateSpec } from './model-values.ts'
import { fromBytes } from './pictures.ts'
import { WorkingTime } from './working-time.ts'

/** Of Adam, falling to nothing along half a cosine: there is no opponent to keep up with. */
const firstRate = 1e-3
const [beta1, beta2] = [0.9, 0.99]
const reportMs = 500

export async function runEncoderTraining(job: TrainEncoderJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await trainEncoder(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open: `progress` in milliseconds, then `done` once the encoder is kept. Stopped early, nothing is kept. */
export async function trainEncoder({ checkpoint: file, data, totalMs }: TrainEncoderJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { options, palette, values } = checkpoint
  const architecture = withEncoder(checkpoint)
  const { height, width, channels, latentSize, classes } = architecture
  const batches = await BatchSource.open(data, { batchSize: options.batchSize, seed: options.seed, mirror: options.mirror, palette, ...groupingOf(options) })
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const average = new StateVector(values.average)
  const E = new StateVector(stateSpec('E').fresh(architecture, options.seed))
  const moments = { m: new StateVector(new Float32Array(architecture.layoutE.total)), v: new StateVector(new Float32Array(architecture.layoutE.total)) }
  const perceptual = new PerceptualDistance(architecture)
  const latents = Rng.fromSeed(options.seed, 'encoder')
  const time = new WorkingTime()
  let [elapsed, told] = [0, 0]
  try {
    for (let updates = 1; host.stopRequested() === null; updates++) {
      elapsed += time.lap()
      if (elapsed >= totalMs) break
      if (elapsed - told >= reportMs) {
        told = elapsed
        host.send({ type: 'progress', done: Math.round(elapsed), total: totalMs })
      }
      await host.waitWhilePaused()
      const batch = await batches.next()
      const count = batch.labels.length
      const rate = firstRate * 0.5 * (1 + Math.cos((Math.PI * elapsed) / totalMs))
      const feed = {
        real: fromBytes(batch.pixels, [count, height, width, channels]),
        labels: classes === 0 ? null : oneHot(batch.labels, classes),
        z: tf.tensor2d(latents.fillNormal(new Float32Array(count * latentSize)), [count, latentSize]),
      }
      const gradient = tf.tidy(() => gradientE({ architecture, average, E, perceptual }, feed))
      const step = tf.scalar(correctedRate(rate, beta1, beta2, updates))
      const next = adam(E.flat, gradient, { m: moments.m.flat, v: moments.v.flat }, { step, beta1, beta2 })
      E.replace(next.values)
      moments.m.replace(next.moments.m)
      moments.v.replace(next.moments.v)
      tf.dispose([feed.real, feed.z, gradient, step])
      feed.labels?.dispose()
    }
    if (host.stopRequested() === null) await writeEncoder(file, architecture, Float32Array.from(await E.flat.data()))
  } finally {
    for (const held of [average, E, moments.m, moments.v, perceptual]) held.dispose()
    await batches.close()
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}
