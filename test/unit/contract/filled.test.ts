import { describe, expect, it } from 'vitest'
import { table } from '../../../renderer/texts/index.ts'
import { counted, filled } from '../../../src/contract/filled.ts'
import { message, messageTable, phrase } from '../../../src/contract/messages.ts'

describe('texts with counts', () => {
  const words = (shown: string): string => filled('{n} {n:picture is|pictures are} here', () => shown)

  it('have the word that goes with the number, as it is shown', () => {
    expect(words('1')).toBe('1 picture is here')
    for (const shown of ['0', '2', '1.5', '1,000', '21', '1.2M', '1M', 'one', '']) expect(words(shown), shown).toBe(`${shown} pictures are here`)
    expect(filled('{n} {n:was|were} left', () => '1 picture')).toBe('1 picture was left')
    expect(filled('{n} {n:was|were} left', () => '1,001 pictures')).toBe('1,001 pictures were left')
    expect(filled('{n:pass|passes}', () => '1')).toBe('pass')
  })

  it('say one of a thing as one', () => {
    expect(phrase(message('action.more', { minutes: 1 }), 'en')).toBe('Go on for 1 minute')
    expect(phrase(message('action.more', { minutes: 10 }), 'en')).toBe('Go on for 10 minutes')
    expect(phrase(message('action.more', { minutes: 1 }), 'zh')).toBe('再训练 1 分钟')
    expect([counted(1, 'picture'), counted(1_200, 'picture'), counted(2, 'class', 'classes')]).toEqual(['1 picture', '1,200 pictures', '2 classes'])
  })

  const noun = /\{\w+\} (?:[a-z-]+ )?(?:pictures|images|classes|files|folders|runs|copies|groups|minutes|hours|items|characters|passes|times|colours|labels|bars|cores|rows|imports)\b/
  /** Limits, and batches of pictures: always several. */
  const several = /(?:to|at most|at least|fewer than|against) \{\w+\} [a-z-]+|\{\w+\} (?:images|pictures) seen/g
  const neverOne = new Set([
    'cutShortImports', 'dropMany', 'splitLockedMany', 'allClasses', 'someClasses', 'perSecond', 'timesLarger', 'enlargeEmpty',
    'reason.conditional.some', 'reason.learningRateD', 'warning.fewPasses', 'notice.adversarial', 'notice.slowedDown', 'problem.format', 'problem.swells', 'evidence.memorisation',
    'run.gaveUp', 'run.smallerBatch', 'refused.animationMany', 'refused.sheetMany', 'refused.precision', 'refused.enlargerFormat',
  ])
  it('have words for one and for many wherever there may be one', () => {
    const texts = [...Object.entries(table).map(([key, [en]]) => [key, en] as const), ...Object.entries(messageTable).map(([key, { en }]) => [key, en] as const)]
    expect(texts.filter(([key, en]) => !neverOne.has(key) && noun.test(en.replaceAll(several, ''))).map(([key]) => key)).toEqual([])
  })
})
