import { describe, expect, it } from 'vitest'
import { csvRows } from '../../../src/dataset/csv.ts'
import { parseLabels } from '../../../src/dataset/label-files.ts'
import { labelled } from '../../../src/dataset/labelling.ts'
import type { SourceFile } from '../../../src/dataset/sources.ts'
import { encoded } from './encodings.ts'

const file = (path: string, text = ''): SourceFile => ({ path, file: null, changedAt: null, bytes: text.length, read: async () => Buffer.from(text) })
const classes = async (...files: readonly SourceFile[]): Promise<Record<string, string | null>> => {
  const found = await labelled(files)
  return Object.fromEntries(found.files.map(({ file, className }) => [file.path, className]))
}
const parse = (name: string, text: string) => parseLabels(name, Buffer.from(text)).classes

describe('rows of a CSV file', () => {
  it.each([
    ['commas and no last line end', 'a,b\nc,d', [['a', 'b'], ['c', 'd']]],
    ['semicolons, as spreadsheets of some countries write', 'a;"1,5"\r\nc;d\r\n', [['a', '1,5'], ['c', 'd']]],
    ['tabs', 'a\tb\n', [['a', 'b']]],
    ['quotes, line ends and quotes inside', '"a ""x"", y","line\nend"\n', [['a "x", y', 'line\nend']]],
    ['an empty last field', 'a,\nb,""\n', [['a', ''], ['b', '']]],
    ['a byte order mark and empty lines', '\uFEFFa,b\n\n,\nc,d\n', [['a', 'b'], ['c', 'd']]],
    ['old Mac line ends', 'a,b\rc,d', [['a', 'b'], ['c', 'd']]],
    ['nothing', '', []],
  ] as const)('come apart at %s', (_what, text, rows) => {
    expect(csvRows(text, 'labels.csv')).toEqual(rows)
  })

  it.each([
    ['a field of ten megabytes', `a,b\nc,${'x'.repeat(10_000_000)}`, /"labels.csv", row 2: a field has 10,000,000 characters; at most 4,096/],
    ['a quoted one of ten megabytes', `"${'x'.repeat(10_000_000)}",b`, /row 1: a field has/],
    ['a quote without end', 'a,b\nc,"d', /row 2: a quoted field has no end/],
    ['words after a quote', '"a"b,c', /row 1: after a closing quote/],
  ] as const)('are refused for %s', (_what, text, message) => {
    expect(() => csvRows(text, 'labels.csv')).toThrow(message)
  })
})

describe('files of labels', () => {
  it('are read with a header in any order, without one, and with empty classes', () => {
    expect(parse('labels.csv', 'split,Class,File\ntrain, cat ,a.jpg\ntest,,b.jpg')).toEqual([['a.jpg', 'cat'], ['b.jpg', null]])
    expect(parse('labels.csv', 'a.jpg,猫\nb.jpg,constructor')).toEqual([['a.jpg', '猫'], ['b.jpg', 'constructor']])
  })

  it('are read as StyleGAN writes them, with names where there are names', () => {
    expect(parse('dataset.json', '{"labels": [["00000/img00000000.png", 6], ["b.png", 0]]}')).toEqual([['00000/img00000000.png', '6'], ['b.png', '0']])
    expect(parse('dataset.json', '{"labels": [["a.png", 1], ["b.png", 2]], "class_names": ["x", "__proto__"]}')).toEqual([['a.png', '__proto__'], ['b.png', '2']])
    expect(parse('dataset.json', '{"labels": null}')).toEqual([])
  })

  it.each([
    ['no JSON', 'dataset.json', '{"labels": [', /is not JSON/],
    ['labels that are no list', 'dataset.json', '{"labels": {"a.png": 1}}', /expected "labels" to be a list/],
    ['labels of several numbers', 'dataset.json', '{"labels": [["a.png", [0, 1]]]}', /label 1: expected a class as a whole number/],
    ['a label below zero', 'dataset.json', '{"labels": [["a.png", -1]]}', /whole number from 0/],
    ['a label without a path', 'dataset.json', '{"labels": [[1, 2]]}', /expected \[path, class\]/],
    ['one column', 'labels.csv', 'a.jpg\nb.jpg', /row 1: expected a picture's path and a class, columns found: 1\. Write/],
    ['a class of control characters', 'labels.csv', 'a.jpg,"x\u0007"', /control characters/],
    ['a class of 300 characters', 'labels.csv', `a.jpg,${'y'.repeat(300)}`, /at most 200 characters/],
    ['another encoding', 'labels.csv', '', /is not UTF-8/],
  ] as const)('are refused for %s', (what, name, text, message) => {
    const bytes = what === 'another encoding' ? Buffer.from([0x61, 0x2c, 0xff, 0xfe]) : Buffer.from(text)
    expect(() => parseLabels(name, bytes)).toThrow(message)
  })

  it.each([
    ['UTF-8 with a mark', 'labels.csv', Buffer.from('\uFEFF猫.png,猫'), '猫'],
    ['GBK, as Windows in China writes it', 'labels.csv', Buffer.from('c3a82e706e672cc3a80d0ab9b72e706e672cb9b70d0a', 'hex'), '猫'],
    ['Big5', 'labels.csv', encoded('big5', '貓.png,貓\r\n狗.png,狗\r\n'), '貓'],
    ['Shift_JIS', 'labels.csv', encoded('shift_jis', 'ネコ.png,ネコ\r\n犬.png,犬\r\n'), 'ネコ'],
    ['CP949', 'labels.csv', encoded('euc-kr', '고양이.png,고양이\r\n'), '고양이'],
    ['UTF-16', 'labels.csv', Buffer.from('\uFEFF猫.png\t猫\r\n', 'utf16le'), '猫'],
    ['UTF-16, the other way round', 'labels.csv', Buffer.from('\uFEFF猫.png\t猫\r\n', 'utf16le').swap16(), '猫'],
    ['UTF-8 with a mark', 'dataset.json', Buffer.from('\uFEFF{"labels": [["猫.png", 0]], "class_names": ["猫"]}'), '猫'],
  ] as const)('are read in %s (%s)', (_what, name, bytes, className) => {
    expect(parseLabels(name, bytes).classes[0]).toEqual([`${className}.png`, className])
  })

  it('do not reach what every object has', async () => {
    const text = '{"__proto__": {"labels": [["a.png", 1]]}, "constructor": 1}'
    expect(parse('dataset.json', text)).toEqual([])
    expect(({} as { labels?: unknown }).labels).toBeUndefined()
    expect(await classes(file('__proto__/a.png'), file('constructor/b.png'), file('labels.csv', 'toString/x.png,valueOf\n__proto__/a.png,hasOwnProperty'))).toEqual(Object.fromEntries([['__proto__/a.png', 'hasOwnProperty'], ['constructor/b.png', null]]))
  })
})

describe('labelling', () => {
  it('takes folders where no file names classes, and the file where one does', async () => {
    expect(await classes(file('cats/a.png'), file('dogs/b.png'))).toEqual({ 'cats/a.png': 'cats', 'dogs/b.png': 'dogs' })
    expect(await classes(file('cats/a.png'), file('dogs/b.png'), file('labels.csv', 'cats/a.png,tiger'))).toEqual({ 'cats/a.png': 'tiger', 'dogs/b.png': null })
  })

  it('finds pictures by path, by name, and by name without ending, where it is one of its kind', async () => {
    const files = [file('x/a.png'), file('x/b.jpg'), file('y/b.jpg'), file('y/c.v2.png')]
    expect(await classes(...files, file('labels.csv', './x\\a.png,1\nb.jpg,2\nc.v2,3'))).toEqual({ 'x/a.png': '1', 'x/b.jpg': null, 'y/b.jpg': null, 'y/c.v2.png': '3' })
  })

  it('counts names of Unicode forms as the same', async () => {
    expect(await classes(file('caf\u00e9.png'), file('labels.csv', 'cafe\u0301.png,e\u0301'))).toEqual({ 'caf\u00e9.png': '\u00e9' })
  })

  it('reaches the folder it lies in and below; the nearest counts', async () => {
    const found = await classes(file('a/1.png'), file('a/b/2.png'), file('c/3.png'), file('a/labels.csv', '1.png,one\nb/2.png,outer'), file('a/b/dataset.json', '{"labels":[["2.png",7]]}'))
    expect(found).toEqual({ 'a/1.png': 'one', 'a/b/2.png': '7', 'c/3.png': 'c' })
  })

  it('tells of labels without a picture, and refuses a file that names none', async () => {
    const { problems } = await labelled([file('a.png'), file('labels.csv', 'a.png,x\ngone.png,y')])
    expect(problems).toEqual([{ path: 'gone.png', kind: 'label', why: { key: 'problem.labelClass', values: { file: expect.stringMatching(/labels\.csv$/) } } }])
    await expect(labelled([file('a.png'), file('labels.csv', 'gone.png,y')])).rejects.toThrow(/names no picture that is here: its first is "gone.png", the first picture here is "a.png"/)
  })

  it('refuses two files that both name classes, one too many, and one too large', async () => {
    await expect(labelled([file('a.png'), file('labels.csv', 'a.png,x'), file('dataset.json', '{}')])).rejects.toThrow(/both name classes/)
    await expect(labelled(Array.from({ length: 101 }, (_, i) => file(`${i}/labels.csv`, 'a,b')))).rejects.toThrow(/101 folders/)
    await expect(labelled([{ ...file('labels.csv'), bytes: 70_000_000, read: () => Promise.reject(new Error('read')) }])).rejects.toThrow(/70 MB; at most 64 MB/)
  })
})
