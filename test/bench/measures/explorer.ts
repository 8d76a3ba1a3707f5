/**
 * Previews a second in the explorer at 64 px, as its page asks for them: one point, drawn in the
 * engine process, encoded as a sheet, the next asked for when it is there. Beside them the strip of
 * points that a row of sliders shows.
 */
import { join } from 'node:path'
import { silent } from '../../../src/base/log.ts'
import type { LatentPoint } from '../../../src/contract/explorer.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import { median, type Benchmark } from '../benchmark.ts'
import { pictureFolder } from '../../e2e/pictures.ts'
import { temporaryData } from './served-studio.ts'
import { trainedRun } from './small-run.ts'

const rounds = 5
const previews = 60
const strip = 16

export const explorer: Benchmark = {
  name: 'explorer',
  about: 'previews a second in the explorer at 64 px, one after the other',
  async run(log) {
    const data = await temporaryData()
    const studio = await openStudio({ dataFolder: data.folder, version: 'bench', log: silent })
    try {
      const run = await trainedRun(studio, await pictureFolder(join(data.folder, 'to import'), 64))
      const { id, latentSize, classNames, size } = await studio.call('explorer.open', { runId: run.id })
      const point = (at: number): LatentPoint => ({
        latent: Array.from({ length: latentSize }, (_, i) => Math.sin(i + at / 10)), style: null,
        mix: classNames.map((_, i) => (i === 0 ? 1 : 0)),
      })
      const drawn = (count: number) => async (at: number): Promise<void> => void await studio.call('explorer.draw', { id, points: Array.from({ length: count }, (_, i) => point(at + i)), truncation: 1 })
      const one = await rates(drawn(1), log, 'one picture')
      const row = await rates(drawn(strip), log, `a row of ${strip}`)
      await studio.call('explorer.close', { id })
      return [
        { what: `previews one after the other, ${size} px (${run.engine})`, value: one, unit: 'a second', goal: '≥ 20' },
        { what: `rows of ${strip} pictures, ${size} px`, value: row, unit: 'a second' },
      ]
    } finally {
      await studio.close()
      await data.remove()
    }
  },
}

/** Median over rounds; the first previews get the engine warm and are not counted. */
async function rates(draw: (at: number) => Promise<void>, log: (line: string) => void, what: string): Promise<number> {
  for (let at = 0; at < 10; at += 1) await draw(at)
  const found: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now()
    for (let at = 0; at < previews; at += 1) await draw(round * previews + at)
    found.push((previews * 1000) / (performance.now() - start))
    log(`${what}, round ${round + 1}: ${(found.at(-1) ?? 0).toFixed(1)} a second`)
  }
  return median(found)
}
