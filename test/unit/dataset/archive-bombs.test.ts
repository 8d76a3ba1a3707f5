/** Archives made to fill disk or memory, or to write where they should not. */
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { phrase } from '../../../src/contract/messages.ts'
import { ByteBudget } from '../../../src/dataset/byte-budget.ts'
import { classesOf } from '../../../src/dataset/classes.ts'
import { importSources, type ImportOutcome } from '../../../src/dataset/import.ts'
import { decodersHere } from './decoders-here.ts'

let folder = ''
let data = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-archives-'))
  data = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Entry {
  readonly name: string
  readonly content: Buffer
  /** What the archive says it unpacks to. */
  readonly says?: number
}

/** Entries as they are given, whatever they claim: no writer of archives would make these. */
function zip(entries: readonly Entry[]): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const { name, content, says = content.length } of entries) {
    const packed = deflateRawSync(content, { level: 1 })
    const raw = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(says, 18)
    common.writeUInt16LE(raw.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.from('504b01021400', 'hex'), common, place, raw)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, raw, packed])
    parts.push(local)
    at += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, list, end])
}

const png = (shade: number): Promise<Buffer> => sharp({ create: { width: 40, height: 40, channels: 3, background: { r: shade, g: 90, b: 9 } } }).png().toBuffer()
async function take(entries: readonly Entry[]): Promise<ImportOutcome> {
  const path = join(folder, 'set.zip')
  await writeFile(path, zip(entries))
  return await importSources({ paths: [path], decoders: decodersHere(data), signal: new AbortController().signal, onProgress: () => {}, onPictures: () => {} })
}

describe('an archive', () => {
  it('whose entries would fill the memory is taken without them', async () => {
    const bomb = Buffer.alloc(100_000_000)
    const outcome = await take([{ name: 'good.png', content: await png(1) }, { name: 'bomb.png', content: bomb }, { name: 'liar.png', content: bomb, says: 1000 }])
    expect(outcome).toMatchObject({ taken: 1, counts: { 'too-large': 1, 'broken': 1 } })
    expect(outcome.problems.find(({ path }) => path === 'bomb.png')?.why).toMatchObject({ key: 'problem.swells', values: { size: 100 } })
    expect(outcome.problems.every(({ why }) => !phrase(why, 'en').includes('mistake'))).toBe(true)
  })

  it('keeps nothing outside the data folder, whatever its names', async () => {
    const names = ['../up.png', '../../up.png', '/etc/up.png', 'C:/up.png', 'C:\\up.png', '..\\up.png', '\\\\host\\share\\up.png', 'a/../../up.png', './a.png', 'ok/..png', 'nul\u0000l.png', `${'n'.repeat(300)}.png`, 'con.png', 'aux/b.png', '\u202egnp.exe', 'line\nbreak.png', '__proto__/x.png', 'constructor/y.png', '𝕏/🖼.png']
    const outcome = await take(await Promise.all(names.map(async (name, i) => ({ name, content: await png(i) }))))
    // Two have a dot first, as what systems leave beside pictures; it is passed over.
    expect(outcome.taken + Object.values(outcome.counts).reduce((sum, count) => sum + count, 0)).toBe(names.length - 2)
    expect(outcome.problems.filter(({ kind }) => kind !== 'unsafe-path')).toEqual([])
    expect(outcome.counts['unsafe-path']).toBeGreaterThanOrEqual(6)
    expect((await readdir(folder)).sort()).toEqual(['data', 'set.zip'])
    expect((await readdir(join(data, 'originals'), { recursive: true })).filter((name) => !/^[0-9a-f]{2}(\/[0-9a-f]{64})?$/.test(name))).toEqual([])
  })
})

it('classes have names that can be seen, whatever the folders are called', () => {
  const found = classesOf(['a\u202egpj.exe/1.png', 'line\nbreak/2.png', '\u0000/3.png', '  /4.png', '\ud800x/5.png', `${'𝕏'.repeat(150)}/6.png`, '__proto__/7.png', 'قطة/8.png'])
  expect(found).toEqual(['a_gpj.exe', 'line_break', '_', '_', '\ufffdx', '𝕏'.repeat(100), '__proto__', 'قطة'])
})

it('a file of a gigabyte is not even read', async () => {
  await writeFile(join(folder, 'huge.png'), await png(1))
  await truncate(join(folder, 'huge.png'), 2 ** 30)
  const before = process.memoryUsage().rss
  const outcome = await importSources({ paths: [join(folder, 'huge.png')], decoders: decodersHere(data), signal: new AbortController().signal, onProgress: () => {}, onPictures: () => {} })
  expect(outcome.problems).toMatchObject([{ kind: 'too-large' }])
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
})

it('no more bytes are in memory at once than there is room for, and none waits for ever', async () => {
  const budget = new ByteBudget(100)
  let [now, most] = [0, 0]
  const order: number[] = []
  await Promise.all([60, 60, 30, 500, 10, 0, 100].map((bytes, i) => budget.during(bytes, async () => {
    most = Math.max(most, bytes > 100 ? 0 : (now += bytes))
    order.push(i)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now -= bytes > 100 ? 0 : bytes
    if (i === 1) throw new Error('A failure gives its room back too.')
  }).catch(() => {})))
  expect(most).toBeLessThanOrEqual(100)
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6])
})
