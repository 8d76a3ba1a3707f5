/** Trains a classifier on kept features and asks it about all of them. */
import { CancelledError } from '../../base/errors.ts'
import { partCodes, type HeadJob } from '../../contract/engine-jobs.ts'
import type { EngineHost } from '../../contract/trainer.ts'
import { openBackend } from '../../engine/backend.ts'
import { headHidden } from '../../engine/class-head.ts'
import { turn } from '../../judgement/turns.ts'
import { calibrateClasses, classProbabilities } from '../class-calibration.ts'
import { learnHead, standardise } from './head.ts'
import { readFeatures } from './unit-features.ts'

/** Sends one `head`. */
export async function runHead(job: HeadJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await trainHead(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open. */
export async function trainHead({ features: path, dimensions, rows, labels, classes, parts, seed }: HeadJob, host: EngineHost, engineLabel: string): Promise<void> {
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  const labelledIn = (code: number): Uint32Array => Uint32Array.from(labels.keys()).filter((i) => (labels[i] ?? -1) >= 0 && parts[i] === code)
  const [train, validation] = [labelledIn(partCodes.train), labelledIn(partCodes.validation)]
  const { features, mean, scale } = standardise(await readFeatures(path, rows, dimensions), train)
  const head = await learnHead({ features, labels, classes, train, validation, seed }, async (share) => {
    host.send({ type: 'progress', done: Math.round(1000 * share), total: 1000 })
    await turn()
    return host.stopRequested() === null
  })
  if (head === null) throw new CancelledError()
  const { logits, values, passes } = head
  const known = new Float32Array(validation.length * classes)
  validation.forEach((row, i) => known.set(logits.subarray(row * classes, (row + 1) * classes), i * classes))
  const { temperature } = calibrateClasses(known, classes, Array.from(validation, (row) => labels[row] ?? 0))
  host.send({ type: 'head', probabilities: classProbabilities(logits, classes, temperature), passes, values: joined(mean, scale, cooled(values, classes, temperature)) })
  host.send({ type: 'done', outcome: 'reached' })
}

/** With its last layer divided by the temperature: a softmax of what it says gives the same probabilities. */
const cooled = (values: Float32Array, classes: number, temperature: number): Float32Array =>
  values.map((value, i) => (i < values.length - (headHidden + 1) * classes ? value : value / temperature))

const joined = (...parts: readonly Float32Array[]): Float32Array => Float32Array.from(parts.flatMap((part) => [...part]))
