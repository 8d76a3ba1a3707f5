import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { areCopies, closeUpOf, likenessBytes, likenessOf } from '../../../src/dataset/likeness.ts'
import { nearDuplicates } from '../../../src/dataset/near-duplicates.ts'

/** Soft blobs of colour, as unlike each other as photographs are. */
function blobs(seed: number, size = 160): Promise<Buffer> {
  const random = Rng.fromSeed(seed)
  const among = (from: number, to: number): number => from + (to - from) * random.uniform()
  const shapes = Array.from({ length: 9 }, () => `<ellipse cx="${among(0, 160)}" cy="${among(0, 160)}" rx="${among(10, 70)}" ry="${among(10, 70)}" fill="hsl(${among(0, 360)} 60% ${among(20, 80)}%)" opacity="0.8"/>`).join('')
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160" width="${size}" height="${size}"><rect width="160" height="160" fill="hsl(${among(0, 360)} 40% 50%)"/>${shapes}</svg>`)).png().toBuffer()
}
async function groupsOf(pictures: readonly Buffer[]): Promise<number[][]> {
  const likenesses = await Promise.all(pictures.map((bytes) => likenessOf(bytes)))
  const closeUps = await Promise.all(pictures.map((bytes) => closeUpOf(bytes)))
  return await nearDuplicates({
    likenesses: Buffer.concat(likenesses), signal: new AbortController().signal,
    areCopies: async (a, b) => areCopies(closeUps[a] ?? new Uint8Array(), closeUps[b] ?? new Uint8Array()),
  })
}
const grouped = (likenesses: Uint8Array, areCopies: (a: number, b: number) => boolean = () => true, signal = new AbortController().signal) =>
  nearDuplicates({ likenesses, signal, areCopies: async (a, b) => areCopies(a, b) })

describe('near-duplicates', () => {
  test('are found whatever size, encoding and light a copy has, and nothing else is', async () => {
    const first = await blobs(1)
    const copies = [
      first,
      await sharp(first).jpeg({ quality: 55 }).toBuffer(),
      await sharp(first).resize(61, 61).webp({ quality: 70 }).toBuffer(),
      await sharp(first).modulate({ brightness: 1.05 }).jpeg({ quality: 85 }).toBuffer(),
    ]
    const others = await Promise.all(Array.from({ length: 60 }, (_, i) => blobs(i + 2)))
    expect(await groupsOf([...others.slice(0, 30), ...copies, ...others.slice(30)])).toEqual([[30, 31, 32, 33]])
  })

  test('are not made of colours alone, nor of shapes alone', async () => {
    const plain = (background: string): Promise<Buffer> => sharp({ create: { width: 40, height: 40, channels: 3, background } }).png().toBuffer()
    const red = await blobs(7)
    const turned = await sharp(red).modulate({ hue: 150 }).png().toBuffer()
    expect(await groupsOf([await plain('#ff0000'), await plain('#00ff00'), await plain('#ff4040'), red, turned, await sharp(red).flop().toBuffer()])).toEqual([])
  })

  test('grey, transparent and tiny pictures are compared, too', async () => {
    const grey = await sharp(await blobs(3)).greyscale().toColourspace('b-w').png().toBuffer()
    const clear = await sharp({ create: { width: 90, height: 60, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).composite([{ input: await sharp(await blobs(4)).resize(50, 50).png().toBuffer() }]).png().toBuffer()
    const tiny = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } }).png().toBuffer()
    expect(await groupsOf([grey, clear, tiny, await sharp(grey).jpeg({ quality: 80 }).toBuffer(), await sharp(clear).webp({ lossless: true }).toBuffer(), tiny])).toEqual([[0, 3], [1, 4], [2, 5]])
  })

  test('drawings that differ in one detail are not copies', async () => {
    const clock = (hour: number): Promise<Buffer> => sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><circle cx="48" cy="48" r="40" fill="#eee" stroke="#666" stroke-width="8"/><path d="M48 48v-26" stroke="#000" stroke-width="6" transform="rotate(${hour * 30} 48 48)"/></svg>`)).png().toBuffer()
    const clocks = await Promise.all(Array.from({ length: 12 }, (_, hour) => clock(hour)))
    expect(await groupsOf([...clocks, await sharp(clocks[4]).webp({ quality: 60 }).toBuffer()])).toEqual([[4, 12]])
  })

  test('a series in which each is like the next is not one group: all of a group are copies of its first', async () => {
    const likenesses = new Uint8Array(12 * likenessBytes)
    // Each has thirty bits more than the one before; those that may be copies differ by no more than 60.
    for (let i = 0; i < 12; i += 1) for (let bit = 0; bit < 30 * i; bit += 1) likenesses[i * likenessBytes + (bit >> 3)] = (likenesses[i * likenessBytes + (bit >> 3)] ?? 0) | (1 << (bit & 7))
    expect(await grouped(likenesses)).toEqual([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]])
    expect(await grouped(likenesses, (a, b) => b - a === 1)).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11]])
  })

  test('a thousand of the very same are one group; a thousand with the same outlines but not the same are looked at no more than they must be', async () => {
    expect(await grouped(new Uint8Array(1000 * likenessBytes))).toEqual([Array.from({ length: 1000 }, (_, i) => i)])
    let looks = 0
    expect(await grouped(new Uint8Array(1000 * likenessBytes), () => (looks += 1) < 0)).toEqual([])
    expect(looks).toBeLessThanOrEqual(200 * 1000)
  })

  test('can be called off', async () => {
    await expect(grouped(new Uint8Array(3 * likenessBytes), () => true, AbortSignal.abort())).rejects.toThrow(/Cancelled/)
  })
})
