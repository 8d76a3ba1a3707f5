/** A full score of one checkpoint, in an engine process of its own. */
import { StudioError } from '../base/errors.ts'
import { pictureSize, sameSize, sizeText } from '../contract/data.ts'
import type { ScoreJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { indicesOf } from '../judgement/parts.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { Model } from './model.ts'
import { Scorer } from './scorer.ts'

/** Scores compare halves of the real pictures with each other; fewer give no halves. */
const fewest = 20

/** Sends `progress` along the way and one `score`. */
export async function runScore(job: ScoreJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await scoreCheckpoint(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function scoreCheckpoint(job: ScoreJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(job.checkpoint)
  const { options, classNames, channels, counters, values } = checkpoint
  const { data, count, part } = job
  if (!sameSize(data.size, pictureSize(options)) || data.channels !== channels)
    throw new StudioError('bad-input', `The checkpoint makes pictures of ${sizeText(pictureSize(options))} with ${channels} channels; the real ones have ${sizeText(data.size)} and ${data.channels}.`)
  const model = new Model(architectureOfHead(checkpoint), options, values)
  const scorer = new Scorer(data, classNames)
  try {
    const available = indicesOf(data, part).length
    if (available < fewest) throw new StudioError('bad-input', `There are ${available} pictures to compare with in the part "${part}"; at least ${fewest} are needed. Choose another part, or hold more out.`)
    const total = Math.min(count, available) + (await scorer.missing({ count, part }))
    host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
    const score = await scorer.score(model, counters, {
      scope: 'full', part, count,
      goOn: async (done) => {
        host.send({ type: 'progress', done, total })
        await host.waitWhilePaused()
        return host.stopRequested() === null
      },
    })
    if (score !== null) host.send({ type: 'score', score, best: false })
  } finally {
    scorer.dispose()
    model.dispose()
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}
