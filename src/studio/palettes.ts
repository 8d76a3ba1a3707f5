/** What the option `output` comes to, told before training: from some of the pictures, and remembered. */
import type { ProposedOutput } from '../contract/previews.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { blackAndWhite, paletteOf } from '../training/palette.ts'
import type { SquaresWanted, TrainingPictures } from './runs-service.ts'

type OutputOptions = Pick<TrainingOptions, 'output' | 'colours'>

/** One photograph is enough to tell that there are many colours; pixel art is looked at up to here. */
const mostLooked = 256
/** Where photographs get a palette; training tells more colours apart, and takes longer over it. */
const precise = 1 << 12
const mostRemembered = 32

export class Palettes {
  readonly #pictures: Pick<TrainingPictures, 'some'>
  /** By everything the answer depends on; the oldest goes first. */
  readonly #known = new Map<string, Promise<ProposedOutput>>()

  constructor(pictures: Pick<TrainingPictures, 'some'>) {
    this.#pictures = pictures
  }

  /** What is asked of a known revision is remembered. */
  async find(wanted: SquaresWanted, { output, colours }: OutputOptions): Promise<ProposedOutput> {
    if (output === 'continuous') return { kind: 'continuous', palette: [], looked: 0 }
    if (output === 'binary') return { kind: 'binary', palette: blackAndWhite(wanted.channels), looked: 0 }
    const { datasetId, classIds, revision, size, fit, channels } = wanted
    if (revision === null) return await this.#look(wanted, { output, colours })
    const key = JSON.stringify([output, colours, datasetId, classIds, revision, size, fit, channels])
    const known = this.#known.get(key)
    if (known !== undefined) return await known
    const found = this.#look(wanted, { output, colours })
    this.#known.set(key, found)
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value ?? '')
    return await found.catch((error: unknown) => {
      this.#known.delete(key)
      throw error
    })
  }

  async #look(wanted: SquaresWanted, options: OutputOptions): Promise<ProposedOutput> {
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
