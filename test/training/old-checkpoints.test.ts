/** Checkpoints that earlier versions wrote: they make the same pictures, and their runs go on. */
import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pictureSize } from '../../src/contract/data.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { train } from '../../src/training/train.ts'
import { drawTwo } from '../fixtures/checkpoints/draw.ts'
import { layouts } from '../fixtures/checkpoints/layouts.ts'
import { testBed } from './bed.ts'
import { packedSet, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'checkpoints')
const versions = (await readdir(fixtures)).filter((name) => /^\d/.test(name))
const kept = await Promise.all(versions.map(async (version) => (await readdir(join(fixtures, version))).filter((name) => name.endsWith('.safetensors')).map((name) => [version, name.replace('.safetensors', '')] as const)))

const bed = testBed()

describe.each(kept.flat())('of version %s, %s', (version, layout) => {
  const file = join(fixtures, version, `${layout}.safetensors`)

  it('makes the pictures it made then', async () => {
    const then = Buffer.from((JSON.parse(await readFile(join(fixtures, version, 'pictures.json'), 'utf8')) as Record<string, string>)[layout] ?? '', 'base64')
    const now = await drawTwo(file)
    expect(now).toHaveLength(then.length)
    // Engines round differently in the last bit of a level.
    expect(Math.max(...now.map((level, i) => Math.abs(level - (then[i] ?? 0))))).toBeLessThanOrEqual(2)
  })

  it('goes on training where it was, in a folder that was moved', async () => {
    const { options, channels, counters } = await readCheckpoint(file)
    const moved = await temporaryFolder()
    const resumeFrom = join(moved.path, '000000000008.safetensors')
    await copyFile(file, resumeFrom)
    const host = new TestHost()
    const data = await packedSet(moved.path, { size: pictureSize(options), channels })
    await train(trainJob(moved.path, data, { options, totalImages: counters.imagesSeen + 8, resumeFrom }), host, bed.backend)
    expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'reached' })
    expect((await readCheckpoint(host.lastCheckpoint)).counters).toMatchObject({ imagesSeen: 16, updates: counters.updates + 2 })
    await moved.remove()
  })
})

it('each layout of today has one in the newest folder', () => {
  expect(kept.at(-1)?.map(([, name]) => name)).toEqual(Object.keys(layouts).sort())
})
