/** What a data set's pictures are like, as far as it decides how they are learned: told before training, from some of them, and remembered. */
import { colourDetail } from '../dataset/colour-detail.ts'
import { variety } from '../dataset/variety.ts'
import type { PictureTraits } from '../training/recipe.ts'
import { Remembered } from './remembered.ts'
import type { ResizedWanted, TrainingPictures } from './pictures-wanted.ts'

const mostLooked = 64
/** Photographs kept as JPEG have about a tenth of their fine detail in colour, drawings saved as JPEG a quarter and more. */
const leastToKeep = 0.25

export class TraitsOfPictures {
  readonly #pictures: Pick<TrainingPictures, 'some'>
  readonly #known = new Remembered<PictureTraits>()

  constructor(pictures: Pick<TrainingPictures, 'some'>) {
    this.#pictures = pictures
  }

  async find(wanted: ResizedWanted): Promise<PictureTraits> {
    const { channels, size } = wanted
    return await this.#known.get(JSON.stringify(wanted), async () => {
      const some: Uint8Array[] = []
      for await (const pixels of this.#pictures.some({ ...wanted, count: mostLooked })) some.push(pixels)
      return {
        colourDetail: channels === 1 || colourDetail(some, { width: size.width, channels }) >= leastToKeep ? 'full' : 'half',
        variety: variety(some, { ...size, channels }),
      }
    })
  }
}
