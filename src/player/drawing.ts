/** From numbers to pictures on canvases and in files. */
import type { PlayerModel } from './model.ts'

type Frame = Pick<PlayerModel, 'width' | 'height' | 'channels' | 'pixelated'>
/** The longer side of a saved picture is at least this. */
const savedSide = 768

/** [H,W,C] in [-1,1], C being grey, colours, or colours and opacity. */
export function draw(canvas: HTMLCanvasElement, picture: Float32Array, { width, height, channels }: Frame): void {
  canvas.width = width
  canvas.height = height
  const image = new ImageData(width, height)
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < 4; c++) image.data[pixel * 4 + c] = c === 3 && channels < 4 ? 255 : ((picture[pixel * channels + (channels === 1 ? 0 : c)] ?? 1) + 1) * 127.5
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}

/** Enlarged: by whole pixels where those matter, smoothly elsewhere. */
export async function asPng(from: HTMLCanvasElement, { width, height, pixelated }: Frame): Promise<Blob> {
  const factor = Math.max(1, Math.ceil(savedSide / Math.max(width, height)))
  const canvas = document.createElement('canvas')
  canvas.width = width * factor
  canvas.height = height * factor
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.imageSmoothingEnabled = !pixelated
  context.imageSmoothingQuality = 'high'
  context.drawImage(from, 0, 0, canvas.width, canvas.height)
  return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('No picture')) : resolve(blob)), 'image/png'))
}

export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
