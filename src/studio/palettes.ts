/** What the option `output` comes to, told before training: from some of the pictures, and remembered. */
import type { ProposedOutput } from '../contract/previews.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { blackAndWhite, paletteOf } from '../training/palette.ts'
import { Remembered } from './remembered.ts'
import type { ResizedWanted, TrainingPictures } from './pictures-wanted.ts'

type OutputOptions = Pick<TrainingOptions, 'output' | 'colours'>

/** One photograph is enough to tell that there are many colours; pixel art is looked at up to here. */
const mostLooked = 256
/** Where photographs get a palette; training tells more colours apart, and takes longer over it. */
const precise = 1 << 12

export class Palettes {
  readonly #pictures: Pick<TrainingPictures, 'some'>
  readonly #known = new Remembered<ProposedOutput>()

  constructor(pictures: Pick<TrainingPictures, 'some'>) {
    this.#pictures = pictures
  }

  /** What is asked of a known revision is remembered. */
  async find(wanted: ResizedWanted, { output, colours }: OutputOptions): Promise<ProposedOutput> {
    if (output === 'continuous') return { kind: 'continuous', palette: [], looked: 0 }
    if (output === 'binary') return { kind: 'binary', palette: blackAndWhite(wanted.channels), looked: 0 }
    const { datasetId, classIds, revision, size, fit, channels } = wanted
    if (revision === null) return await this.#look(wanted, { output, colours })
    const key = JSON.stringify([output, colours, datasetId, classIds, revision, size, fit, channels])
    return await this.#known.get(key, () => this.#look(wanted, { output, colours }))
  }

  async #look(wanted: ResizedWanted, options: OutputOptions): Promise<ProposedOutput> {
    let looked = 0
    const some = this.#pictures.some({ ...wanted, count: mostLooked })
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const pixels of some) {
        looked += 1
        yield pixels
      }
    }
    const palette = await paletteOf(counted(), wanted.channels, options, precise)
    if (palette === null) return { kind: 'continuous', palette: [], looked }
    return { kind: JSON.stringify(palette) === JSON.stringify(blackAndWhite(wanted.channels)) ? 'binary' : 'palette', palette, looked }
  }
}
