/** The data folder: shared by two commands, of a newer studio, damaged, and under any name. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import { beyond, commandLine, result, said, small } from '../command.ts'
import { knowEngines } from '../known-engines.ts'
import { pictureFolder } from '../pictures.ts'
import { trainedContent } from './trained-content.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-faults-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const sha256 = async (file: string): Promise<string> => createHash('sha256').update(await readFile(file)).digest('hex')

describe('a data folder', () => {
  it('is shared by two commands: the second sees the run of the first, and may not start another', async () => {
    knowEngines(join(folder, 'data'))
    const command = commandLine({ dataFolder: join(folder, 'data') })
    await command.run('import', await pictureFolder(folder), '--name', 'Shapes')
    const first = command.start('train', 'Shapes', '--name', 'First', '--minutes', '30', ...small)
    await first.line(beyond(20))
    const seen = await command.run('runs')
    expect(seen.lines.find(({ type }) => type === 'run')).toMatchObject({ name: 'First', state: 'training' })
    const second = await command.run('train', 'Shapes', '--images', '16', ...small)
    expect(second.code).toBe(1)
    expect(result(second)).toMatchObject({ type: 'error', code: 'busy', message: expect.stringMatching(/"First" is training.*Pause or stop it first/) as string })
    first.kill('SIGINT')
    expect((await first.ended).code).toBe(130)
    expect(result(await command.run('train', 'Shapes', '--images', '16', ...small))).toMatchObject({ run: { state: 'finished' } })
  })

  it('is moved while nothing has it open, killed or not, and a run resumed there is the same run, byte for byte', async () => {
    const [old, moved] = [join(folder, 'data'), join(folder, 'Laufwerk 盘', 'GAN 数据')]
    await mkdir(join(folder, 'Laufwerk 盘'))
    knowEngines(old)
    const command = commandLine({ dataFolder: old })
    await command.run('import', await pictureFolder(folder), '--name', 'Shapes')
    const options = ['--images', '3000', '--seed', '3', ...small] as const
    const whole = result(await command.run('train', 'Shapes', '--name', 'Whole', ...options))['run'] as { readonly id: string }
    const cut = command.start('train', 'Shapes', '--name', 'Cut', ...options)
    await cut.line(beyond(500))
    const refused = await command.run('move-data', moved)
    expect([refused.code, said(refused)]).toEqual([1, expect.stringMatching(/studio is open \(process \d+\)\. Close/) as string])
    cut.kill('SIGINT')
    await cut.ended

    const killed = command.start('move-data', moved)
    await killed.line(({ type }) => type === 'progress')
    killed.kill('SIGKILL')
    expect((await killed.ended).code).toBeNull()
    expect((await command.run('datasets')).lines.find(({ type }) => type === 'dataset')).toMatchObject({ name: 'Shapes' })
    expect(await readdir(join(folder, 'Laufwerk 盘'))).toEqual([])

    const ended = await command.run('move-data', moved)
    expect(ended.code, said(ended)).toBe(0)
    expect(result(ended)).toMatchObject({ dataFolder: moved, from: old, old: [{ folder: old }] })
    expect(result(await command.run('move-data', '--remove-old'))).toMatchObject({ dataFolder: moved, old: [] })
    const resumed = await command.run('resume', 'Cut')
    expect(resumed.code, said(resumed)).toBe(0)
    const { id } = result(resumed)['run'] as { readonly id: string }
    expect(await trainedContent(moved, id)).toBe(await trainedContent(moved, whole.id))
    expect((await readdir(old)).filter((name) => name !== 'logs').sort()).toEqual(['moved-to.json', 'studio.lock'])
  })

  it('is moved by a studio that is open, and stays where it was when that is killed meanwhile', async () => {
    const [old, moved] = [join(folder, 'data'), join(folder, 'moved')]
    const command = commandLine({ dataFolder: old })
    await command.run('import', await pictureFolder(folder, 2), '--name', 'Shapes')
    await writeFile(join(old, 'originals', 'large'), Buffer.alloc(200_000_000))
    const killed = command.start('serve')
    await killed.line(({ type }) => type === 'address')
    const guest = await openStudio({ dataFolder: old, version: '0.0.0', log: silent })
    const moving = Promise.withResolvers<void>()
    guest.on('activity.changed', ({ kind, done }) => { if (kind === 'move-data' && done > 0) moving.resolve() })
    await guest.call('storage.move', { target: await guest.registerTarget(moved) })
    await moving.promise
    killed.kill('SIGKILL')
    expect((await killed.ended).code).toBeNull()
    await guest.close()
    expect((await command.run('datasets')).lines.find(({ type }) => type === 'dataset')).toMatchObject({ name: 'Shapes', pictureCount: 4 })
    expect((await readdir(folder)).filter((name) => name.includes('mov'))).toEqual([])
    expect(result(await command.run('move-data'))).toMatchObject({ dataFolder: old })
  })

  it('of a newer studio is refused and stays as it is, byte for byte', async () => {
    const dataFolder = join(folder, 'data')
    const command = commandLine({ dataFolder })
    await command.run('import', await pictureFolder(folder, 2))
    const database = join(dataFolder, 'studio.db')
    const file = await open(database, 'r+')
    // The version of the format, in SQLite's header.
    await file.write(Buffer.from([0, 0, 3, 231]), 0, 4, 60)
    await file.close()
    const before = await sha256(database)
    const ended = await command.run('datasets')
    expect(ended.code).toBe(1)
    expect(result(ended)).toMatchObject({ type: 'error', code: 'newer-version', message: expect.stringMatching(/newer GAN Studio \(format 999.*Update/) as string })
    expect(await sha256(database)).toBe(before)
  })

  it.each([
    ['is no database at all', async (file: string): Promise<void> => writeFile(file, 'words '.repeat(100)), /is not a studio database/],
    ['has lost its middle', async (file: string): Promise<void> => {
      const bytes = await readFile(file)
      await writeFile(file, bytes.fill(0xff, 4096, bytes.length - 4096))
    }, /is damaged.*backup/],
  ] as const)('whose database %s is refused, with what to do, and left alone', async (_, damage, words) => {
    const dataFolder = join(folder, 'data')
    const command = commandLine({ dataFolder })
    await command.run('import', await pictureFolder(folder, 2))
    const database = join(dataFolder, 'studio.db')
    await rm(`${database}-wal`, { force: true })
    await damage(database)
    const before = await sha256(database)
    const ended = await command.run('datasets')
    expect(ended.code).toBe(1)
    expect(result(ended)).toMatchObject({ type: 'error', code: 'corrupt', message: expect.stringMatching(words) as string })
    expect(await sha256(database)).toBe(before)
  })

  it('that cannot be made is refused with its path', async () => {
    await writeFile(join(folder, 'file'), '')
    const ended = await commandLine({ dataFolder: join(folder, 'file', 'data') }).run('datasets')
    expect(ended.code).toBeGreaterThan(0)
    expect(said(ended)).toContain(join(folder, 'file', 'data'))
    expect(said(ended)).not.toMatch(/mistake of ours/)
  })

  it('and everything in it may have any Unicode name', async () => {
    const home = join(folder, '用户', '桌面', '图片 é #%')
    const source = join(home, 'صور 📷')
    await mkdir(source, { recursive: true })
    knowEngines(join(home, 'Daten 数据 %20#'))
    const command = commandLine({ dataFolder: join(home, 'Daten 数据 %20#') })
    const imported = await command.run('import', await pictureFolder(source, 4), '--name', '形状 ✋ é')
    expect(imported.code, said(imported)).toBe(0)
    const trained = await command.run('train', '形状 ✋ é', '--name', 'تدريب 1', '--images', '32', ...small)
    expect(trained.code, said(trained)).toBe(0)
    const out = join(home, '输出 #1')
    const generated = await command.run('generate', 'تدريب 1', '--count', '2', '--class', 'round', '--out', out)
    expect(generated.code, said(generated)).toBe(0)
    expect((await readdir(out)).length).toBe(2)
    const exported = await command.run('export', 'تدريب 1', '--format', 'safetensors', '--out', join(home, '模型 é.safetensors'))
    expect(exported.code, said(exported)).toBe(0)
    expect((await readFile(join(home, '模型 é.safetensors'))).length).toBeGreaterThan(1000)
  })
})
