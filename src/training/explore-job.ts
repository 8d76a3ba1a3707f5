/** A generator that stays on the engine and draws point after point, until it is stopped. */
import type { DrawRequest, ExploreJob } from '../contract/engine-jobs.ts'
import type { LatentPoint } from '../contract/explorer.ts'
import type { ExplorerHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { takesStyle } from '../engine/networks.ts'
import { tf } from '../engine/tf.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { directionsOf } from './directions.ts'
import { generateBatch, PictureMaker } from './pictures.ts'

export async function runExplorer(job: ExploreJob, host: ExplorerHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await explore(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open: `explorer`, then `drawn` for each request. */
export async function explore({ checkpoint: file }: ExploreJob, host: ExplorerHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { channels, values } = checkpoint
  const architecture = architectureOfHead(checkpoint)
  const size = { height: architecture.height, width: architecture.width }
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const average = tf.tensor1d(values.average)
  const maker = new PictureMaker(architecture, average, values.statistics)
  average.dispose()
  try {
    const directions = await directionsOf(architecture, values.average, maker)
    host.send({ type: 'explorer', directions, styles: takesStyle(architecture) })
    for (let request = await host.nextRequest(); request !== null; request = await host.nextRequest())
      host.send({ type: 'drawn', number: request.number, size, channels, pixels: await draw(maker, request) })
  } finally {
    maker.dispose()
  }
  host.send({ type: 'done', outcome: 'stopped' })
}

async function draw(maker: PictureMaker, { points, truncation, exact }: DrawRequest): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let at = 0; at < points.length; at += generateBatch) {
    const part: readonly LatentPoint[] = points.slice(at, at + generateBatch)
    parts.push(await maker.draw(part, truncation, exact ? generateBatch : part.length))
  }
  return Buffer.concat(parts)
}
