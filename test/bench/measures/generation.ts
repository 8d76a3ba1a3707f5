/**
 * Pictures a second as a person gets them (engine process, PNG files, rows in the gallery), beside
 * the bare generator's forward pass on the same engine.
 */
import { join } from 'node:path'
import { silent } from '../../../src/base/log.ts'
import { architectureOf } from '../../../src/engine/architecture.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { generate } from '../../../src/engine/networks.ts'
import { Weights } from '../../../src/engine/parameters.ts'
import { tf } from '../../../src/engine/tf.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import type { SharedStudio } from '../../../src/hosts/share-studio.ts'
import { freshValues } from '../../../src/training/model-values.ts'
import { generateBatch } from '../../../src/training/pictures.ts'
import { interleaved, type Benchmark } from '../benchmark.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { temporaryData } from './served-studio.ts'
import { ended, trainedRun } from './small-run.ts'

const rounds = 5
const count = 1024

export const generation: Benchmark = {
  name: 'generation',
  about: 'generating and keeping pictures at 64 px, beside the bare forward pass',
  async run(log) {
    const data = await temporaryData()
    const studio = await openStudio({ dataFolder: data.folder, version: 'bench', log: silent })
    try {
      const run = await trainedRun(studio, await pictureFolder(join(data.folder, 'to import'), 64))
      const backend = await openBackend(run.engine)
      const architecture = architectureOf(run.options, run.classNames.length, 3)
      const weights = new Weights(architecture.layoutG, freshValues(architecture, 1).G)
      const forward = (): void => tf.tidy(() => {
        const z = tf.randomNormal([generateBatch, architecture.latentSize]) as tf.Tensor2D
        const labels = architecture.classes === 0 ? null : tf.oneHot(tf.fill([generateBatch], 0, 'int32'), architecture.classes) as tf.Tensor2D
        generate(architecture, weights.parameters, z, labels).dataSync()
      })
      forward()
      const bare = async (): Promise<number> => {
        const start = performance.now()
        for (let made = 0; made < count; made += generateBatch) forward()
        return (count * 1000) / (performance.now() - start)
      }
      const found = await interleaved(rounds, async (round) => {
        const rate = await keptRate(studio, run.id, round * count)
        log(`round ${round + 1}: ${rate.toFixed(0)} pictures/s`)
        return rate
      }, bare)
      await backend.close()
      return [{ what: `generated, encoded and kept, 64 px (${backend.label})`, value: found.ours, unit: 'pictures/s', beside: { what: 'bare forward pass', value: found.theirs }, ratio: found.ratio }]
    } finally {
      await studio.close()
      await data.remove()
    }
  },
}

/** From the first pictures to the last: the start of the engine process is not counted. */
async function keptRate(studio: SharedStudio, runId: string, seed: number): Promise<number> {
  const seen: { readonly at: number; readonly done: number }[] = []
  const stop = studio.on('activity.changed', ({ kind, done }) => {
    if (kind === 'generate' && done > 0 && done !== seen.at(-1)?.done) seen.push({ at: performance.now(), done })
  })
  const { activityId } = await studio.call('gallery.generate', { runId, count, seed, truncation: 1 })
  await ended(studio, activityId)
  stop()
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined || first === last) throw new Error('The pictures came all at once; use more of them.')
  return ((last.done - first.done) * 1000) / (last.at - first.at)
}
