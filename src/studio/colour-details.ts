/** Whether pictures have their fine detail in light alone, told before training: from some of them, and remembered. */
import type { TrainingOptions } from '../contract/options.ts'
import { colourDetail } from '../dataset/colour-detail.ts'
import { Remembered } from './remembered.ts'
import type { ResizedWanted, TrainingPictures } from './pictures-wanted.ts'

const mostLooked = 64
/** Photographs kept as JPEG have about a tenth, drawings saved as JPEG a quarter and more. */
const leastToKeep = 0.25

export class ColourDetails {
  readonly #pictures: Pick<TrainingPictures, 'some'>
  readonly #known = new Remembered<TrainingOptions['colourDetail']>()

  constructor(pictures: Pick<TrainingPictures, 'some'>) {
    this.#pictures = pictures
  }

  async find(wanted: ResizedWanted): Promise<TrainingOptions['colourDetail']> {
    const { channels, size } = wanted
    if (channels === 1) return 'full'
    return await this.#known.get(JSON.stringify(wanted), async () =>
      (await colourDetail(this.#pictures.some({ ...wanted, count: mostLooked }), { width: size.width, channels })) < leastToKeep ? 'half' : 'full')
  }
}
