import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { square } from '../../../src/contract/data.ts'
import { phrase } from '../../../src/contract/messages.ts'
import { importSources, type ImportedPicture, type ImportOutcome } from '../../../src/dataset/import.ts'
import { pack } from '../../../src/dataset/pack.ts'
import { decodersHere } from './decoders-here.ts'

let folder = ''
let data = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-import-'))
  data = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const picture = (shade: number, width = 40, height = 30): Sharp =>
  sharp({ create: { width, height, channels: 3, background: { r: shade, g: 255 - shade, b: 90 } } })

async function take(...paths: readonly string[]): Promise<{ pictures: ImportedPicture[]; outcome: ImportOutcome }> {
  const pictures: ImportedPicture[] = []
  const outcome = await importSources({
    paths, decoders: decodersHere(data), signal: new AbortController().signal, onProgress: () => {}, onPictures: (some) => pictures.push(...some),
  })
  return { pictures, outcome }
}

describe('import', () => {
  it('takes classes from sub-folders with any Unicode name, whatever lies beside them', async () => {
    const set = join(folder, '手势 ✋')
    for (const [index, name] of ['猫', 'chien été', 'собака'].entries()) {
      await mkdir(join(set, name), { recursive: true })
      await picture(index * 50).png().toFile(join(set, name, `фото ${index}.png`))
    }
    await writeFile(join(set, 'LICENSE'), 'free')
    await writeFile(join(set, '.DS_Store'), 'clutter')
    const { pictures, outcome } = await take(set)
    expect(pictures.map(({ className }) => className).sort()).toEqual(['chien été', 'собака', '猫'])
    expect(outcome.counts.unsupported).toBe(1)
    expect(outcome.problems.map(({ path }) => path)).toEqual(['LICENSE'])
  })

  it('passes over train and test folders, and over folders that all share', async () => {
    const set = join(folder, 'set')
    let shade = 0
    for (const split of ['train', 'test']) {
      for (const name of ['a', 'b']) {
        await mkdir(join(set, 'pictures', split, name), { recursive: true })
        await picture((shade += 40)).png().toFile(join(set, 'pictures', split, name, 'x.png'))
      }
    }
    const { pictures } = await take(set)
    expect(pictures.map(({ className }) => className).sort()).toEqual(['a', 'a', 'b', 'b'])
  })

  it('leaves a flat folder unlabelled and drops what is there twice', async () => {
    await picture(10).png().toFile(join(folder, 'one.png'))
    await picture(10).png().toFile(join(folder, 'two.png'))
    await picture(20).png().toFile(join(folder, 'three.png'))
    const { pictures, outcome } = await take(folder)
    expect(pictures).toHaveLength(2)
    expect(pictures.every(({ className }) => className === null)).toBe(true)
    expect(outcome.counts.duplicate).toBe(1)
  })

  it('names what it cannot take, and takes the rest', async () => {
    const jpeg = await picture(60, 200, 200).composite([{ input: await sharp({ create: { width: 90, height: 90, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 50 } } }).png().toBuffer() }]).jpeg().toBuffer()
    await writeFile(join(folder, 'good.jpg'), jpeg)
    await writeFile(join(folder, 'cut.jpg'), jpeg.subarray(0, jpeg.length >> 1))
    await writeFile(join(folder, 'text.jpg'), 'This is no picture.')
    await writeFile(join(folder, 'empty.png'), '')
    const { pictures, outcome } = await take(folder)
    expect(pictures.map(({ path }) => path)).toEqual(['good.jpg'])
    const kinds = Object.fromEntries(outcome.problems.map(({ path, kind }) => [path, kind]))
    expect(kinds).toEqual({ 'cut.jpg': 'broken', 'text.jpg': 'unsupported', 'empty.png': 'broken' })
    expect(outcome.problems.every(({ why }) => phrase(why, 'en').length > 10)).toBe(true)
  })

  it('refuses a picture of 900 million pixels without decoding it', async () => {
    // A PNG header alone: 30,000 × 30,000.
    const small = await picture(5, 3, 3).png().toBuffer()
    const huge = Buffer.from(small)
    huge.writeUInt32BE(30_000, 16)
    huge.writeUInt32BE(30_000, 20)
    await writeFile(join(folder, 'huge.png'), huge)
    const { outcome } = await take(folder)
    expect(outcome.taken).toBe(0)
    expect(outcome.problems[0]?.kind).not.toBe('duplicate')
    expect(outcome.counts['too-large'] + outcome.counts.broken).toBe(1)
  })

  it('reads orientation, grey, alpha, 16 bit, CMYK and the first frame of animations', async () => {
    await picture(30, 40, 20).jpeg().withMetadata({ orientation: 6 }).toFile(join(folder, 'turned.jpg'))
    await picture(30, 31, 20).greyscale().png().toFile(join(folder, 'grey.png'))
    await sharp({ create: { width: 32, height: 20, channels: 4, background: { r: 9, g: 200, b: 9, alpha: 0.2 } } }).png().toFile(join(folder, 'alpha.png'))
    await picture(30, 33, 20).toColourspace('rgb16').png().toFile(join(folder, 'deep.png'))
    await picture(30, 34, 20).toColourspace('cmyk').jpeg().toFile(join(folder, 'cmyk.jpg'))
    const frames = await Promise.all([1, 100, 200].map((shade) => picture(shade, 35, 20).png().toBuffer()))
    await sharp(frames, { join: { animated: true } }).gif().toFile(join(folder, 'moving.gif'))
    const { pictures, outcome } = await take(folder)
    expect(outcome.problems).toEqual([])
    const found = Object.fromEntries(pictures.map(({ path, ...rest }) => [path, rest]))
    expect(found['turned.jpg']).toMatchObject({ width: 20, height: 40 })
    expect(found['grey.png']).toMatchObject({ colour: 'grey' })
    expect(found['alpha.png']).toMatchObject({ colour: 'transparent' })
    expect(found['deep.png']).toMatchObject({ colour: 'colour' })
    expect(found['cmyk.jpg']).toMatchObject({ colour: 'colour' })
    expect(found['moving.gif']).toMatchObject({ width: 35, height: 20, animated: true })
    expect(outcome.animated).toBe(1)
  })

  it('reads an archive in place and leaves out entries that lead out of it', async () => {
    const zip = new ZipFile()
    const path = join(folder, 'set.zip')
    zip.addBuffer(await picture(50).png().toBuffer(), 'cats/a.png')
    zip.addBuffer(await picture(70).png().toBuffer(), 'dogs/b.png')
    zip.addBuffer(await picture(90).png().toBuffer(), 'xx/escape.png')
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(path))
    // Yazl refuses to write such a name itself.
    const { readFile } = await import('node:fs/promises')
    const bytes = await readFile(path)
    await writeFile(path, Buffer.from(bytes.toString('latin1').replaceAll('xx/escape.png', '../escape.png'.slice(0, 13)), 'latin1'))
    const { pictures, outcome } = await take(path)
    expect(pictures.map(({ className }) => className)).toEqual(['cats', 'dogs'])
    expect(outcome.counts['unsafe-path']).toBe(1)
  })

  it('says that an archive is cut off', async () => {
    const zip = new ZipFile()
    const path = join(folder, 'cut.zip')
    zip.addBuffer(await picture(50).png().toBuffer(), 'a.png')
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(path))
    const { readFile } = await import('node:fs/promises')
    await writeFile(path, (await readFile(path)).subarray(0, 60))
    await expect(take(path)).rejects.toThrow(/cut.zip.*cannot be read/)
  })

  it.skipIf(process.getuid?.() === 0)('reports a folder it may not read', async () => {
    await mkdir(join(folder, 'locked'))
    await picture(10).png().toFile(join(folder, 'open.png'))
    await chmod(join(folder, 'locked'), 0)
    const { outcome } = await take(folder)
    await chmod(join(folder, 'locked'), 0o700)
    expect(outcome.taken).toBe(1)
    expect(outcome.counts.unreadable).toBe(1)
  })

  it('stops when cancelled', async () => {
    for (let i = 0; i < 20; i++) await picture(i).png().toFile(join(folder, `${i}.png`))
    const abort = new AbortController()
    abort.abort()
    await expect(importSources({ paths: [folder], decoders: decodersHere(data), signal: abort.signal, onProgress: () => {}, onPictures: () => {} })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('asks for room for what the copies will take, and takes nothing where there is none', async () => {
    const { size } = await picture(1).png().toFile(join(folder, '0.png'))
    for (let i = 1; i < 20; i++) await picture(1).png().toFile(join(folder, `${i}.png`))
    const asked: number[] = []
    const ensureRoom = (bytes: number): Promise<void> => {
      asked.push(bytes)
      return Promise.reject(new Error('There is no room.'))
    }
    await expect(importSources({ paths: [folder], decoders: decodersHere(data), signal: new AbortController().signal, ensureRoom, onProgress: () => {}, onPictures: () => {} })).rejects.toThrow('There is no room.')
    expect(asked).toEqual([20 * size])
    expect(await readdir(data).catch(() => [])).toEqual([])
  })

  it('packs squares once and reads them again from the cache', async () => {
    await picture(10, 40, 30).png().toFile(join(folder, 'a.png'))
    await picture(200, 30, 40).greyscale().png().toFile(join(folder, 'b.png'))
    const { pictures } = await take(join(folder, 'a.png'), join(folder, 'b.png'))
    const request = {
      items: pictures.map(({ sha256, path }, label) => ({ sha256, sourcePath: path, crop: null, label, part: 0 })),
      decoders: decodersHere(data), folder: join(data, 'packed'), size: square(16), fit: 'pad' as const, channels: 3 as const,
      signal: new AbortController().signal, onSkipped: (message: string) => { throw new Error(message) },
    }
    const first = await pack(request)
    expect(first).toMatchObject({ count: 2, size: square(16), channels: 3 })
    expect([...first.labels]).toEqual([0, 1])
    const made = await readdir(join(data, 'packed'))
    expect(await pack(request)).toEqual(first)
    expect(await readdir(join(data, 'packed'))).toEqual(made)
  })
})
