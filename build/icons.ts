/**
 * The application's icons, drawn from assets/icon.svg into dist/icons: PNG for the window and
 * Linux, ICO for Windows, ICNS for macOS. Both containers may hold PNG pictures as they are.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectRoot } from './set-up/project.ts'

export const iconsFolder = join(projectRoot, 'dist', 'icons')

const linuxSides = [16, 24, 32, 48, 64, 128, 256, 512] as const
const icoSides = [16, 24, 32, 48, 64, 128, 256] as const
/** Apple's names of the sizes; "@2x" ones have a name of their own. */
const icnsTypes = [
  ['icp4', 16], ['ic11', 32], ['icp5', 32], ['ic12', 64], ['ic07', 128],
  ['ic13', 256], ['ic08', 256], ['ic14', 512], ['ic09', 512], ['ic10', 1024],
] as const

export async function makeIcons(): Promise<void> {
  const svg = await readFile(join(projectRoot, 'assets', 'icon.svg'))
  const drawn = new Map<number, Buffer>()
  for (const side of new Set([...linuxSides, ...icoSides, ...icnsTypes.map(([, size]) => size)]))
    drawn.set(side, await draw(svg, side))
  const picture = (side: number): Buffer => drawn.get(side) ?? Buffer.alloc(0)
  await mkdir(join(iconsFolder, 'linux'), { recursive: true })
  for (const side of linuxSides) await writeFile(join(iconsFolder, 'linux', `${side}x${side}.png`), picture(side))
  await writeFile(join(iconsFolder, 'icon.png'), picture(512))
  await writeFile(join(iconsFolder, 'icon.ico'), ico(icoSides.map((side) => [side, picture(side)])))
  await writeFile(join(iconsFolder, 'icon.icns'), icns(icnsTypes.map(([type, side]) => [type, picture(side)])))
}

/** Drawn at its size, not shrunk from a larger one. */
const draw = (svg: Buffer, side: number): Promise<Buffer> =>
  sharp(svg, { density: (72 * side) / 512 }).resize(side, side).png({ compressionLevel: 9 }).toBuffer()

/** Header of 6 bytes, an entry of 16 for each picture, the pictures. A side of 256 is written 0. */
export function ico(pictures: readonly (readonly [side: number, png: Buffer])[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, [side, png]] of pictures.entries()) {
    const at = 6 + 16 * index
    head.writeUInt8(side % 256, at)
    head.writeUInt8(side % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pictures.map(([, png]) => png)])
}

/** "icns", the length of all, then for each picture its type, its length with these 8 bytes, itself. */
export function icns(pictures: readonly (readonly [type: string, png: Buffer])[]): Buffer {
  const parts = pictures.map(([type, png]) => Buffer.concat([tag(type, png.length + 8), png]))
  return Buffer.concat([tag('icns', 8 + parts.reduce((sum, { length }) => sum + length, 0)), ...parts])
}

function tag(name: string, length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.write(name, 'latin1')
  bytes.writeUInt32BE(length, 4)
  return bytes
}
