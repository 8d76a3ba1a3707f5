/** Some of a set's pictures as training would get them, without preparing all. */
import { squarePixels, type Square } from './decode.ts'
import type { Originals } from './originals.ts'
import type { PackItem } from './pack.ts'

export interface SomeRequest extends Square {
  readonly items: readonly PackItem[]
  readonly originals: Originals
  /** At most so many, spread evenly over the items: over classes too, as imports bring them one after another. */
  readonly count: number
}

/** uint8 [size,size,channels] each; those that cannot be read are left out, as they are of training. */
export async function* somePictures({ items, originals, count, ...square }: SomeRequest): AsyncGenerator<Uint8Array> {
  const wanted = Math.min(count, items.length)
  for (let i = 0; i < wanted; i++) {
    const item = items[Math.floor(((i + 0.5) * items.length) / wanted)] as PackItem
    const pixels = await originals.read(item.sha256, item.sourcePath).then((bytes) => squarePixels(bytes, square)).catch(() => null)
    if (pixels !== null) yield pixels
  }
}
