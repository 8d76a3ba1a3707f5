import { describe, expect, it } from 'vitest'
import { classesBy, previewOf } from '../../../src/dataset/classes.ts'
import { labelled } from '../../../src/dataset/labelling.ts'
import type { SourceFile } from '../../../src/dataset/sources.ts'

const byPattern = (pattern: string, ...paths: readonly string[]) => classesBy(paths, { kind: 'pattern', pattern })

describe('a pattern of file names', () => {
  it.each([
    ['{class}_*', 'cat_001.jpg', 'cat'],
    ['{class}_#', 'golden_retriever_12.jpg', 'golden_retriever'],
    ['{class}_#', 'golden_retriever.jpg', null],
    ['*-{class}', 'x/img-01-猫.png', '01-猫'],
    ['#-{class}', 'x/01-猫.png', '猫'],
    ['{class}#', 'dog12.webp', 'dog'],
    ['{class}', 'a/b/solo.png', 'solo'],
    ['{class}/*', 'set/birds/red/1.png', 'red'],
    ['{class}/*/#', 'set/birds/red/1.png', 'birds'],
    ['{class}/*/#', '1.png', null],
    ['IMG (#) {class}', 'IMG (3) كلب.jpeg', 'كلب'],
    ['{class}_*', 'v1.2_final.tar.png', 'v1.2'],
    ['{class}_*', 'e\u0301te\u0301_1.png', 'été'.normalize('NFC')],
    ['{class}.*', ' .png', null],
  ] as const)('%s gives %s the class %s', (pattern, path, className) => {
    expect(byPattern(pattern, path)).toEqual([className])
  })

  it.each([['*', /nowhere/], ['{class}{class}', /2 times/], [`${'*a'.repeat(13)}{class}`, /too many wildcards/], ['/{class}', /begins with/]] as const)('is refused as %s', (pattern, message) => {
    expect(() => byPattern(pattern, 'a.png')).toThrow(message)
  })

  it('is not slowed down by names that are made for it', () => {
    const started = performance.now()
    expect(byPattern('*a*a*a*a*a*a*a*a{class}b', `${'a'.repeat(1000)}.png`)).toEqual([null])
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('nested folders', () => {
  const paths = ['set/train/cats/black/1.png', 'set/train/cats/white/2.png', 'set/test/dogs/black/3.png', 'set/test/dogs/4.png']
  it('count by the first, the last, or all of them, below those that say nothing', () => {
    expect(classesBy(paths, { kind: 'folders', level: 'first' })).toEqual(['cats', 'cats', 'dogs', 'dogs'])
    expect(classesBy(paths, { kind: 'folders', level: 'last' })).toEqual(['black', 'white', 'black', 'dogs'])
    expect(classesBy(paths, { kind: 'folders', level: 'path' })).toEqual(['cats/black', 'cats/white', 'dogs/black', 'dogs'])
    expect(classesBy(['1.png', 'a/2.png'], { kind: 'folders', level: 'path' })).toEqual([null, 'a'])
  })

  it('are counted for a person to see, with those that get no class', () => {
    expect(previewOf(['b10/1.png', 'b9/2.png', '3.png'], ['b10', 'b9', null])).toEqual({
      total: 3, others: 1, otherExamples: ['3.png'], classCount: 2,
      classes: [{ name: 'b9', count: 1, examples: ['b9/2.png'] }, { name: 'b10', count: 1, examples: ['b10/1.png'] }],
      splitFolders: [], parts: null, copies: 0, noted: null, problems: [], problemCount: 0,
    })
  })
})

it('a rule that a person gave goes before files of labels', async () => {
  const file = (path: string, text: string): SourceFile => ({ path, file: null, changedAt: null, bytes: text.length, read: async () => Buffer.from(text) })
  const all = [file('cat_1.png', ''), file('labels.csv', 'cat_1.png,tiger')]
  expect((await labelled(all)).files.map(({ className }) => className)).toEqual(['tiger'])
  expect(await labelled(all, { kind: 'pattern', pattern: '{class}_#' })).toMatchObject({ files: [{ className: 'cat', file: { path: 'cat_1.png' } }] })
})
