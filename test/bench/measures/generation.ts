/**
 * Pictures a second as a person gets them (engine process, PNG files, rows in the gallery), beside
 * the bare generator's forward pass on the same engine, as its operations are written and compiled.
 */
import { join } from 'node:path'
import { silent } from '../../../src/base/log.ts'
import { architectureOf, type Architecture } from '../../../src/engine/architecture.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { tf } from '../../../src/engine/tf.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import type { SharedStudio } from '../../../src/hosts/share-studio.ts'
import { freshValues } from '../../../src/training/model-values.ts'
import { fixedGenerator, generateBatch, type Given } from '../../../src/training/pictures.ts'
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
      const weights = tf.tensor1d(freshValues(architecture, 1).G)
      const generator = fixedGenerator(architecture, weights)
      const rateOf = (pass: (given: Given) => tf.Tensor) => async (): Promise<number> => {
        const start = performance.now()
        for (let made = 0; made < count; made += generateBatch) forward(architecture, pass)
        return (count * 1000) / (performance.now() - start)
      }
      const plain = rateOf((given) => generator.runPlain(given))
      const compiled = rateOf((given) => generator.run(given))
      await plain()
      await compiled()
      const kept = await interleaved(rounds, async (round) => {
        const rate = await keptRate(studio, run.id, round * count)
        log(`round ${round + 1}: ${rate.toFixed(0)} pictures/s`)
        return rate
      }, plain)
      const passes = await interleaved(rounds, compiled, plain)
      generator.dispose()
      await backend.close()
      const beside = (value: number) => ({ what: 'the bare forward pass, kernel by kernel', value })
      return [
        { what: `generated, encoded and kept, 64 px (${backend.label})`, value: kept.ours, unit: 'pictures/s', beside: beside(kept.theirs), ratio: kept.ratio, goal: '≥ 0.7' },
        { what: 'the bare forward pass, compiled', value: passes.ours, unit: 'pictures/s', beside: beside(passes.theirs), ratio: passes.ratio },
      ]
    } finally {
      await studio.close()
      await data.remove()
    }
  },
}

/** One batch, down to numbers on this side. */
function forward({ latentSize, classes }: Architecture, pass: (given: Given) => tf.Tensor): void {
  const z = tf.randomNormal([generateBatch, latentSize]) as tf.Tensor2D
  const given: Given = classes === 0 ? { z } : { z, labels: tf.tidy(() => tf.oneHot(tf.zeros([generateBatch], 'int32'), classes).toFloat() as tf.Tensor2D) }
  const pictures = pass(given)
  pictures.dataSync()
  tf.dispose([pictures, given])
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
