/** Mending a data set from a shell: every command a process of its own, so that all of it outlives a restart. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, result, said, type CommandLine, type Ended } from './command.ts'
import { pictureFolder } from './pictures.ts'

let folder = ''
let run: CommandLine['run']
let datasets: (...args: readonly string[]) => Promise<Ended>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-datasets-'))
  const command = commandLine({ dataFolder: join(folder, 'data') })
  run = command.run
  datasets = (...args) => run('datasets', ...args)
  const imported = await run('import', await pictureFolder(folder, 6), '--name', 'Shapes')
  expect(imported.code, imported.stderr).toBe(0)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Shown {
  readonly pictureCount: number
  readonly excludedCount: number
  readonly classes: readonly { readonly name: string; readonly count: number }[]
}
const dataset = (ended: Ended): Shown => {
  expect(ended.code, said(ended)).toBe(0)
  return result(ended)['dataset'] as Shown
}
const counts = (ended: Ended): Record<string, number> => Object.fromEntries(dataset(ended).classes.map(({ name, count }) => [name, count]))

describe('gan-studio datasets', () => {
  it('edits by id, path and pattern, and takes each step back', async () => {
    expect(counts(await datasets('rename-class', 'Shapes', 'round', '圆形'))).toEqual({ square: 6, 圆形: 6 })
    expect(counts(await datasets('new-class', 'Shapes', 'small', 'square/square ?.png'))).toEqual({ small: 6, square: 0, 圆形: 6 })
    expect(counts(await datasets('relabel', 'Shapes', 'square', 'square/square 0.png', '**/square 1.png'))).toEqual({ small: 4, square: 2, 圆形: 6 })

    const listed = await datasets('pictures', 'Shapes', '--class', 'square')
    expect(listed.lines.slice(0, -1).map(({ type, className, sourcePath }) => [type, className, sourcePath])).toEqual([['picture', 'square', 'square/square 0.png'], ['picture', 'square', 'square/square 1.png']])
    const excluded = dataset(await datasets('exclude', 'Shapes', String(listed.lines[0]?.['id']), 'round/*'))
    expect([excluded.pictureCount, excluded.excludedCount]).toEqual([5, 7])
    expect(dataset(await datasets('include', 'Shapes', 'round/round 3.png')).excludedCount).toBe(6)
    expect(counts(await datasets('merge', 'Shapes', '圆形', 'small', 'square'))).toEqual({ 圆形: 6 })
    expect(dataset(await datasets('delete-class', 'Shapes', '圆形'))).toMatchObject({ pictureCount: 0, excludedCount: 12, classes: [] })

    const history = await datasets('history', 'Shapes')
    expect(history.lines.slice(0, -1).map(({ kind }) => kind)).toEqual(['delete-class', 'merge-classes', 'include', 'exclude', 'relabel', 'new-class', 'rename-class'])
    for (let step = 0; step < 6; step += 1) expect((await datasets('undo', 'Shapes')).code).toBe(0)
    expect(counts(await datasets('undo', 'Shapes'))).toEqual({ round: 6, square: 6 })
    expect(counts(await datasets('redo', 'Shapes'))).toEqual({ square: 6, 圆形: 6 })
    expect(result(await datasets('show', 'Shapes'))).toMatchObject({ undo: { kind: 'rename-class', state: 'done' }, redo: { kind: 'new-class', state: 'undone' } })
  })

  it.each([
    ['a class that is not there', ['rename-class', 'Shapes', 'oval', 'x'], 3, /no class "oval"; its classes: square, 圆形/],
    ['a name that is taken', ['rename-class', 'Shapes', 'square', '圆形'], 2, /Merge the two/],
    ['a picture that is not there', ['exclude', 'Shapes', 'square/*', 'nowhere.png'], 3, /no picture "nowhere.png"/],
    ['nothing to include', ['include', 'Shapes', 'square/*'], 3, /no excluded picture/],
    ['two filters at once', ['pictures', 'Shapes', '--class', 'square', '--unlabelled'], 2, /found both/],
  ] as const)('refuses %s, and changes nothing', async (_what, args, code, message) => {
    const ended = await datasets(...args)
    expect([ended.code, result(ended)['message']]).toEqual([code, expect.stringMatching(message)])
    expect(result(await datasets('show', 'Shapes'))).toMatchObject({ dataset: { pictureCount: 12, excludedCount: 0 }, undo: { kind: 'rename-class' } })
  })

  it.each([['folders', 'out'], ['dataset-json', 'out.zip']] as const)('writes out %s, and takes them in again, also into a set that is there', async (layout, name) => {
    const out = join(folder, name)
    expect((await datasets('export', 'Shapes', '--layout', layout, '--out', out)).code).toBe(0)
    const again = await run('import', out, '--name', layout)
    expect(result(again)).toMatchObject({ pictures: 12, classes: [{ name: 'square', count: 6 }, { name: '圆形', count: 6 }] })
    await datasets('exclude', 'Shapes', 'square/square 0.png')
    expect((await run('import', out, '--into', 'Shapes')).code).toBe(2)
    const more = await run('import', await pictureFolder(join(folder, layout), layout === 'folders' ? 8 : 7), '--into', layout)
    expect(said(more)).toMatch(/"duplicate":12/)
    expect(result(more)).toMatchObject({ pictures: layout === 'folders' ? 16 : 14, report: { taken: layout === 'folders' ? 4 : 2 } })
    expect((await datasets('undo', layout)).code).toBe(0)
    await datasets('undo', 'Shapes')
    expect((await datasets('export', 'Shapes', '--out', out)).code).toBe(2)
  })

  it('deletes a data set and brings it back', async () => {
    const { id } = result(await datasets('show', 'Shapes'))
    expect((await datasets('delete', 'Shapes')).code).toBe(0)
    expect((await datasets('show', 'Shapes')).code).toBe(3)
    expect(dataset(await datasets('restore', String(id))).pictureCount).toBe(12)
    expect((await datasets('rename', String(id), 'Forms')).code).toBe(0)
    expect(result(await datasets())).toMatchObject({ count: 3 })
  })
})
