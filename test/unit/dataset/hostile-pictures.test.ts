/** Pictures made to do harm: each is taken or refused in words, soon, without much memory and without a look elsewhere. */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { square } from '../../../src/contract/data.ts'
import { Rng } from '../../../src/base/rng.ts'
import { inspect, PictureError, squarePixels } from '../../../src/dataset/decode.ts'
import { mutated } from '../../soak/hostile.ts'
import { bombs } from './bombs.ts'

/** Resident memory in MB: at its peak since `clear`, and now. Linux alone. */
const memory = {
  clear: (): void => writeFileSync('/proc/self/clear_refs', '5'),
  peak: (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024,
  now: (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024,
}
/** What librsvg itself limits, by work and not by time. */
const slow: Readonly<Record<string, number>> = { 'an SVG of a billion copies': 15_000 }

describe('a bomb', () => {
  it.each(Object.entries(bombs))('(%s) takes little time and memory', { timeout: 60_000 }, async (name, make) => {
    const bytes = await make()
    if (process.platform === 'linux') memory.clear()
    const [before, start] = [process.platform === 'linux' ? memory.now() : 0, process.cpuUsage()]
    await inspect(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(PictureError))
    // For the studio's own process, too, which fits pictures of a person's for inspection.
    if (slow[name] === undefined) await squarePixels(bytes, { size: square(32), fit: 'crop', channels: 3 }).catch(() => {})
    // Of the processor: a machine with other work takes longer by the clock.
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1000).toBeLessThan(slow[name] ?? 4000)
    if (process.platform === 'linux') expect(memory.peak() - before).toBeLessThan(200)
  })

  it.each(['an interlaced PNG of 256 million pixels', 'a progressive JPEG of 268 million pixels', 'a WebP of 268 million pixels', 'a PNG of 900 million pixels'])('(%s) is refused as too large, by its header', async (name) => {
    const bytes = await (bombs[name] as () => Buffer | Promise<Buffer>)()
    await expect(inspect(bytes)).rejects.toMatchObject({ kind: 'too-large', message: expect.stringContaining('Save a smaller copy') as string })
  })
})

describe('an SVG', () => {
  it('never makes anything be read from elsewhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-svg-'))
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } }).png().toFile(join(folder, 'red.png'))
    await writeFile(join(folder, 'secret.txt'), 'SECRET')
    const red = join(folder, 'red.png')
    const contents = [
      ...[`${base}/a.png`, `file://${red}`, red, 'red.png', `${base}/a.svg#x`].flatMap((link) => [
        `<image width="40" height="40" href="${link}"/>`, `<image width="40" height="40" xlink:href="${link}"/>`, `<use href="${link}"/>`,
        `<filter id="f"><feImage href="${link}"/></filter><rect width="40" height="40" filter="url(#f)"/>`, `<style>@import url("${link}"); rect { fill: url(${link}) }</style><rect width="40" height="40" fill="url(${link})"/>`,
        `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${link}" parse="text"/>`,
      ]),
      `<script>fetch("${base}/script")</script>`, `<foreignObject width="40" height="40"><img xmlns="http://www.w3.org/1999/xhtml" src="${base}/b.png"/></foreignObject>`,
    ]
    const starts = ['', `<?xml-stylesheet href="${base}/x.css"?>`, `<!DOCTYPE svg SYSTEM "${base}/x.dtd">`, `<!DOCTYPE svg [<!ENTITY e SYSTEM "file://${join(folder, 'secret.txt')}"><!ENTITY % p SYSTEM "${base}/p.dtd"> %p;]>`]
    for (const start of starts)
      for (const content of contents) {
        const bytes = Buffer.from(`${start}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"><rect width="40" height="40" fill="white"/>${content}${start.includes('ENTITY e') ? '<text y="30" font-size="30">&e;</text>' : ''}</svg>`)
        const pixels = await squarePixels(bytes, { size: square(32), fit: 'crop', channels: 3 }).catch(() => null)
        const stained = pixels !== null && Array.from({ length: 32 * 32 }, (_, i) => pixels.subarray(i * 3, i * 3 + 3)).some(([r = 0, g = 0, b = 0]) => r - Math.max(g, b) > 50)
        expect([start, content, stained]).toEqual([start, content, false])
        if (start.includes('ENTITY e') && pixels !== null) expect(pixels.every((value) => value > 250), 'the secret was drawn').toBe(true)
      }
    expect(asked).toEqual([])
    server.close()
    await rm(folder, { recursive: true })
  })
})

describe('what a picture says about itself', () => {
  const noise = sharp({ create: { width: 60, height: 40, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })
  const segment = (marker: number, content: Uint8Array): Buffer => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(content.length + 2, 2)
    return Buffer.concat([head, content])
  }
  /** A JPEG with one more segment, after its first. */
  const jpegWith = async (marker: number, content: Uint8Array): Promise<Buffer> => {
    const whole = await noise.clone().jpeg().toBuffer()
    return Buffer.concat([whole.subarray(0, 2), segment(marker, content), whole.subarray(2)])
  }
  const exif = (hex: string): Buffer => Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), Buffer.from(hex, 'hex')])
  const tiffLoop = '4d4d002a00000008000101120003000000010009000000000008'
  const pngWith = async (type: string, content: Uint8Array): Promise<Buffer> => {
    const whole = await noise.clone().png().toBuffer()
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    checksum.writeUInt32BE(crc32(body))
    return Buffer.concat([whole.subarray(0, 33), length, body, checksum, whole.subarray(33)])
  }
  it.each<readonly [string, () => Promise<Buffer>]>([
    ['an EXIF directory that points to itself', () => jpegWith(0xe1, exif(tiffLoop))],
    ['an EXIF directory of 65,535 entries', () => jpegWith(0xe1, exif('4d4d002a00000008ffff'))],
    ['an EXIF value of 4 GB', () => jpegWith(0xe1, exif('4d4d002a0000000800010112000affffffff7fffffff00000000'))],
    ['an orientation of 65,535', () => jpegWith(0xe1, exif('4d4d002a0000000800010112000300000001ffff000000000000'))],
    ['an EXIF of nothing', () => jpegWith(0xe1, exif(''))],
    ['a colour profile of noise', () => jpegWith(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), mutated(Buffer.alloc(600, 7), Rng.fromSeed(1))]))],
    ['part 255 of a colour profile of 1', () => jpegWith(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\xff\x01', 'latin1'), Buffer.alloc(300)]))],
    ['an XMP of open tags', () => jpegWith(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${'<x>'.repeat(10_000)}`, 'latin1'))],
    ['a PNG colour profile of noise', () => pngWith('iCCP', Buffer.from('x\0\0noise that is no deflate', 'latin1'))],
    ['a PNG EXIF that points to itself', () => pngWith('eXIf', Buffer.from(tiffLoop, 'hex'))],
    ['a PNG with a gamma of 0', () => pngWith('gAMA', Buffer.alloc(4))],
    ['a PNG with a resolution of 0', () => pngWith('pHYs', Buffer.alloc(9))],
  ])('may be %s: the picture is taken as it is', async (_, make) => {
    const bytes = await make()
    expect(await inspect(bytes)).toMatchObject({ width: 60, height: 40 })
    expect(await squarePixels(bytes, { size: square(16), fit: 'pad', channels: 3 })).toHaveLength(16 * 16 * 3)
  })

  it('may be changed at random, in every format: it is taken, or refused in words', async () => {
    const random = Rng.fromSeed(5)
    const whole = await Promise.all([noise.clone().jpeg().toBuffer(), noise.clone().jpeg({ progressive: true }).toBuffer(), noise.clone().png().toBuffer(), noise.clone().webp().toBuffer(), noise.clone().gif().toBuffer(), noise.clone().tiff({ compression: 'deflate' }).toBuffer(), noise.clone().avif({ effort: 0 }).toBuffer()])
    for (let i = 0; i < 60; i++)
      await Promise.all(whole.map(async (bytes) => {
        await inspect(mutated(bytes, random)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(PictureError)
          expect((error as Error).message).toMatch(/^[^\n]{20,400}\.$/)
        })
      }))
  })
})
