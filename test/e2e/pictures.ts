/** A small folder of pictures to train on: two classes, told apart at a glance. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/** @returns the folder */
export async function pictureFolder(parent: string, perClass = 24): Promise<string> {
  const folder = join(parent, 'Formen 形状')
  const shapes: Readonly<Record<string, (i: number) => string>> = {
    round: (i) => `<circle cx="${26 + (i % 5) * 3}" cy="${30 + (i % 3) * 3}" r="${12 + (i % 4) * 3}" fill="hsl(${i * 9} 80% 50%)"/>`,
    square: (i) => `<rect x="${10 + (i % 5) * 3}" y="${12 + (i % 3) * 3}" width="${22 + (i % 4) * 4}" height="${22 + (i % 4) * 4}" fill="hsl(${200 + i * 5} 70% 45%)"/>`,
  }
  for (const [name, shape] of Object.entries(shapes)) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = 0; i < perClass; i += 1)
      await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="#f4efe6"/>${shape(i)}</svg>`)).png().toFile(join(folder, name, `${name} ${i}.png`))
  }
  return folder
}
