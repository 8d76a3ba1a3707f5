/** Some of a set's pictures as training would get them, without preparing all. */
import type { Square } from './decode.ts'
import type { Decoders } from './decoders.ts'
import type { PackItem } from './pack.ts'

export interface SomeRequest extends Square {
  readonly items: readonly PackItem[]
  readonly decoders: Decoders
  /** At most so many, spread evenly over the items: over classes too, as imports bring them one after another. */
  readonly count: number
}

/** uint8 [height,width,channels] each; those that cannot be read are left out, as they are of training. */
export async function* somePictures({ items, decoders, count, ...square }: SomeRequest): AsyncGenerator<Uint8Array> {
  const wanted = Math.min(count, items.length)
  for (let i = 0; i < wanted; i++) {
    const item = items[Math.floor(((i + 0.5) * items.length) / wanted)] as PackItem
    const pixels = await decoders.one({ kind: 'square', square }, { sha256: item.sha256, name: item.sourcePath, crop: item.crop }).catch(() => null)
    if (pixels !== null) yield pixels
  }
}
