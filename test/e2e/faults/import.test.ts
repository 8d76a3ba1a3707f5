/** Bad input to an import: what is said, how the command ends, and that nothing is left or lost. */
import { chmod, chown, cp, mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, result, said, type CommandLine, type Started } from '../command.ts'
import { pictureFolder } from '../pictures.ts'
import { mayMount, smallDisk } from './small-disk.ts'

let folder = ''
let data = ''
let command: CommandLine
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-faults-'))
  data = join(folder, 'data')
  command = commandLine({ dataFolder: data })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const originals = async (): Promise<string[]> => (await readdir(join(data, 'originals'), { recursive: true }).catch(() => [])).filter((name) => name.length > 2)
const datasets = async (): Promise<unknown> => result(await command.run('datasets'))['count']

/** A whole black picture of 1 bit a pixel. */
function blackPng(side: number): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    checksum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, checksum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 1 })
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

/** 1,920 pictures, no two alike: bytes behind the end of a PNG are ignored. */
async function manyPictures(parent: string): Promise<string> {
  const source = join(parent, 'source')
  const few = await pictureFolder(parent, 24)
  for (let i = 0; i < 40; i++) await cp(few, join(source, String(i)), { recursive: true })
  for (const name of await readdir(source, { recursive: true })) if (name.endsWith('.png')) await writeFile(join(source, name), name, { flag: 'a' })
  return source
}

/** The most resident memory a process had, in bytes; Linux only. */
async function peakMemory({ pid, ended }: Started): Promise<number> {
  let peak = 0
  let over = false
  void ended.then(() => (over = true))
  while (!over) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return peak
}

describe('importing', () => {
  it.each([
    ['an empty folder', async (source: string): Promise<void> => { await mkdir(source) }, /No files were found/, 2],
    ['a folder of empty folders', async (source: string): Promise<void> => { await mkdir(join(source, 'a', 'b'), { recursive: true }) }, /No files were found/, 2],
    ['text files renamed to .jpg', async (source: string): Promise<void> => {
      await mkdir(source)
      for (let i = 0; i < 5; i++) await writeFile(join(source, `${i}.jpg`), `Words, number ${i}.`)
    }, /No picture could be taken: 5 no pictures.*0\.jpg.*not a picture/, 2],
    ['a ZIP cut in half', async (source: string): Promise<void> => {
      await writeFile(source, Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(200)]))
    }, /cannot be read.*cut off/, 1],
  ] as const)('%s is refused in words, and leaves no data set', async (_, prepare, words, code) => {
    await prepare(join(folder, 'source'))
    const ended = await command.run('import', join(folder, 'source'))
    expect(said(ended)).toMatch(words)
    expect(ended.code).toBe(code)
    expect(result(ended)).toMatchObject({ type: 'error' })
    expect(await datasets()).toBe(0)
    expect(await originals()).toEqual([])
  })

  it('a path that is not there ends with 3', async () => {
    const ended = await command.run('import', join(folder, 'nowhere'))
    expect(ended.code).toBe(3)
    expect(result(ended)).toMatchObject({ type: 'error', code: 'not-found' })
  })

  it('takes what is sound beside a truncated JPEG, and names the broken one', async () => {
    const source = await pictureFolder(folder, 2)
    const file = join(source, 'round', 'photo.jpg')
    await sharp({ create: { width: 200, height: 200, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 50 } } }).jpeg().toFile(file)
    await truncate(file, 4000)
    const ended = await command.run('import', source)
    expect(ended.code, ended.stderr).toBe(0)
    expect(result(ended)).toMatchObject({ pictures: 4, report: { counts: { broken: 1 }, problems: [{ path: 'round/photo.jpg', kind: 'broken', message: expect.stringContaining('cut off') as string }] } })
  })

  it.skipIf(process.platform !== 'linux')('refuses a whole picture of 900 million pixels quickly and without the memory for it', async () => {
    const source = await pictureFolder(folder, 2)
    await writeFile(join(source, 'round', 'huge.png'), blackPng(30_000))
    const started = command.start('import', source)
    const peak = await peakMemory(started)
    const ended = await started.ended
    expect(ended.code, ended.stderr).toBe(0)
    expect(result(ended)).toMatchObject({ pictures: 4, report: { counts: { 'too-large': 1 }, problems: [{ path: 'round/huge.png', kind: 'too-large' }] } })
    expect((result(ended)['report'] as { elapsedMs: number }).elapsedMs).toBeLessThan(5000)
    expect(peak).toBeGreaterThan(20e6)
    expect(peak).toBeLessThan(450e6)
  })

  it('says which folder it may not read, and takes the rest', async () => {
    const source = await pictureFolder(folder, 2)
    await mkdir(join(source, 'locked'))
    // Nothing is closed to root: there another user runs the command.
    const asRoot = process.getuid?.() === 0
    const nobody = 65_534
    if (asRoot) {
      await mkdir(data)
      await chown(data, nobody, nobody)
      await chmod(folder, 0o755)
    }
    await chmod(join(source, 'locked'), 0)
    const env = { ...process.env, XDG_RUNTIME_DIR: data, HOME: data }
    const ended = await commandLine({ dataFolder: data, ...(asRoot ? { uid: nobody, env } : {}) }).run('import', source)
    await chmod(join(source, 'locked'), 0o700)
    expect(ended.code, said(ended)).toBe(0)
    expect(result(ended)).toMatchObject({ pictures: 4, report: { counts: { unreadable: 1 }, problems: [{ path: 'locked', kind: 'unreadable', message: expect.stringContaining('No permission') as string }] } })
  })

  it.skipIf(!mayMount())('stops plainly where the disk becomes full, keeps nothing of it, and works once there is room', async () => {
    const disk = smallDisk(3)
    if (disk === null) throw new Error('A small disk could be mounted a moment ago.')
    try {
      const source = join(folder, 'source')
      await mkdir(source)
      for (let i = 0; i < 40; i++) await sharp({ create: { width: 300, height: 300, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 30 + i } } }).png().toFile(join(source, `${i}.png`))
      const onDisk = commandLine({ dataFolder: join(disk.folder, 'data') })
      const ended = await onDisk.run('import', source)
      expect(ended.code).toBe(1)
      expect(result(ended)).toMatchObject({ type: 'error', code: 'disk-full', message: expect.stringContaining('Free some space') as string })
      // Said before anything was copied, there is no folder of copies yet.
      expect((await readdir(join(disk.folder, 'data'), { recursive: true })).filter((name) => /^originals.{60}/.test(name))).toEqual([])
      disk.resize(64)
      expect(result(await onDisk.run('datasets'))).toMatchObject({ type: 'result', count: 0 })
      expect(result(await onDisk.run('import', source))).toMatchObject({ type: 'result', pictures: 40 })
    } finally {
      disk.remove()
    }
  })

  it('killed in the middle keeps what had come, leaves nothing else, and goes on with the rest', async () => {
    const source = await manyPictures(folder)
    const started = command.start('import', source)
    await started.line(({ type, done }) => type === 'progress' && Number(done) > 0)
    // Counted before it is copied: the kill must leave something to sweep.
    await expect.poll(async () => (await originals()).length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0)
    started.kill('SIGKILL')
    await started.ended
    expect((await originals()).length).toBeGreaterThan(0)
    const shown = result(await command.run('datasets', 'show', 'source'))['dataset'] as { readonly pictureCount: number; readonly unfinished: unknown }
    expect(shown).toMatchObject({ state: 'importing', unfinished: { adding: false, taken: shown.pictureCount, total: 1920 } })
    expect(await originals()).toHaveLength(shown.pictureCount)
    expect(result(await command.run('train', 'source', '--dry-run'))).toMatchObject({ type: 'error', code: 'busy' })
    expect(result(await command.run('datasets', 'resume', 'source'))).toMatchObject({ type: 'result', pictures: 1920, report: { taken: 1920, counts: { duplicate: 0 } } })
    expect(await originals()).toHaveLength(1920)
    expect(result(await command.run('datasets', 'resume', 'source'))).toMatchObject({ type: 'error', code: 'not-found' })
  })

  it('Ctrl-C ends with 130 and leaves nothing behind', async () => {
    const source = await manyPictures(folder)
    const started = command.start('import', source)
    await started.line(({ type }) => type === 'progress')
    started.kill('SIGINT')
    const ended = await started.ended
    expect(ended.code).toBe(130)
    expect(result(ended)).toMatchObject({ type: 'error', code: 'cancelled' })
    expect(await datasets()).toBe(0)
    expect(await originals()).toEqual([])
  })
})
