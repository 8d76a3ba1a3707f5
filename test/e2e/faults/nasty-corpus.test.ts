/** A folder with every file that is hard to take, imported as a person would: each is taken as it should be, or named with the reason. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandLine, result, said, type CommandLine } from '../command.ts'
import { closed, nastyCorpus, nastyNames, sound } from '../nasty-corpus.ts'

let folder = ''
let command: CommandLine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-nasty-'))
  command = commandLine({ dataFolder: join(folder, 'data') })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a folder of nasty files is taken as far as it can be, and the rest is named with its reason', async () => {
  const ended = await command.run('import', await nastyCorpus(folder), '--name', 'nasty')
  expect(ended.code, said(ended)).toBe(0)
  const { pictures, report, classes } = result(ended) as unknown as {
    readonly pictures: number
    readonly classes: readonly { readonly name: string }[]
    readonly report: { readonly counts: Readonly<Record<string, number>>; readonly animatedFirstFrames: number; readonly problems: readonly { readonly path: string; readonly kind: string; readonly message: string }[] }
  }
  expect(pictures).toBe(Object.keys(sound).length + (closed ? 0 : 1))
  expect(report.counts).toMatchObject({ 'duplicate': 49, 'broken': 2, 'unsupported': 2, 'too-large': 1, 'unreadable': closed ? 1 : 0 })
  expect(report.animatedFirstFrames).toBeGreaterThan(0)
  expect(classes.map(({ name }) => name).sort()).toEqual(['copies', 'forms', ...nastyNames.map((name) => name.split('/')[0]?.normalize('NFC') ?? '')].sort())
  const reasons = new Map(report.problems.filter(({ kind }) => kind !== 'duplicate').map(({ path, message }) => [path, message]))
  expect(reasons.get('forms/cut.jpg')).toMatch(/cut off/)
  expect(reasons.get('forms/empty.png')).toMatch(/empty/)
  expect(reasons.get('forms/words.jpg')).toMatch(/not a picture/)
  expect(reasons.get('forms/phone.heic')).toMatch(/HEIC/)
  expect(reasons.get('forms/bomb.svg')).toMatch(/pixels|damaged/)
  const listed = (await command.run('datasets', 'pictures', 'nasty')).lines.filter(({ type }) => type === 'picture')
  expect(listed.map(({ sourcePath }) => String(sourcePath))).toEqual(expect.arrayContaining([...nastyNames]))
  expect(listed.find(({ sourcePath }) => sourcePath === 'forms/turned.jpg')).toMatchObject({ width: 20, height: 50 })
  expect(listed.find(({ sourcePath }) => sourcePath === 'forms/tall.png')).toMatchObject({ width: 1, height: 20_000 })
  expect(listed.find(({ sourcePath }) => sourcePath === 'forms/really-a-png.jpg')).toMatchObject({ format: 'png' })
})
