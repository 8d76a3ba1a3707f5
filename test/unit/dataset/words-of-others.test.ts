/** What the decoder, the archive reader, the JSON parser and the validator say reaches a person in their own language, with the original as a detail. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StudioError } from '../../../src/base/errors.ts'
import { Rng } from '../../../src/base/rng.ts'
import { failureOf } from '../../../src/contract/failure.ts'
import { detailOf, isMessage, phrase, type Message } from '../../../src/contract/messages.ts'
import { parseOption } from '../../../src/contract/options.ts'
import { parseArgument } from '../../../src/contract/validate.ts'
import { openArchive } from '../../../src/dataset/archive.ts'
import { inspect, PictureError } from '../../../src/dataset/decode.ts'
import { damageOf } from '../../../src/dataset/damage.ts'
import { parseLabels } from '../../../src/dataset/label-files.ts'

/** Two words of English after each other. */
const english = /\b[A-Za-z]{2,} [a-z]{2,}\b/

const reasonOf = (act: () => unknown): Message => {
  try {
    act()
  } catch (error) {
    const { why } = failureOf(error)
    if (why !== undefined) return why
  }
  throw new Error('It was not refused in words.')
}

const noise = (): Sharp => sharp({ create: { width: 60, height: 40, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })
const svg = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M0 0L9 9"/></svg>')

describe('a damaged picture', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'svg'] as const)('(%s) is told of without English in Chinese', async (format) => {
    const whole = format === 'svg' ? svg : await noise().toFormat(format).toBuffer()
    const rng = Rng.fromSeed(1, format)
    const told = new Set<string>()
    for (let n = 0; n < 60; n += 1) {
      const bytes = Buffer.from(whole)
      for (let i = 0; i < 1 + n % 8; i += 1) bytes[Math.floor(rng.uniform() * bytes.length)] = Math.floor(rng.uniform() * 256)
      const error = await inspect(bytes).then(() => null, (found: unknown) => found)
      if (error === null) continue
      expect(error).toBeInstanceOf(PictureError)
      if (!(error instanceof PictureError)) continue
      told.add(error.why.key)
      expect(phrase(error.why, 'zh')).not.toMatch(english)
      expect(phrase(error.why, 'en')).not.toMatch(/vips|buffer|0x/i)
    }
    expect(told.size).toBeGreaterThan(0)
  })

  it('is told of by what is wrong with it, and keeps what the decoder said', () => {
    const key = (text: string): string => {
      const { key: found, values } = damageOf(text)
      return isMessage(values['how']) ? values['how'].key : found
    }
    expect(key('VipsJpeg: premature end of JPEG image')).toBe('damage.end')
    expect(key('Input buffer has corrupt header: VipsJpeg: Bogus marker length')).toBe('damage.header')
    expect(key('Input buffer has corrupt header: glib: XML parse error: Error domain 1 code 5 on line 1')).toBe('damage.xml')
    expect(key('vipspng: libpng read error')).toBe('damage.data')
    expect(key('heif: Invalid input: Security limit exceeded: ipma box wants 30000 items')).toBe('damage.limits')
    expect(key('tiff2vips: JPEG2000 compression is not supported')).toBe('problem.variant')
    expect(key('VipsJpeg: Unsupported JPEG data precision 12')).toBe('problem.variant')
    expect(key('\nUnknown error')).toBe('problem.damaged')
    expect(key('something never heard of')).toBe('problem.damaged')
    expect(detailOf(damageOf('something never heard of\nmore'))).toBe('something never heard of')
  })
})

it.each([['424d3e00', 'BMP'], ['38425053', 'Photoshop'], ['255044462d312e34', 'PDF'], ['49492a0010000000435202', 'Canon RAW'], ['0000000c4a584c200d0a870a', 'JPEG XL']])('a file that begins with %s is said to be of kind %s', async (hex, format) => {
  await expect(inspect(Buffer.from(hex.padEnd(120, '0'), 'hex'))).rejects.toMatchObject({ kind: 'unsupported', why: { key: 'problem.format', values: { format } } })
})

describe('an archive', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-words-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([
    ['a directory that is cut off', Buffer.from('504b0304'.padEnd(200, '0'), 'hex'), 'archive.end'],
    ['a directory that is none', Buffer.concat([Buffer.alloc(60, 1), Buffer.from('504b050600000000010001002e000000000000000000', 'hex')]), 'archive.directory'],
    ['one part of several', Buffer.from('504b050601000000000000000000000000000000' + '0000', 'hex'), 'archive.parts'],
  ])('with %s is told of in both languages', async (_what, bytes, how) => {
    const path = join(folder, '图片.zip')
    await writeFile(path, bytes)
    const error = await openArchive(path, new AbortController().signal).then(() => null, (found: unknown) => found)
    const { why } = failureOf(error)
    expect(why?.values['how']).toMatchObject({ key: how })
    if (why === undefined) return
    expect(phrase(why, 'zh')).not.toMatch(english)
    expect(phrase(why, 'en')).toContain('图片.zip')
    expect(detailOf(why)).toMatch(/[a-z]/)
  })
})

it.each([
  ['{"labels": [', 'json.end', null],
  ['{"labels": [["a", 1] ["b", 2]]}', 'json.place', /第 1 行第 22 列/],
  ['{"labels":}', 'json.mark', /\}/],
])('a file of labels that is no JSON (%s) is told of by the place', (text, how, zh) => {
  const why = reasonOf(() => parseLabels('dataset.json', Buffer.from(text)))
  expect(why.values['how']).toMatchObject({ key: how })
  expect(phrase(why, 'zh')).not.toMatch(english)
  if (zh !== null) expect(phrase(why, 'zh')).toMatch(zh)
  expect(detailOf(why)).toMatch(/JSON/)
})

describe('an argument', () => {
  it.each([
    ['datasets.split', { id: 'a', validation: 0.9, test: 0, seed: 0 }, 'datasets.split：validation：应为不大于 0.5 的数字，实际为 0.9。'],
    ['datasets.edit', { id: 'a', edit: { kind: 'prepare', resolution: 33 } }, 'datasets.edit：edit.resolution：应为以下之一：16, 32, 64, 128, 256，实际为 33。'],
    ['datasets.import', { tickets: [] }, 'datasets.import：tickets：应为至少 1 项的列表，实际为 0 项的列表。'],
    ['runs.get', { id: 7 }, 'runs.get：id：应为文本，实际为 7。'],
    ['runs.get', { id: 'a', path: '/' }, 'runs.get：参数：应为已知字段，实际为 "path"。'],
    ['datasets.update', { id: 'a', name: 'a\u0000' }, 'datasets.update：name：应为不含控制字符的文本，实际为 "a\\u0000"。'],
    ['datasets.edit', { id: 'a', edit: { kind: 'crop', pictureIds: ['a'], box: { x: 0.9, y: 0, width: 0.9, height: 1 } } }, 'datasets.edit：edit.box：应为位于图片内的框：x + width 与 y + height 均不超过 1，实际为对象。'],
  ] as const)('of %s that is wrong is named in Chinese', (method, value, sentence) => {
    expect(phrase(reasonOf(() => parseArgument(method, value)), 'zh')).toBe(sentence)
  })

  it('and an option too, in English as ever', () => {
    const wrong = (): unknown => parseOption('width', '1')
    expect(phrase(reasonOf(wrong), 'zh')).toBe('选项 width：应为 8 到 256 之间的整数，实际为 "1"。')
    expect(wrong).toThrow(StudioError)
    expect(wrong).toThrow('Option width: expected a whole number from 8 to 256, found "1".')
  })
})
