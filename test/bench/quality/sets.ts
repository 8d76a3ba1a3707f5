/** Data sets that quality is measured on: two public ones, and awkward ones made of what is at hand. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectRoot } from '../../../build/set-up/project.ts'
import { Rng } from '../../../src/base/rng.ts'
import { openSources, type SourceFile } from '../../../src/dataset/sources.ts'
import { Skipped } from '../benchmark.ts'

export interface QualitySet {
  readonly name: string
  readonly about: string
  readonly resolution: 16 | 32 | 64
  /** What issue and docs ask of ten minutes; absent: nothing yet. */
  readonly goal?: { readonly kid: number; readonly coverage: number }
  /** Writes pictures into class folders below `folder`, or names an archive that is there. */
  readonly make: (folder: string) => Promise<string>
}

/** The folder named by BENCH_DATA, or `../shared/data`. */
export const dataFolder = (): string => process.env['BENCH_DATA'] ?? join(projectRoot, '..', 'shared', 'data')

/** @throws Skipped where it is not there */
export function archive(name: string): string {
  const path = join(dataFolder(), name)
  if (!existsSync(path)) throw new Skipped(`${path} is not there; name its folder in BENCH_DATA.`)
  return path
}

export const qualitySets: readonly QualitySet[] = [
  { name: 'cifar10', about: '50,000 photographs of ten kinds, 32 px', resolution: 32, goal: { kid: 2.8, coverage: 0.75 }, make: (folder) => copied(folder, archive('cifar10.zip'), () => Infinity, /^train\//) },
  { name: 'sign-digits', about: '2,062 photographs of ten hand signs, 64 px', resolution: 64, goal: { kid: 62, coverage: 0.2 }, make: async () => archive('sign-digits.zip') },
]

export const awkwardSets: readonly QualitySet[] = [
  { name: 'hundred', about: 'ten pictures of each of ten hand signs', resolution: 64, make: (folder) => copied(folder, archive('sign-digits.zip'), () => 10) },
  { name: 'uneven', about: 'ten kinds of photographs, from 700 down to 100', resolution: 32, make: (folder) => copied(folder, archive('cifar10.zip'), (index) => Math.round(700 - (600 * index) / 9), /^train\//) },
  { name: 'grey-digits', about: '3,000 drawn digits, grey, 28 px', resolution: 32, make: greyDigits },
  { name: 'pixel-art', about: 'emoji in 16 colours at 32 px', resolution: 32, make: (folder) => emoji(folder, 'pixels') },
  { name: 'transparent-icons', about: 'emoji on nothing, 64 px', resolution: 64, make: (folder) => emoji(folder, 'transparent') },
]

/** The first pictures of each class, as many as its place among them allows. */
async function copied(folder: string, zip: string, most: (classIndex: number) => number, among = /./): Promise<string> {
  const sources = await openSources([zip], new AbortController().signal)
  try {
    const byClass = Map.groupBy(sources.files.filter(({ path }) => among.test(path) && /\.jpe?g$/i.test(path)), ({ path }) => path.split('/').at(-2) ?? '')
    for (const [index, [name, files]] of [...byClass].entries()) await copyClass(join(folder, name), files.slice(0, most(index)))
  } finally {
    sources.close()
  }
  return folder
}

async function copyClass(folder: string, files: readonly SourceFile[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [i, file] of files.entries()) await writeFile(join(folder, `${String(i).padStart(5, '0')}.jpg`), await file.read())
}

const fonts = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono', 'sans-serif', 'serif', 'monospace']

/** Digits of any font, weight, slant and place, white on black. */
async function greyDigits(folder: string): Promise<string> {
  const rng = Rng.fromSeed(1, 'digits')
  for (let i = 0; i < 3000; i++) {
    const digit = i % 10
    const between = (low: number, high: number): string => (low + (high - low) * rng.uniform()).toFixed(2)
    const font = fonts[rng.integer(fonts.length)] ?? 'serif'
    const weight = rng.uniform() < 0.5 ? 'bold' : 'normal'
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/><g transform="translate(${between(12, 16)} ${between(12, 16)}) rotate(${between(-15, 15)}) skewX(${between(-15, 15)})"><text text-anchor="middle" y="8" font-family="${font}" font-weight="${weight}" font-size="${between(19, 25)}" fill="white">${digit}</text></g></svg>`
    await write(join(folder, String(digit)), `${i}.png`, await sharp(Buffer.from(svg)).greyscale().png().toBuffer())
  }
  return folder
}

interface IconSet {
  readonly width: number
  readonly height: number
  readonly icons: Readonly<Record<string, { readonly body: string }>>
}

/** One of each emoji without its skin tones, all in one folder: no classes. */
async function emoji(folder: string, kind: 'pixels' | 'transparent'): Promise<string> {
  const { icons, width, height } = createRequire(import.meta.url)('@iconify-json/fluent-emoji-flat/icons.json') as IconSet
  for (const [name, { body }] of Object.entries(icons).filter(([icon]) => !/(light|medium|dark)(-skin)?/.test(icon))) {
    const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="96" height="96">${body}</svg>`)
    const picture = kind === 'transparent' ? await sharp(svg).resize(64, 64).png().toBuffer() : await inSixteenColours(svg)
    await write(join(folder, 'emoji'), `${name}.png`, picture)
  }
  return folder
}

/** A fixed palette of sixteen, as old machines had. */
const palette = [
  0x000000, 0x1d2b53, 0x7e2553, 0x008751, 0xab5236, 0x5f574f, 0xc2c3c7, 0xfff1e8, 0xff004d, 0xffa300, 0xffec27, 0x00e436, 0x29adff, 0x83769c, 0xff77a8, 0xffccaa,
].map((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255] as const)

async function inSixteenColours(svg: Buffer): Promise<Buffer> {
  const side = 32
  const { data } = await sharp(svg).resize(side, side).flatten({ background: '#fff1e8' }).raw().toBuffer({ resolveWithObject: true })
  for (let at = 0; at < data.length; at += 3) {
    const distance = ([r, g, b]: readonly [number, number, number]): number => ((data[at] ?? 0) - r) ** 2 + ((data[at + 1] ?? 0) - g) ** 2 + ((data[at + 2] ?? 0) - b) ** 2
    const nearest = palette.reduce((best, colour) => (distance(colour) < distance(best) ? colour : best))
    data.set(nearest, at)
  }
  return await sharp(data, { raw: { width: side, height: side, channels: 3 } }).png().toBuffer()
}

async function write(folder: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), bytes)
}
