import { describe, expect, it } from 'vitest'
import { isMessage, message, messageTable, phrase, type MessageKey } from '../../../src/contract/messages.ts'

const keys = Object.keys(messageTable) as MessageKey[]
const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

describe('messages of the core', () => {
  it.each(keys)('%s names the same values in both languages', (key) => {
    expect(places(messageTable[key].zh)).toEqual(places(messageTable[key].en))
  })

  it('are said in the language asked for, with grouped numbers', () => {
    const said = message('reason.augment.many', { pictures: 50_000 })
    expect(phrase(said, 'en')).toBe('50,000 pictures are enough to learn from as they are.')
    expect(phrase(said, 'zh')).toBe('50,000 张图片足够直接学习。')
  })

  it('say others within them in the same language', () => {
    const why = message('refused.nothingTaken', { found: [message('found.broken', { count: 1_200 }), message('found.label', { count: 1 })], path: 'a.png', why: message('problem.empty') })
    expect(phrase(why, 'en')).toMatch(/^No picture could be taken: 1,200 damaged, 1 label that was not used\. For example "a\.png": The file is empty\./)
    expect(phrase(why, 'zh')).toMatch(/^没有可导入的图片：已损坏 1,200 个、未使用的标签 1 个。例如“a\.png”：文件为空。/)
    expect(phrase(message('refused.quoteOpen', { where: message('where.row', { file: 'l.csv', n: 3 }) }), 'zh')).toBe('“l.csv”第 3 行：引号内的字段没有结束，请用 " 结束。')
  })

  it('end without a stop in brackets', () => {
    const refused = message('refused.givenPicture', { name: 'a.txt', why: message('problem.empty') })
    expect(phrase(refused, 'en')).toMatch(/^"a\.txt" cannot be read as a picture \(The file is empty\. Copy or download it again\)\. Choose/)
    expect(phrase(refused, 'zh')).toMatch(/^“a\.txt”无法作为图片读取（文件为空。[^（）]*[^。]）。请选择/)
  })

  it('of others are told from what is none', () => {
    expect(isMessage(JSON.parse(JSON.stringify(message('refused.rowColumns', { where: message('where.row', { file: 'a', n: 1 }), found: 1 }))))).toBe(true)
    for (const none of [null, 'problem.empty', {}, { key: 'problem.empty' }, { key: 'nobody', values: {} }, { key: 'toString', values: {} }, { key: 'problem.text', values: { text: { key: 'nobody', values: {} } } }, { key: 'problem.text', values: { text: null } }])
      expect(isMessage(none), JSON.stringify(none)).toBe(false)
  })

  it('leave out what was not given, and do not read braces in values', () => {
    expect(phrase(message('notice.text', { reason: 'a {reason} in braces' }), 'en')).toBe('a {reason} in braces')
    expect(phrase(message('notice.text'), 'en')).toBe('')
  })
})
