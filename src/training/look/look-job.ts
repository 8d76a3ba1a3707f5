/** Looking at a data set by kept features: what stands out, how far each is from its class's centre, a map; or labels by nearest neighbours. */
import { CancelledError } from '../../base/errors.ts'
import type { FeaturesJob, LookJob, NearestLabelsJob } from '../../contract/engine-jobs.ts'
import type { EngineHost } from '../../contract/trainer.ts'
import { openBackend } from '../../engine/backend.ts'
import { featureCount, PictureFeatures } from '../../engine/pretrained/picture-features.ts'
import { turn } from '../../judgement/turns.ts'
import { DiscriminatorFeatures } from './discriminator-features.ts'
import { centreDistances, ranks, votes } from './findings.ts'
import { layOut } from './layout.ts'
import { neighbours } from './neighbours.ts'
import { readUnitFeatures } from './unit-features.ts'

const mostNeighbours = 10
/** Parts of the progress of a look. */
const comparing = 0.6

/** Lets commands in and the heartbeat out; false once it is to stop. */
async function goOn(host: EngineHost): Promise<boolean> {
  await turn()
  return host.stopRequested() === null
}

/** Sends one `features`. */
export async function runFeatures({ engine, checkpoint, pixels, count }: FeaturesJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(engine)
  try {
    host.send({ type: 'ready', engineLabel: backend.label, parameters: null, matched: null })
    const look = async (done: number): Promise<boolean> => {
      host.send({ type: 'progress', done, total: count })
      return await goOn(host)
    }
    const network = checkpoint === null ? new PictureFeatures() : await DiscriminatorFeatures.open(checkpoint)
    const values = await network.of(pixels, count, look)
    network.dispose()
    if (host.stopRequested() !== null) throw new CancelledError()
    host.send({ type: 'features', values })
    host.send({ type: 'done', outcome: 'reached' })
  } finally {
    await backend.close()
  }
}

/** Sends one `looked`. */
export async function runLook({ engine, features: path, rows, labels, classes }: LookJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(engine)
  try {
    host.send({ type: 'ready', engineLabel: backend.label, parameters: null, matched: null })
    const say = (share: number): Promise<boolean> => {
      host.send({ type: 'progress', done: Math.round(1000 * share), total: 1000 })
      return goOn(host)
    }
    const features = await readUnitFeatures(path, rows, featureCount)
    const all = Int32Array.from({ length: features.count }, (_, i) => i)
    const graph = await neighbours(features, all, all, mostNeighbours, (done) => say((comparing * done) / features.count))
    const distances = await centreDistances(features, labels, classes)
    const far = Float32Array.from(all, (i) => graph.distances.subarray(i * graph.k, (i + 1) * graph.k).reduce((sum, distance) => sum + distance, 0))
    const probabilities = votes(graph, labels, classes)
    const places = await layOut(features, graph, (share) => say(comparing + (1 - comparing) * share))
    host.send({ type: 'looked', distances, oddness: ranks(far), probabilities, places })
    host.send({ type: 'done', outcome: 'reached' })
  } finally {
    await backend.close()
  }
}

/** Sends one `labelled`, calibrated by labelled pictures that are asked as if they had no class. */
export async function runNearestLabels({ engine, features: path, rows, labels, classes, asked }: NearestLabelsJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(engine)
  try {
    host.send({ type: 'ready', engineLabel: backend.label, parameters: null, matched: null })
    const features = await readUnitFeatures(path, rows, featureCount)
    const known = Int32Array.from([...labels.keys()].filter((i) => (labels[i] ?? -1) >= 0))
    const knownLabels = known.map((i) => labels[i] ?? -1)
    const queries = Int32Array.from({ length: asked }, (_, i) => i)
    const votesOf = async (which: Int32Array): Promise<Float32Array> => votes(await neighbours(features, which, known, mostNeighbours, () => goOn(host)), knownLabels, classes)
    const step = Math.max(1, Math.floor(known.length / mostCalibrated))
    const checked = known.filter((_, n) => n % step === 0).subarray(0, mostCalibrated)
    const found = await votesOf(checked)
    const right = [...checked].filter((i, n) => best(found, n, classes) === labels[i]).length
    host.send({ type: 'labelled', probabilities: await votesOf(queries), calibration: { part: 'train', count: checked.length, accuracy: right / Math.max(1, checked.length) } })
    host.send({ type: 'done', outcome: 'reached' })
  } finally {
    await backend.close()
  }
}
const mostCalibrated = 512

function best(probabilities: Float32Array, n: number, classes: number): number {
  const row = probabilities.subarray(n * classes, (n + 1) * classes)
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), 0))
}
