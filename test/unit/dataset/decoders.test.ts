/** Pictures are decoded by processes of their own, and one that crashes them costs itself alone. */
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Decoders, type SpawnDecoder } from '../../../src/dataset/decoders.ts'
import { importSources, type ImportOutcome } from '../../../src/dataset/import.ts'
import { nodeDecoders } from '../../../src/studio/spawn-node.ts'

let folder = ''
let pids: number[] = []
let decoders: Decoders
const counted = (spawn: SpawnDecoder): SpawnDecoder => () => {
  const child = spawn()
  pids.push(child.pid ?? 0)
  return child
}
const fragile = nodeDecoders({ entry: join(import.meta.dirname, 'fragile-decoder.ts') })
const open = (spawn: SpawnDecoder): void => void (decoders = new Decoders({ spawn: counted(spawn), dataFolder: join(folder, 'data') }))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-decoders-'))
  pids = []
})
afterEach(async () => {
  decoders.close()
  await rm(folder, { recursive: true, force: true })
})

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function pictures(count: number): Promise<string> {
  const source = join(folder, 'source')
  await mkdir(source)
  for (let i = 0; i < count; i++) {
    const file = join(source, `${String(i).padStart(3, '0')}.png`)
    await sharp({ create: { width: 30, height: 20, channels: 3, background: { r: i, g: 255 - i, b: 7 } } }).png().toFile(file)
  }
  return source
}

const importAll = (source: string, signal = new AbortController().signal, taken: string[] = []): Promise<ImportOutcome> =>
  importSources({ paths: [source], decoders, signal, onProgress: () => {}, onPictures: (some) => taken.push(...some.map(({ path }) => path)) })

describe('a picture that crashes the decoder', () => {
  it('is reported by its name, and the import goes on', { timeout: 60_000 }, async () => {
    const source = await pictures(90)
    for (const name of ['007.png', '040.png', '041.png']) await appendFile(join(source, name), 'crash the decoder')
    open(fragile)
    const taken: string[] = []
    const outcome = await importAll(source, undefined, taken)
    expect(outcome).toMatchObject({ taken: 87, counts: { broken: 3 } })
    expect(outcome.problems.map(({ path }) => path)).toEqual(['007.png', '040.png', '041.png'])
    expect(outcome.problems[0]?.why).toEqual({ key: 'problem.decoderEnded', values: { how: { key: 'ended.signal', values: { signal: 'SIGSEGV' } } } })
    expect(taken).toEqual([...taken].sort())
  })

  it('fails alone where it is asked for alone', { timeout: 60_000 }, async () => {
    const source = await pictures(2)
    await appendFile(join(source, '000.png'), 'crash the decoder')
    open(fragile)
    const square = { kind: 'square', square: { size: { height: 8, width: 8 }, fit: 'crop', channels: 3 } } as const
    const [bad, good] = await Promise.allSettled(['000.png', '001.png'].map((name) => decoders.one(square, join(source, name))))
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'corrupt' } })
    expect(good).toMatchObject({ status: 'fulfilled' })
  })
})

it('an import loses nothing when its decoders are killed', { timeout: 60_000 }, async () => {
  const source = await pictures(200)
  open(nodeDecoders())
  const killed = new Set<number>()
  let over = false
  const killer = (async () => {
    while (!over) {
      const pid = pids.find((one) => !killed.has(one) && isThere(one))
      if (pid !== undefined && killed.size < 2) {
        killed.add(pid)
        process.kill(pid, killed.size % 2 === 0 ? 'SIGKILL' : 'SIGSEGV')
      }
      await wait(300)
    }
  })()
  const outcome = await importAll(source).finally(() => (over = true))
  await killer
  expect(outcome).toMatchObject({ taken: 200, counts: { broken: 0 } })
  expect(killed.size).toBeGreaterThan(0)
})

it('a decoder that cannot be started is said, and no picture is blamed', async () => {
  await writeFile(join(folder, 'broken.mjs'), 'process.exit(3)')
  open(nodeDecoders({ entry: join(folder, 'broken.mjs') }))
  await expect(importAll(await pictures(2))).rejects.toThrow(/ended before it could begin \(with code 3/)
})

it('nothing is written after an import was cancelled', async () => {
  const source = await pictures(200)
  open(nodeDecoders())
  const abort = new AbortController()
  const importing = importAll(source, abort.signal)
  setTimeout(() => abort.abort(), 250)
  await expect(importing).rejects.toMatchObject({ code: 'cancelled' })
  const copies = async (): Promise<number> => (await readdir(join(folder, 'data'), { recursive: true }).catch(() => [])).length
  const then = await copies()
  await wait(300)
  expect(await copies()).toBe(then)
})

it('processes end with the pool', async () => {
  open(nodeDecoders())
  await importAll(await pictures(70))
  expect(pids.some(isThere)).toBe(true)
  decoders.close()
  await expect.poll(() => pids.some(isThere), { timeout: 5000 }).toBe(false)
})

it('a picture too long for WebP has a thumbnail all the same', async () => {
  open(nodeDecoders())
  const tall = await sharp({ create: { width: 1, height: 20_000, channels: 3, background: 'teal' } }).png().toBuffer()
  const { width, height, format } = await sharp(await decoders.one({ kind: 'thumbnail', size: 96 }, tall)).metadata()
  expect({ width, height, format }).toEqual({ width: 1, height: 16_383, format: 'webp' })
})
