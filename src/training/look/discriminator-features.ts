/** What a run's discriminator sees in pictures: the numbers that its judgement is read from. */
import { StudioError } from '../../base/errors.ts'
import { pixelsOf } from '../../contract/data.ts'
import type { Palette } from '../../contract/palette.ts'
import type { Architecture } from '../../engine/architecture.ts'
import { architectureOfHead, readCheckpoint } from '../checkpoint.ts'
import { featuresOf } from '../discriminator.ts'
import { Model } from '../model.ts'
import { PaletteMap } from '../palette.ts'

/** Between two questions whether to go on. */
const atOnce = 256

export class DiscriminatorFeatures {
  readonly #model: Model
  readonly #palette: PaletteMap | null

  private constructor(model: Model, palette: Palette | null) {
    this.#model = model
    this.#palette = palette === null ? null : new PaletteMap(palette)
  }

  static async open(file: string): Promise<DiscriminatorFeatures> {
    const checkpoint = await readCheckpoint(file)
    return new DiscriminatorFeatures(new Model(architectureOfHead(checkpoint), checkpoint.options, checkpoint.values), checkpoint.palette)
  }

  /**
   * @param pixels uint8 [count,height,width,channels] as the run has them
   * @param goOn asked between batches with the number done; false ends early
   * @returns count × features
   */
  async of(pixels: Uint8Array, count: number, goOn: (done: number) => Promise<boolean>): Promise<Float32Array> {
    const { architecture } = this.#model
    const each = pixelsOf(architecture) * architecture.channels
    if (pixels.length !== count * each) throw new StudioError('bad-input', `The discriminator looks at pictures of ${architecture.width} × ${architecture.height} px with ${architecture.channels} channels; found ${pixels.length} bytes for ${count} pictures.`)
    const width = featureWidth(architecture)
    const values = new Float32Array(count * width)
    for (let done = 0; done < count && (await goOn(done)); done += atOnce) {
      const some = pixels.subarray(done * each, Math.min(count, done + atOnce) * each)
      values.set(await featuresOf(this.#model, this.#palette === null ? some : this.#palette.apply(some, architecture.channels), width), done * width)
    }
    return values
  }

  dispose(): void {
    this.#model.dispose()
  }
}

/** Numbers for each picture. */
export function featureWidth({ layoutD }: Architecture): number {
  const shapeOf = (wanted: string): readonly number[] | undefined => layoutD.specs.find(({ name }) => name === wanted)?.shape
  return shapeOf('D.head.kernel')?.[0] ?? shapeOf('D.classes.embedding')?.[1] ?? 0
}
