/** A data folder that moves: cut off at every call of the file system, refused where it cannot be, and gone back on. */
import { hash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../../src/hosts/folder-lock.ts'
import { dataFolderNow, moveDataFolder, oldCopies, removeOldCopies } from '../../../src/hosts/move-data.ts'
import { endMove, sweepMove } from '../../../src/studio/data-move.ts'
import { withFault } from '../../faulty-files.ts'

let folder = ''
let old = ''
let target = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gan-studio-move-')))
  await fresh()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const content: Readonly<Record<string, string>> = { 'studio.db': 'rows', 'studio.db-wal': 'newer rows', 'originals/ab/abc': 'picture', 'runs/r1/checkpoints/1.safetensors': 'weights'.repeat(200_000), 'runs/r1/空 é.png': 'sheet', 'diary.txt': 'mine' }
const whole = Object.fromEntries(Object.entries(content).map(([name, text]) => [name, hash('sha256', text)]))
const own = { 'window/Cookies': 'of the window', 'studio.db-shm': 'made anew' }

async function fresh(): Promise<void> {
  await rm(join(folder, 'home'), { recursive: true, force: true })
  old = join(folder, 'home', 'data')
  target = join(folder, 'home', '盘', 'new data')
  await mkdir(dirname(target), { recursive: true })
  for (const [name, text] of Object.entries({ ...content, ...own })) {
    await mkdir(dirname(join(old, name)), { recursive: true })
    await writeFile(join(old, name), text)
  }
}
async function contentOf(at: string): Promise<Record<string, string>> {
  const found = (await readdir(at, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(at.length + 1))
  const kept = found.filter((name) => !/^(studio\.lock|studio\.db-shm|moved-to\.json|moved-from\.json|window\/.*)$/.test(name))
  return Object.fromEntries(await Promise.all(kept.map(async (name) => [name, hash('sha256', await readFile(join(at, name)))] as const)))
}
const move = (to = target, signal = new AbortController().signal, onProgress = (): void => {}): ReturnType<typeof moveDataFolder> => moveDataFolder({ folder: old, target: to, signal, onProgress })
/** What every start does before it opens the folder. */
async function start(): Promise<string> {
  const at = await dataFolderNow(old)
  await sweepMove(at)
  await endMove(at)
  return at
}

describe('a data folder', () => {
  it('is moved whole, leaves its old content until that is removed, and takes nothing of the person\'s away', async () => {
    expect(await move()).toEqual({ from: old, to: target })
    expect(await start()).toBe(target)
    expect(await contentOf(target)).toEqual(whole)
    expect(await contentOf(old)).toEqual(whole)
    expect(await oldCopies(old)).toMatchObject([{ folder: old }])
    expect((await removeOldCopies(old)).freedBytes).toBeGreaterThan(1e6)
    expect((await readdir(old)).sort()).toEqual(['diary.txt', 'moved-to.json', 'studio.lock', 'window'])
    expect(await contentOf(await start())).toEqual(whole)
  })

  it('cut off at any call is in charge where it was or where it goes, whole, and nothing half done stays', { timeout: 240_000 }, async () => {
    const charge = { old: 0, new: 0 }
    for (let n = 1; ; n += 1) {
      await fresh()
      const { failed } = await withFault(folder, { n, code: 'EIO', lasting: true }, () => move())
      const at = await start()
      expect(await contentOf(at), `call ${n}, ${failed}`).toEqual(whole)
      charge[at === old ? 'old' : 'new'] += 1
      expect(await readdir(dirname(target)), `call ${n}, ${failed}`).toEqual(at === old ? [] : ['new data'])
      if (failed === null) break
    }
    expect(charge.old).toBeGreaterThan(30)
    expect(charge.new).toBeGreaterThan(1)
  })

  it('is moved whole with hundreds of small files, of which a few are on their way at once', async () => {
    const small = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [join('originals', 'ab', `small ${i}`), `picture ${i}`]))
    for (const [name, text] of Object.entries(small)) await writeFile(join(old, name), text)
    const before = await contentOf(old)
    await move()
    expect(await contentOf(target)).toEqual(before)
  })

  it('stays where it was when the move is cancelled', async () => {
    const cancel = new AbortController()
    await expect(move(target, cancel.signal, () => cancel.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(dirname(target))).toEqual([])
    expect(await start()).toBe(old)
    expect(await contentOf(old)).toEqual(whole)
  })

  it('moves again, and each old name leads to where it is', async () => {
    await mkdir(target)
    await move()
    const second = join(folder, 'home', 'second')
    expect(await move(second)).toEqual({ from: target, to: second })
    expect(await dataFolderNow(old)).toBe(second)
    expect(await dataFolderNow(target)).toBe(second)
    expect((await oldCopies(old)).map((one) => one.folder)).toEqual([old, target])
  })

  it('goes back to where it was, in place of the old content there, and leaves the person\'s files and the window\'s', async () => {
    await move()
    await writeFile(join(target, 'studio.db'), 'more rows')
    await rm(join(target, 'runs/r1/空 é.png'))
    const now = await contentOf(target)
    expect(await move(old)).toEqual({ from: target, to: old })
    expect(await dataFolderNow(old)).toBe(old)
    expect(await dataFolderNow(target)).toBe(old)
    expect(await start()).toBe(old)
    expect(await contentOf(old)).toEqual(now)
    expect(await readFile(join(old, 'window/Cookies'), 'utf8')).toBe(own['window/Cookies'])
    expect(await readdir(old)).not.toContain('moved-to.json')
    expect(await oldCopies(old)).toMatchObject([{ folder: target }])
    await removeOldCopies(old)
    expect((await readdir(target)).sort()).toEqual(['diary.txt', 'moved-to.json', 'studio.lock'])
    // And away again, and back by way of a third.
    const third = join(folder, 'home', 'third')
    for (const to of [target, third, old, target, old]) await move(to)
    for (const at of [old, target, third]) expect(await dataFolderNow(at)).toBe(old)
    expect(await contentOf(await start())).toEqual(now)
  })

  it('does not go back over a file of the person\'s that is another there', async () => {
    await move()
    await writeFile(join(old, 'diary.txt'), 'another')
    await expect(move(old)).rejects.toMatchObject({ code: 'name-taken', message: expect.stringMatching(/"diary\.txt" is in both folders/) as string })
    expect(await start()).toBe(target)
    expect(await contentOf(target)).toEqual(whole)
    expect(await readFile(join(old, 'diary.txt'), 'utf8')).toBe('another')
  })

  it('cut off on its way back at any call is in charge where it was or where it goes, whole', { timeout: 240_000 }, async () => {
    const charge = { old: 0, new: 0 }
    await move()
    await writeFile(join(target, 'studio.db'), 'more rows')
    const now = await contentOf(target)
    await cp(join(folder, 'home'), join(folder, 'as it was'), { recursive: true })
    // Of the copying, as in the test before, a few calls; of what is new, each.
    for (let n = 1; ; n += n < 60 ? 5 : 1) {
      await rm(join(folder, 'home'), { recursive: true })
      await cp(join(folder, 'as it was'), join(folder, 'home'), { recursive: true })
      const { failed } = await withFault(folder, { n, code: 'EIO', lasting: true }, () => move(old))
      const at = await start()
      expect(await contentOf(at), `call ${n}, ${failed}`).toEqual(now)
      expect(await dataFolderNow(target), `call ${n}, ${failed}`).toBe(at)
      expect(await readFile(join(old, 'window/Cookies'), 'utf8')).toBe(own['window/Cookies'])
      expect((await readdir(join(folder, 'home'))).sort(), `call ${n}, ${failed}`).toEqual(['data', '盘'])
      charge[at === old ? 'old' : 'new'] += 1
      if (failed === null) break
    }
    expect(charge.new).toBeGreaterThan(20)
    expect(charge.old).toBeGreaterThan(0)
  })

  it('that is away is missed in words, and none is made in its place', async () => {
    await move()
    await rename(target, `${target} away`)
    await mkdir(target)
    await expect(dataFolderNow(old)).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/was moved to .*new data, and no data is there\. Connect the drive/) as string })
    await expect(removeOldCopies(old)).rejects.toMatchObject({ code: 'not-found' })
    expect(await contentOf(old)).toEqual(whole)
  })

  it('whose note cannot be read is not opened', async () => {
    await writeFile(join(old, 'moved-to.json'), '{"folder":"relative"}')
    await expect(dataFolderNow(old)).rejects.toMatchObject({ code: 'corrupt' })
  })

  it.each([
    ['into itself', () => join(old, 'inside'), 'bad-input', /inside the data folder/],
    ['onto itself', () => old, 'bad-input', /inside the data folder or is it/],
    ['into a folder in use', () => join(folder, 'home'), 'name-taken', /not empty and was left as it is/],
    ['onto a file', () => join(old, '..', 'file'), 'name-taken', /is no folder/],
    ['below a folder that is not there', () => join(folder, 'drive', 'data'), 'not-found', /Connect the drive, or make that folder/],
  ] as const)('is not moved %s', async (_, to, code, words) => {
    await writeFile(join(folder, 'home', 'file'), 'mine')
    await expect(move(to())).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string })
    expect(await contentOf(await start())).toEqual(whole)
  })

  it('is not moved while a studio has it open, nor where a part of it lies elsewhere', async () => {
    const lock = lockFolder(old)
    await expect(move()).rejects.toMatchObject({ code: 'busy', message: expect.stringMatching(/The studio is open/) as string })
    lock?.release()
    await symlink(folder, join(old, 'samples'))
    await expect(move()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/samples is a link/) as string })
  })
})
