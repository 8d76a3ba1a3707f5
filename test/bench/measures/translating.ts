/** What a run that translates reaches on held-out photographs, beside the same ones not translated. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../../../src/contract/data.ts'
import type { Score } from '../../../src/contract/judgement.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { resultOf } from '../quality/ours.ts'
import { qualitySets } from '../quality/sets.ts'

/** Pictures seen in training, so that the figures mean the same on a busy machine; TRANSLATING_IMAGES for others. */
const usualImages = 60_000
const compared = 500
const between = ['automobile', 'truck'] as const

export const translating: Benchmark = {
  name: 'translating',
  about: 'CIFAR-10 automobiles into trucks and back at 32 px: KID beside not translating, class recognised, there and back',
  async run(log) {
    const set = qualitySets.find(({ name }) => name === 'cifar10')
    if (set === undefined) throw new Error('There is no set "cifar10" among those of quality.')
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-translating-'))
    try {
      const images = process.env['TRANSLATING_IMAGES'] ?? String(usualImages)
      const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', join(folder, 'data'), '--json', ...args)
      const { id } = await studio('import', await set.make(folder), '--name', set.name)
      const { run } = (await studio('train', String(id), '--images', images, '--no-score', '--classes', between.join(','), '--set', 'translate=true', '--set', 'scoringShare=0')) as unknown as { readonly run: Run }
      log(`${run.imagesSeen} images seen in ${Math.round(run.elapsedMs / 1000)} s on ${run.engine}`)
      const { score } = (await studio('score', run.id, '--count', String(compared))) as unknown as { readonly score: Score }
      return measurementsOf(score)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function measurementsOf({ imagesSeen, kid, kidStd, classifier, translation }: Score): readonly Measurement[] {
  if (translation === undefined) throw new Error('The score tells nothing of a translation.')
  const { cycle, change, untranslated, count } = translation
  const note = `${count} held-out pictures, ${imagesSeen} images seen`
  return [
    { what: 'KID ×10³', value: kid, unit: `± ${kidStd.toFixed(2)}`, beside: { what: 'not translated', value: untranslated.kid }, goal: 'well below not translated', note },
    { what: 'there and back', value: cycle, unit: 'of 255', beside: { what: 'there', value: change }, goal: 'well below there' },
    ...(classifier === null ? [] : [{ what: 'taken for the class asked for', value: classifier.accuracy, unit: '', beside: { what: 'real pictures', value: classifier.testAccuracy } }]),
  ]
}
