import { describe, expect, it } from 'vitest'
import { archiveKind } from '../../../src/dataset/archive-kind.ts'
import { nameReader, type NamedEntry } from '../../../src/dataset/archive-names.ts'
import { encoded } from './encodings.ts'

const entry = (fileNameRaw: Buffer, generalPurposeBitFlag = 0): NamedEntry => ({ fileNameRaw, generalPurposeBitFlag, extraFields: [] })
const read = (...names: readonly Buffer[]): string[] => {
  const entries = names.map((name) => entry(name))
  return entries.map(nameReader(entries))
}
/** 猫/图片一.png and 狗（新）/a.png as Windows in China writes them. */
const gbk = ['c3a82fcdbcc6acd2bb2e706e67', 'b9b7a3a8d0c2a3a92f612e706e67'].map((hex) => Buffer.from(hex, 'hex'))

describe('names in a ZIP that does not say their encoding', () => {
  it('are UTF-8 where all of them can be', () => {
    expect(read(Buffer.from('猫/图片 1.png'), Buffer.from('قطط/🐈.png'), Buffer.from('plain.png'))).toEqual(['猫/图片 1.png', 'قطط/🐈.png', 'plain.png'])
    for (const name of ['café/é.png', 'кошки/конь.png', 'γάτες/1.png', 'żółw/ćma.png', 'قطط/كلب.png']) expect(read(Buffer.from(name))).toEqual([name])
  })
  it('are GBK where they make common characters of it', () => {
    expect(read(...gbk, Buffer.from('plain\\b.png'))).toEqual(['猫/图片一.png', '狗（新）/a.png', 'plain/b.png'])
  })
  it.each([['shift_jis', '猫/写真 1.png', '犬/ソ.png'], ['euc-kr', '고양이/사진.png', '개/1.png'], ['big5', '貓/照片.png', '狗/功.png']] as const)('are %s where Windows wrote that', (encoding, ...names) => {
    expect(read(...names.map((name) => encoded(encoding, name)), Buffer.from('plain.png'))).toEqual([...names, 'plain.png'])
  })
  it('are code page 437 else, as the format has it', () => {
    expect(read(Buffer.from('Fl\x81gel/b\x84r.png', 'latin1'), Buffer.from('caf\x82/1.png', 'latin1'))).toEqual(['Flügel/bär.png', 'café/1.png'])
    expect(read(...gbk, Buffer.from('caf\x82', 'latin1'))[0]).toBe('├¿/═╝╞¼╥╗.png')
  })
  it('do not change those that say it', () => {
    const entries = [entry(Buffer.from('犬/é.png'), 0x800), entry(gbk[0] ?? Buffer.of())]
    expect(entries.map(nameReader(entries))).toEqual(['犬/é.png', '猫/图片一.png'])
  })
  it('may be anything', () => {
    const wild = Array.from({ length: 256 }, (_, i) => Buffer.from([i, 255 - i, (i * 7) % 256, 0x2f, i]))
    expect(read(...wild).every((name) => typeof name === 'string')).toBe(true)
    expect(read()).toEqual([])
    expect(read(Buffer.alloc(0))).toEqual([''])
  })
})

it.each([['504b0304aa', 'ZIP'], ['526172211a070100', 'RAR'], ['377abcaf271c', '7-Zip'], ['1f8b08', 'gzip'], [`${'00'.repeat(257)}7573746172`, 'tar'], ['89504e470d0a1a0a', null], ['', null], ['50', null]])('a file that begins with %s is an archive of kind %s', (hex, kind) => {
  expect(archiveKind(Buffer.from(hex, 'hex'))).toBe(kind)
})
