/** What a run that translates reaches on held-out photographs, beside the same ones not translated. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../../../src/contract/data.ts'
import type { Score } from '../../../src/contract/judgement.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { resultOf } from '../quality/ours.ts'
import { dayAndDusk, writeDayAndDusk } from '../quality/dusk.ts'
import { qualitySets } from '../quality/sets.ts'

/** Pictures seen in training, so that the figures mean the same on a busy machine; TRANSLATING_IMAGES for others. */
const usualImages = 60_000
const compared = 500

interface Pair {
  readonly said: string
  readonly classes: readonly [string, string]
  /** Writes pictures into class folders below it. */
  readonly make: (folder: string) => Promise<string>
}
const pairs: Readonly<Record<string, Pair>> = {
  /** Light and texture alone: what stands there stays. */
  dusk: { said: 'photographs by day into dusk', classes: dayAndDusk, make: writeDayAndDusk },
  /** Another shape, which a translator of small pictures hardly learns. */
  vehicles: { said: 'automobiles into trucks', classes: ['automobile', 'truck'], make: async (folder) => (await qualitySets.find(({ name }) => name === 'cifar10')?.make(folder)) ?? folder },
}
export const translating: Benchmark = {
  name: 'translating',
  about: 'CIFAR-10 photographs by day into dusk and back (TRANSLATING_PAIR=vehicles: automobiles into trucks) at 32 px: KID beside not translating, class recognised, there and back',
  async run(log) {
    const pair = pairs[process.env['TRANSLATING_PAIR'] ?? 'dusk']
    if (pair === undefined) throw new Error(`TRANSLATING_PAIR is one of ${Object.keys(pairs).join(', ')}.`)
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-translating-'))
    try {
      const images = process.env['TRANSLATING_IMAGES'] ?? String(usualImages)
      const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', join(folder, 'data'), '--json', ...args)
      const { id } = await studio('import', await pair.make(join(folder, 'pictures')), '--name', 'pair')
      const { run } = (await studio('train', String(id), '--images', images, '--no-score', '--classes', pair.classes.join(','), '--set', 'translate=true', '--set', 'scoringShare=0')) as unknown as { readonly run: Run }
      log(`${pair.said}: ${run.imagesSeen} images seen in ${Math.round(run.elapsedMs / 1000)} s on ${run.engine}`)
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
