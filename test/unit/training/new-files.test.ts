import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeNew } from '../../../src/training/atomic-file.ts'

async function emptyFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'gan-studio-new-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return join(root, '照片 é')
}
const file = (name: string, text: string) => ({ name, bytes: async () => Buffer.from(text) })

it('new files are all there, in a folder made for them', async () => {
  const folder = await emptyFolder()
  await writeNew(folder, [file('a', 'one'), file('b', 'two')])
  expect(await readdir(folder)).toEqual(['a', 'b'])
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('two')
})

it('a file that is there already stays as it is, and none of the new ones is left', async () => {
  const folder = await emptyFolder()
  await writeNew(folder, [file('b', 'mine')])
  await expect(writeNew(folder, [file('a', 'one'), file('b', 'two'), file('c', 'three')])).rejects.toMatchObject({ code: 'EEXIST' })
  expect(await readdir(folder)).toEqual(['b'])
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('mine')
})

it('where one cannot be made, none is left, and the reason is told', async () => {
  const folder = await emptyFolder()
  const bad = { name: 'c', bytes: () => Promise.reject(new Error('no picture')) }
  await expect(writeNew(folder, [file('a', 'one'), bad])).rejects.toThrow('no picture')
  expect(await readdir(folder)).toEqual([])
})

it('a folder that cannot be made is told', async () => {
  const folder = await emptyFolder()
  await writeFile(folder, '')
  await expect(writeNew(folder, [file('a', 'one')])).rejects.toMatchObject({ code: 'EEXIST' })
})
