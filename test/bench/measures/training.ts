/** Training speed of each engine beside PyTorch with the same networks, losses and batches. */
import { engineIds } from '../../../src/contract/data.ts'
import type { TrainJob } from '../../../src/contract/engine-jobs.ts'
import { proposeOptions } from '../../../src/training/recipe.ts'
import { interleaved, type Benchmark, type Measurement } from '../benchmark.ts'
import { TorchTrainer } from '../peers/torch-trainer.ts'
import { randomJob, SteppedTraining } from './stepped-training.ts'

const rounds = 7
/** Steps of a round are as many as take about this long. */
const roundMs = 3000

/** Plain JavaScript needs minutes for a step of these; what it reaches in a small one, `gan-studio doctor` says. */
const measured = engineIds.filter((id) => id !== 'cpu')

/** What the studio proposes for these two sets. */
const cases = [
  { what: '32 px, 50,000 pictures (CIFAR-10)', resolution: 32, pictureCount: 50_000 },
  { what: '64 px, 2,062 pictures (sign digits)', resolution: 64, pictureCount: 2062 },
] as const

export const training: Benchmark = {
  name: 'training',
  about: 'training speed per engine beside PyTorch, the same networks in turn',
  async run(log) {
    const measurements: Measurement[] = []
    for (const { what, resolution, pictureCount } of cases) {
      const { options: proposed } = proposeOptions({
        pictureCount, classCounts: new Array<number>(10).fill(pictureCount / 10), resolution, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
      })
      // The peer has neither an energy score nor a pretrained network.
      const options = { ...proposed, energy: 0, projected: 0, featureEnergy: 0 }
      const { job, remove } = await randomJob(options, { engine: 'tensorflow', classes: 10 })
      const torch = await fastestTorch(job, log)
      for (const engine of measured) {
        const ours = await SteppedTraining.open({ ...job, engine }).catch((error: unknown) => {
          log(`${engine} is left out: ${error instanceof Error ? error.message : String(error)}`)
          return null
        })
        if (ours === null) continue
        if (JSON.stringify(ours.opened.parameters) !== JSON.stringify(torch.trainer.opened.parameters)) throw new Error(`The networks differ: ${JSON.stringify([ours.opened.parameters, torch.trainer.opened.parameters])}.`)
        const ourSteps = await warmUp(async (steps) => (await ours.run(steps)).ms)
        const rate = (steps: number, ms: number): number => (steps * options.batchSize * 1000) / ms
        const found = await interleaved(rounds, async () => rate(ourSteps, (await ours.run(ourSteps)).ms), async () => rate(torch.steps, await torch.trainer.run(torch.steps)))
        log(`${what}, ${engine}: ${found.ours.toFixed(1)} images/s, PyTorch ${found.theirs.toFixed(1)}`)
        measurements.push({
          what: `${what}, ${ours.opened.engineLabel}`, value: found.ours, unit: 'images/s', beside: { what: `PyTorch (${torch.layout})`, value: found.theirs }, ratio: found.ratio,
          ...(engine === 'tensorflow' ? { goal: '≥ 1 of PyTorch' } : {}),
        })
        ours.close()
      }
      torch.trainer.close()
      await remove()
    }
    return measurements
  },
}

/** PyTorch in the variant that is fastest here. */
async function fastestTorch(job: TrainJob, log: (line: string) => void): Promise<{ readonly trainer: TorchTrainer; readonly layout: string; readonly steps: number }> {
  const found: { trainer: TorchTrainer; layout: string; steps: number; msPerStep: number }[] = []
  for (const channelsLast of [false, true]) {
    for (const waiting of ['active', 'passive'] as const) {
      const trainer = await TorchTrainer.open(job, { channelsLast, waiting })
      const steps = await warmUp((count) => trainer.run(count))
      found.push({ trainer, layout: `${channelsLast ? 'channels last' : 'contiguous'}, ${waiting}`, steps, msPerStep: (await trainer.run(steps)) / steps })
    }
  }
  found.sort((a, b) => a.msPerStep - b.msPerStep)
  log(`PyTorch: ${found.map(({ layout, msPerStep }) => `${layout} ${msPerStep.toFixed(1)} ms a step`).join('; ')}`)
  const [best, ...others] = found
  for (const { trainer } of others) trainer.close()
  if (best === undefined) throw new Error('PyTorch was not measured.')
  return best
}

/** @returns how many steps fill a round */
async function warmUp(run: (steps: number) => Promise<number>): Promise<number> {
  const first = await run(1)
  if (first > roundMs) return 1
  await run(3)
  return Math.max(1, Math.round((5 * roundMs) / (await run(5))))
}
