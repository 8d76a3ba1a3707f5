/** Pictures of any size through an enlarger or a translator, in tiles that overlap by all that it looks at: no seam shows, and none is there. */
import { StudioError } from '../base/errors.ts'
import type { LoosePicture, RedrawJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { reachOf } from '../engine/reach.ts'
import { tf } from '../engine/tf.ts'
import { translatorStride } from '../engine/translator.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { bicubicBytes, PictureRedrawer } from './redrawn-pictures.ts'

/** Side of what a tile gives, before it is enlarged: large enough to be worth its overlap, small enough for any memory, and a multiple of every stride. */
const tileSide = 96

export async function runRedrawing(job: RedrawJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await redrawPictures(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open: `progress` by tiles, then `redrawn`. */
export async function redrawPictures({ checkpoint: file, pictures, classIndex }: RedrawJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const architecture = architectureOfHead(checkpoint)
  const { task, enlarge: factor, channels, classes } = architecture
  if (channels !== 3 || task !== (classIndex === null ? 'enlarge' : 'translate')) throw new StudioError('bad-input', `This run does not ${classIndex === null ? 'enlarge' : 'translate'} pictures. Choose one that was trained to.`)
  if (classIndex !== null && classIndex >= classes) throw new StudioError('bad-input', `This run knows classes 0 to ${classes - 1}; found ${classIndex}.`)
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })
  const average = tf.tensor1d(checkpoint.values.average)
  const redrawer = new PictureRedrawer(architecture, average)
  average.dispose()
  const stride = task === 'translate' ? translatorStride : 1
  const grid: Grid = { stride, reach: roundUp(reachOf(architecture.generator), stride) }
  const total = pictures.reduce((sum, picture) => sum + tilesOf(picture, grid).length, 0)
  const redrawn: LoosePicture[] = []
  let done = 0
  try {
    for (const picture of pictures) {
      const large = { width: picture.width * factor, height: picture.height * factor, pixels: new Uint8Array(picture.pixels.length * factor ** 2) }
      for (const tile of tilesOf(picture, grid)) {
        await host.waitWhilePaused()
        if (host.stopRequested() !== null) return host.send({ type: 'done', outcome: 'stopped' })
        const { seen } = tile
        const colour = await redrawer.run(cut(picture, seen, [0, 1, 2]), seen, classIndex === null ? null : [classIndex])
        // What is transparent has an edge and no texture.
        const alpha = factor === 1 ? cut(picture, seen, [3]) : await bicubicBytes(cut(picture, seen, [3]), { ...seen, channels: 1 }, factor)
        paste(large, tile, { colour, alpha }, factor)
        host.send({ type: 'progress', done: ++done, total })
      }
      redrawn.push(large)
    }
  } finally {
    redrawer.dispose()
  }
  host.send({ type: 'redrawn', pictures: redrawn })
  host.send({ type: 'done', outcome: 'reached' })
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
interface Tile {
  /** What it gives. */
  readonly given: Box
  /** With what its pixels depend on; of a whole number of strides, and so perhaps beyond the picture. */
  readonly seen: Box
}

interface Grid {
  /** A multiple of the stride. */
  readonly reach: number
  readonly stride: number
}
const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

function tilesOf({ width, height }: Pick<LoosePicture, 'width' | 'height'>, { reach, stride }: Grid): readonly Tile[] {
  const tiles: Tile[] = []
  for (let top = 0; top < height; top += tileSide)
    for (let left = 0; left < width; left += tileSide) {
      const [right, bottom] = [Math.min(width, left + tileSide), Math.min(height, top + tileSide)]
      const [x, y] = [Math.max(0, left - reach), Math.max(0, top - reach)]
      tiles.push({
        given: { left, top, width: right - left, height: bottom - top },
        seen: { left: x, top: y, width: roundUp(Math.min(width, right + reach) - x, stride), height: roundUp(Math.min(height, bottom + reach) - y, stride) },
      })
    }
  return tiles
}

/** uint8 [height,width,channels.length] of an RGBA picture, whose edges go on beyond it. */
function cut(picture: LoosePicture, { left, top, width, height }: Box, channels: readonly number[]): Uint8Array {
  const out = new Uint8Array(width * height * channels.length)
  let at = 0
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++)
      for (const channel of channels) out[at++] = picture.pixels[(Math.min(y, picture.height - 1) * picture.width + Math.min(x, picture.width - 1)) * 4 + channel] ?? 0
  return out
}

function paste(large: LoosePicture, { given, seen }: Tile, { colour, alpha }: { readonly colour: Uint8Array; readonly alpha: Uint8Array }, factor: number): void {
  const [dx, dy] = [(given.left - seen.left) * factor, (given.top - seen.top) * factor]
  for (let y = 0; y < given.height * factor; y++)
    for (let x = 0; x < given.width * factor; x++) {
      const from = (y + dy) * seen.width * factor + x + dx
      const to = ((given.top * factor + y) * large.width + given.left * factor + x) * 4
      large.pixels.set(colour.subarray(3 * from, 3 * from + 3), to)
      large.pixels[to + 3] = alpha[from] ?? 255
    }
}
