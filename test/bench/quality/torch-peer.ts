/** GANs in PyTorch, trained for the same minutes on the same pictures and judged by the same judge. */
import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pixelsOf, square } from '../../../src/contract/data.ts'
import type { Comparison } from '../../../src/contract/judgement.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { Judge, type PictureBytes } from '../../../src/judgement/judge.ts'
import { calibrate, compare } from '../../../src/judgement/score.ts'
import { encodeSheet } from '../../../src/training/pictures.ts'
import { torchPython } from '../peers/torch-python.ts'
import { readPictures } from '../picture-folders.ts'
import type { QualitySet } from './sets.ts'

/** `dcgan`: the PyTorch tutorial's; `modern`: with classes, spectral norm, hinge, DiffAugment and EMA. */
export const torchPeers = ['dcgan', 'modern'] as const
export type TorchPeer = (typeof torchPeers)[number]

export interface PeerRequest {
  readonly peer: TorchPeer
  readonly set: QualitySet
  readonly pictures: string
  readonly minutes: number
  readonly count: number
  /** For files in between. */
  readonly folder: string
  readonly sheet: string
}
export interface PeerResult {
  readonly imagesSeen: number
  readonly comparison: Comparison
  readonly calibration: Comparison
}

export async function trainTorch({ peer, set, pictures, minutes, count, folder, sheet }: PeerRequest): Promise<PeerResult> {
  const size = set.resolution
  const all = await readPictures({ path: pictures, size })
  const files = { pictures: join(folder, 'pictures.u8'), labels: join(folder, 'labels.u8'), samples: join(folder, 'samples.u8') }
  await writeFile(files.pictures, inColour(all).pixels)
  await writeFile(files.labels, Uint8Array.from(all.labels))
  const imagesSeen = await run(peer, ['--size', String(size), '--minutes', String(minutes), '--count', String(count), '--pictures', files.pictures, '--labels', files.labels, '--samples', files.samples])
  const fake: PictureBytes = { pixels: await readFile(files.samples), count, size: square(size), channels: 3 }
  await writeFile(sheet, await encodeSheet(fake.pixels.subarray(0, 80 * size * size * 3), { columns: 10, rows: 8, tile: square(size), channels: 3 }))
  for (const file of Object.values(files)) await rm(file)
  const backend = await openBackend('tensorflow')
  const judge = new Judge()
  try {
    const real = await judge.features(await readPictures({ path: pictures, size, count }))
    return { imagesSeen, comparison: await compare(real, await judge.features(fake)), calibration: await calibrate(real) }
  } finally {
    judge.dispose()
    await backend.close()
  }
}

/** Without transparency, which these peers do not know. */
function inColour({ pixels, count, size }: PictureBytes): PictureBytes {
  const colour = new Uint8Array(count * pixelsOf(size) * 3)
  for (let i = 0; i < count * pixelsOf(size); i++) colour.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i)
  return { pixels: colour, count, size, channels: 3 }
}

/** @returns images seen */
async function run(peer: TorchPeer, args: readonly string[]): Promise<number> {
  const child = spawn(await torchPython(), [join(import.meta.dirname, '..', 'peers', 'quality.py'), peer, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`PyTorch ended with code ${code}.`)
  return (JSON.parse(text.trim().split('\n').at(-1) ?? '') as { readonly imagesSeen: number }).imagesSeen
}
