/** Small files that ask for gigabytes or for minutes. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

const chunk = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
const zeros = (bytes: number): Buffer => deflateSync(Buffer.alloc(bytes), { level: 1 })
const pngStart = Buffer.from('89504e470d0a1a0a', 'hex')
function pngHeader(side: number, { bits = 1, interlaced = false } = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = bits
  header[12] = interlaced ? 1 : 0
  return chunk('IHDR', header)
}
/** Of [first row, row step, first column, column step] of each pass. */
const adam7 = [[0, 8, 0, 8], [0, 8, 4, 8], [4, 8, 0, 4], [0, 4, 2, 4], [2, 4, 0, 2], [0, 2, 1, 2], [1, 2, 0, 1]] as const
function interlacedPng(side: number): Buffer {
  const bytes = adam7.reduce((sum, [row, rows, column, columns]) => sum + Math.ceil((side - row) / rows) * (1 + Math.ceil(Math.ceil((side - column) / columns) / 8)), 0)
  return Buffer.concat([pngStart, pngHeader(side, { interlaced: true }), chunk('IDAT', zeros(bytes)), chunk('IEND', Buffer.alloc(0))])
}
const pngWith = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([pngStart, pngHeader(2000, { bits: 8 }), ...chunks, chunk('IDAT', zeros(2000 * 2001)), chunk('IEND', Buffer.alloc(0))])

/** Grey, every coefficient zero: one bit a block. Progressive files are held whole, as coefficients. */
function progressiveJpeg(side: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt16BE(side, 0)
  size.writeUInt16BE(side, 2)
  return Buffer.concat([
    Buffer.from('ffd8ffdb004300', 'hex'), Buffer.alloc(64, 1),
    Buffer.from('ffc2000b08', 'hex'), size, Buffer.from('01011100', 'hex'),
    // One code, "0", for the difference 0.
    Buffer.from('ffc4001400010000000000000000000000000000000000', 'hex'),
    Buffer.from('ffda0008010100000000', 'hex'), Buffer.alloc(Math.ceil(Math.ceil(side / 8) ** 2 / 8)), Buffer.from('ffd9', 'hex'),
  ])
}

/** One colour takes no bits, whatever the size. */
async function losslessWebp(side: number): Promise<Buffer> {
  const small = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#102030' } }).webp({ lossless: true }).toBuffer()
  const at = small.indexOf('VP8L') + 9
  small.writeUInt32LE(((small.readUInt32LE(at) & 0xf0000000) | (side - 1) | ((side - 1) << 14)) >>> 0, at)
  return small
}

function gif(side: number): Buffer {
  const bytes = Buffer.from('47494638396101000100800000ffffff0000002c00000000010001000002024401003b', 'hex')
  bytes.writeUInt16LE(side, 6)
  bytes.writeUInt16LE(side, 8)
  return bytes
}

function tiff(side: number): Buffer {
  const strip = zeros(side * side)
  const entries = [[256, side], [257, side], [258, 8], [259, 8], [262, 1], [273, 8 + 2 + 9 * 12 + 4], [277, 1], [278, side], [279, strip.length]] as const
  const directory = Buffer.alloc(2 + entries.length * 12 + 4)
  directory.writeUInt16LE(entries.length)
  for (const [i, [tag, value]] of entries.entries()) {
    directory.writeUInt16LE(tag, 2 + i * 12)
    directory.writeUInt16LE(4, 4 + i * 12)
    directory.writeUInt32LE(1, 6 + i * 12)
    directory.writeUInt32LE(value, 10 + i * 12)
  }
  return Buffer.concat([Buffer.from('49492a0008000000', 'hex'), directory, strip])
}

async function avif(side: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } }).avif({ effort: 0 }).toBuffer()
  const at = bytes.indexOf('ispe')
  bytes.writeUInt32BE(side, at + 8)
  bytes.writeUInt32BE(side, at + 12)
  return bytes
}

const svg = (content: string, attributes = 'width="40" height="40"', before = ''): Buffer =>
  Buffer.from(`${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`)
const laughs = (depth: number): string =>
  `<!DOCTYPE svg [<!ENTITY a0 "ha">${Array.from({ length: depth }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}]>`
const copies = (depth: number): string =>
  `<defs><rect id="u0" width="1" height="1"/>${Array.from({ length: depth }, (_, i) => `<g id="u${i + 1}">${`<use xlink:href="#u${i}"/>`.repeat(10)}</g>`).join('')}</defs><use xlink:href="#u${depth}"/>`

const profile = (content: Buffer): Buffer => chunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), content]))

export const bombs: Readonly<Record<string, () => Buffer | Promise<Buffer>>> = {
  'a PNG of 900 million pixels': () => Buffer.concat([pngStart, pngHeader(30_000), chunk('IDAT', zeros(1000)), chunk('IEND', Buffer.alloc(0))]),
  'an interlaced PNG of 256 million pixels': () => interlacedPng(16_000),
  'a PNG of 2^62 pixels': () => Buffer.concat([pngStart, pngHeader(0x7fffffff), chunk('IDAT', zeros(1000)), chunk('IEND', Buffer.alloc(0))]),
  'a PNG with a text of 200 MB': () => pngWith(chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), zeros(200e6)]))),
  'a PNG with a colour profile of 200 MB': () => pngWith(profile(zeros(200e6))),
  'a progressive JPEG of 268 million pixels': () => progressiveJpeg(16_384),
  'a progressive JPEG of 4 billion pixels': () => progressiveJpeg(65_500).subarray(0, 100_000),
  'a WebP of 268 million pixels': () => losslessWebp(16_383),
  'a GIF of 256 million pixels': () => gif(16_000),
  'a GIF of 4 billion pixels': () => gif(65_535),
  'a TIFF of 196 million pixels in one strip': () => tiff(14_000),
  'an AVIF that says it has 256 million pixels': () => avif(16_000),
  'an AVIF that says it has 2^62 pixels': () => avif(0x7fffffff),
  'an SVG of 256 million pixels': () => svg('<rect width="100%" height="100%"/>', 'width="16000" height="16000"'),
  'an SVG of 10^18 pixels': () => svg('<rect width="9" height="9"/>', 'width="1000000000" height="1000000000"'),
  'an SVG of a billion entities': () => svg('<text>&a9;</text>', undefined, laughs(9)),
  'an SVG of a billion copies': () => svg(copies(9)),
  'an SVG nested 200,000 deep': () => svg('<g>'.repeat(200_000) + '</g>'.repeat(200_000)),
  'an SVG with a noise of 10,000 octaves': () => svg('<filter id="f"><feTurbulence numOctaves="10000" baseFrequency="9"/></filter><rect width="100%" height="100%" filter="url(#f)"/>', 'width="4000" height="4000"'),
  'an SVG with a blur as wide as the sky': () => svg('<filter id="f" x="-9" y="-9" width="99" height="99"><feGaussianBlur stdDeviation="99999"/></filter><rect width="100%" height="100%" filter="url(#f)"/>', 'width="2000" height="2000"'),
}
