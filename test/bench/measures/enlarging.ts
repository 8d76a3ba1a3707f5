/** What a run that enlarges reaches on held-out photographs, beside bicubic enlargement of the same small ones. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../../../src/contract/data.ts'
import type { Score } from '../../../src/contract/judgement.ts'
import type { Benchmark, Measurement } from '../benchmark.ts'
import { resultOf } from '../quality/ours.ts'
import { qualitySets } from '../quality/sets.ts'

/** Pictures seen in training, so that the figures mean the same on a busy machine; ENLARGING_IMAGES for others. */
const usualImages = 20_000
const heldOut = 0.15
const compared = 300

export const enlarging: Benchmark = {
  name: 'enlarging',
  about: 'hand signs 4 times larger (16 -> 64 px): PSNR, SSIM and KID beside bicubic, on pictures held out',
  async run(log) {
    const set = qualitySets.find(({ name }) => name === 'sign-digits')
    if (set === undefined) throw new Error('There is no set "sign-digits" among those of quality.')
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-enlarging-'))
    try {
      const images = process.env['ENLARGING_IMAGES'] ?? String(usualImages)
      const studio = (...args: readonly string[]): Promise<Record<string, unknown>> => resultOf('--data', join(folder, 'data'), '--json', ...args)
      const { id } = await studio('import', await set.make(folder), '--name', set.name)
      const { run } = (await studio('train', String(id), '--images', images, '--no-score', '--resolution', '64', '--set', 'enlarge=4', '--set', `validationShare=${heldOut}`, '--set', 'scoringShare=0')) as unknown as { readonly run: Run }
      log(`${run.imagesSeen} images seen in ${Math.round(run.elapsedMs / 1000)} s on ${run.engine}`)
      const { score } = (await studio('score', run.id, '--count', String(compared))) as unknown as { readonly score: Score }
      return measurementsOf(score)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function measurementsOf({ imagesSeen, kid, kidStd, enlargement }: Score): readonly Measurement[] {
  if (enlargement === undefined) throw new Error('The score tells nothing of an enlargement.')
  const { psnr, ssim, bicubic, count } = enlargement
  const note = `${count} held-out pictures, ${imagesSeen} images seen`
  return [
    { what: 'PSNR on luminance', value: psnr, unit: 'dB', beside: { what: 'bicubic', value: bicubic.psnr }, goal: 'about bicubic or more', note },
    { what: 'structural similarity', value: ssim, unit: '', beside: { what: 'bicubic', value: bicubic.ssim } },
    { what: 'KID ×10³', value: kid, unit: `± ${kidStd.toFixed(2)}`, beside: { what: 'bicubic', value: bicubic.kid ?? NaN }, goal: 'well below bicubic' },
  ]
}
