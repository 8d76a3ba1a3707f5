/** Photographs of ten kinds by day, and others of the same kinds at dusk: a change of light and texture that a translator can learn whole. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { openSources } from '../../../src/dataset/sources.ts'
import { archive } from './sets.ts'

export const dayAndDusk = ['day', 'dusk'] as const

/** Of each kind as many by day as at dusk. */
const ofEachKind = 1000

/** Darker, bluer, with less colour and less detail; the same for every picture. */
const atDusk = (picture: Sharp): Sharp =>
  picture.modulate({ saturation: 0.7 }).recomb([[0.5, 0.1, 0], [0.05, 0.55, 0.05], [0, 0.15, 0.75]]).linear(0.9, 6).blur(0.7)

/** Writes both into folders below `folder`, no picture into both. */
export async function writeDayAndDusk(folder: string): Promise<string> {
  const sources = await openSources([archive('cifar10.zip')], new AbortController().signal)
  try {
    for (const name of dayAndDusk) await mkdir(join(folder, name), { recursive: true })
    const byKind = Map.groupBy(sources.files.filter(({ path }) => /^train\/.*\.jpe?g$/i.test(path)), ({ path }) => path.split('/').at(-2) ?? '')
    for (const [kind, files] of byKind)
      for (const [i, file] of files.slice(0, ofEachKind).entries()) {
        const name = dayAndDusk[i % 2] ?? 'day'
        const picture = sharp(await file.read())
        await writeFile(join(folder, name, `${kind} ${i}.png`), await (name === 'dusk' ? atDusk(picture) : picture).png({ compressionLevel: 1 }).toBuffer())
      }
  } finally {
    sources.close()
  }
  return folder
}
