/** The training picture nearest to each of some others. */
import type { NearestJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { NearestPictures } from '../judgement/memorisation.ts'
import { readPacked } from '../judgement/packed-pictures.ts'
import { indicesOf } from '../judgement/parts.ts'

/** More training pictures than this are looked through in part, always the same one. */
const mostTraining = 60_000

/** Sends one `nearest`, whose indices are into the packed set. */
export async function runNearest(job: NearestJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await findNearest(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function findNearest({ data, pixels, count }: NearestJob, host: EngineHost, engineLabel: string): Promise<void> {
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  const indices = indicesOf(data, 'train').subarray(0, mostTraining)
  const nearest = await NearestPictures.of(await readPacked(data, indices))
  try {
    const found = await nearest.find({ pixels, count, size: data.size, channels: data.channels })
    host.send({ type: 'nearest', found: found.map(({ index, mirrored, ratio }) => ({ index: indices[index] ?? 0, mirrored, ratio })) })
  } finally {
    nearest.dispose()
  }
  host.send({ type: 'done', outcome: 'reached' })
}
