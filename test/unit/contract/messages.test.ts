import { describe, expect, it } from 'vitest'
import { message, messageTable, phrase, type MessageKey } from '../../../src/contract/messages.ts'

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

  it('leave out what was not given, and do not read braces in values', () => {
    expect(phrase(message('notice.text', { reason: 'a {reason} in braces' }), 'en')).toBe('a {reason} in braces')
    expect(phrase(message('notice.text'), 'en')).toBe('')
  })
})
