/** Pictures of a folder or a ZIP, as the judge takes them. */
import { square } from '../../src/contract/data.ts'
import { squarePixels, openPicture } from '../../src/dataset/decode.ts'
import { openSources, type SourceFile } from '../../src/dataset/sources.ts'
import { Rng } from '../../src/base/rng.ts'
import type { PictureBytes } from '../../src/judgement/judge.ts'

export interface FolderRequest {
  readonly path: string
  /** At most so many, drawn by the seed; absent: all. */
  readonly count?: number
  /** Side of the squares; absent: that of the first picture. */
  readonly size?: number
  readonly seed?: number
}

const pictureName = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i

export interface LabelledPictures extends PictureBytes {
  /** Index of the folder each lies in, by name. */
  readonly labels: readonly number[]
}

/** With transparency, so that the judge sees opaque and transparent pictures alike. */
export async function readPictures({ path, count, size, seed = 0 }: FolderRequest): Promise<LabelledPictures> {
  const sources = await openSources([path], new AbortController().signal)
  try {
    const files = sources.files.filter((file) => pictureName.test(file.path))
    const chosen = drawn(files, count ?? files.length, seed)
    const [first] = chosen
    if (first === undefined) throw new Error(`There are no pictures in ${path}.`)
    const side = size ?? (await openPicture(await first.read()).metadata()).autoOrient.width
    const squares: Buffer[] = []
    for (const file of chosen) squares.push(await squarePixels(await file.read(), { size: square(side), fit: 'crop', channels: 4 }))
    const folders = [...new Set(files.map(folderOf))].sort()
    return { pixels: Buffer.concat(squares), count: squares.length, size: square(side), channels: 4, labels: chosen.map((file) => folders.indexOf(folderOf(file))) }
  } finally {
    sources.close()
  }
}

const folderOf = ({ path }: SourceFile): string => path.split('/').slice(0, -1).join('/')

function drawn(files: readonly SourceFile[], count: number, seed: number): SourceFile[] {
  const order = Rng.fromSeed(seed, 'pictures').shuffle(Uint32Array.from({ length: files.length }, (_, i) => i))
  return Array.from(order.subarray(0, count), (index) => files[index] as SourceFile)
}
