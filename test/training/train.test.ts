import { readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/engine/safetensors.ts'
import type { PackedSet } from '../../src/contract/engine-jobs.ts'
import { readCheckpoint } from '../../src/training/checkpoint.ts'
import { windowSteps } from '../../src/training/responses.ts'
import { generatePictures } from '../../src/training/generate.ts'
import { train } from '../../src/training/train.ts'
import { matchesOf, openTestBackend, packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openTestBackend()
})
afterAll(async () => backend.close())

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: PackedSet
beforeEach(async () => {
  folder = await temporaryFolder()
  data = await packedSet(folder.path)
})
afterEach(async () => folder.remove())

const tensorsOf = async (file: string) => {
  const { tensors } = decodeSafetensors(await readFile(file), file)
  return Object.fromEntries([...tensors].map(([name, { data: numbers }]) => [name, Buffer.from(numbers.buffer).toString('hex')]))
}

describe('a run', () => {
  it('finishes at its budget with a checkpoint, sheets and readings', async () => {
    const host = new TestHost()
    await train(trainJob(folder.path, data), host, backend)
    expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'reached' })
    expect(host.of('ready')[0]?.parameters?.G).toBeGreaterThan(1000)
    expect(host.of('tick').at(-1)?.tick).toMatchObject({ imagesSeen: 40 })
    const sheet = host.of('snapshot').at(-1)
    expect(await sharp(sheet?.file).metadata()).toMatchObject({ width: 8 * 16, height: 6 * 16, format: 'png' })
    expect(host.of('snapshot')[0]?.imagesSeen).toBe(0)
    const { counters } = await readCheckpoint(host.lastCheckpoint)
    expect(counters).toMatchObject({ imagesSeen: 40, updates: 10 })
  })

  it.each([
    ['early', 10, 5, {}],
    ['between two looks at its troubles', 70, 40, { augmentAdapt: true, augment: 'colour+translation', stepsD: 2 }],
  ] as const)('resumed %s equals one that was never interrupted, byte for byte', async (_when, steps, stopAfterSteps, change) => {
    const options = { ...smallOptions, ...change }
    const totalImages = steps * options.batchSize * options.stepsD
    const whole = new TestHost()
    await train(trainJob(folder.path, data, { totalImages, options }), whole, backend)
    const expected = await readCheckpoint(whole.lastCheckpoint)

    const half = new TestHost({ stopAfterSteps })
    const other = await temporaryFolder()
    await train(trainJob(other.path, data, { totalImages, options }), half, backend)
    expect(half.messages.at(-1)).toEqual({ type: 'done', outcome: 'stopped' })
    const rest = new TestHost()
    await train(trainJob(other.path, data, { totalImages, options, resumeFrom: half.lastCheckpoint }), rest, backend)
    expect(await tensorsOf(rest.lastCheckpoint)).toEqual(await tensorsOf(whole.lastCheckpoint))
    const { streams, watch } = await readCheckpoint(rest.lastCheckpoint)
    expect({ streams, watch }).toEqual({ streams: expected.streams, watch: expected.watch })
    expect(watch.responses.before).toHaveLength(Math.floor(steps / windowSteps))
    await other.remove()
  })

  it('keeps the two newest checkpoints and leaves no temporary file', async () => {
    await train(trainJob(folder.path, data, { totalImages: 80 }), new TestHost(), backend)
    expect(await readdir(join(folder.path, 'checkpoints'))).toHaveLength(2)
  })

  it('ends and says why where a checkpoint cannot be written, although steps go on meanwhile', async () => {
    const other = await temporaryFolder()
    await writeFile(join(other.path, 'checkpoints'), 'a file where the folder should be')
    const host = new TestHost()
    await expect(train(trainJob(other.path, data, { totalImages: 400 }), host, backend)).rejects.toMatchObject({ name: 'StudioError' })
    expect(host.of('checkpoint')).toEqual([])
    expect(host.of('done')).toEqual([])
    await other.remove()
  })

  it('stops without saving when told to', async () => {
    const host = new TestHost({ during: (message, self) => { if (message.type === 'snapshot') self.stop = { save: false } } })
    await train(trainJob(folder.path, data, { totalImages: null }), host, backend)
    expect(host.of('checkpoint')).toHaveLength(0)
    expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'stopped' })
  })

  it('says in plain words that it diverged, and writes no such numbers', async () => {
    const host = new TestHost()
    const options = { ...smallOptions, learningRateG: 0.01, learningRateD: 0.01, penaltyGamma: 200, beta2: 0.5, spectralNorm: false, finalLearningRate: 1 }
    const exploding = trainJob(folder.path, data, { options: { ...options, learningRateD: 1e37, learningRateG: 1e37 } })
    await expect(train(exploding, host, backend)).rejects.toMatchObject({ code: 'diverged' })
    expect(host.of('notice').map(({ notice }) => notice.key)).toEqual(['notice.rolledBackBroken', 'notice.rolledBackBroken', 'notice.rolledBackBroken'])
    expect(host.of('checkpoint')).toHaveLength(0)
  })

  it('goes through the bootstrap phase into the adversarial one, says so, and gives D more steps there', async () => {
    const host = new TestHost()
    const options = { ...smallOptions, bootstrap: 0.5, stepsD: 3 }
    await train(trainJob(folder.path, data, { options, totalImages: 160 }), host, backend)
    expect(host.of('notice').map(({ notice }) => notice.key)).toContain('notice.adversarial')
    expect(host.of('tick').at(-1)?.tick.phase).toBe('adversarial')
    const { counters } = await readCheckpoint(host.lastCheckpoint)
    // 20 pictures a side-by-side step of 4 until 80, then 12 an adversarial one.
    expect(counters.updates).toBe(20 + 7)
    expect(counters.updatesD).toBe(20 + 7 * 3)
  })

  it('ends at once at broken numbers where going back is switched off', async () => {
    const host = new TestHost()
    const options = { ...smallOptions, rollBack: false, learningRateD: 1e37, learningRateG: 1e37 }
    await expect(train(trainJob(folder.path, data, { options }), host, backend)).rejects.toMatchObject({ code: 'diverged', message: expect.stringMatching(/go back by itself/) as string })
    expect(host.of('notice')).toHaveLength(0)
  })

  it('trains with adaptive augmentation, clipping, decay, warm-up and the transitional start', async () => {
    const host = new TestHost()
    const options = { ...smallOptions, augmentAdapt: true, augmentRotation: 20, gradientClip: 1, weightDecay: 0.1, warmup: 0.1, scheduleD: 'step', transition: 0.5 } as const
    await train(trainJob(folder.path, data, { options, totalImages: 400 }), host, backend)
    expect(host.messages.at(-1)).toEqual({ type: 'done', outcome: 'reached' })
    expect(host.of('tick').at(-1)?.tick.augmentProbability).toBeLessThan(0.1)
  })

  it('refuses prepared pictures of the wrong length', async () => {
    await truncate(data.path, 100)
    await expect(train(trainJob(folder.path, data), new TestHost(), backend)).rejects.toMatchObject({ code: 'corrupt' })
  })
})

describe('starting from another run', () => {
  it('copies what matches, embeddings by class name, and counts it the same with and without the engine', async () => {
    const first = new TestHost()
    await train(trainJob(folder.path, data), first, backend)
    const source = first.lastCheckpoint

    const classNames = ['green', 'blue']
    const expected = await matchesOf(source, smallOptions, classNames, 3)
    expect(expected.tensors).toBe(expected.totalTensors)
    expect(expected.parameters).toBeLessThan(expected.totalParameters)

    const second = new TestHost({ during: (message, self) => { if (message.type === 'ready') self.stop = { save: true } } })
    const other = await temporaryFolder()
    await train(trainJob(other.path, data, { initialiseFrom: source, classNames }), second, backend)
    expect(second.of('ready')[0]?.matched).toEqual(expected)
    const from = (await readCheckpoint(source)).values
    const to = (await readCheckpoint(second.lastCheckpoint)).values
    const size = smallOptions.latentSize
    expect(to.G.slice(0, size)).toEqual(from.G.slice(size, 2 * size)) // green was second, is first
    expect(to.G.slice(2 * size)).toEqual(from.G.slice(2 * size))
    expect(to['adam.G.m'].every((value) => value === 0)).toBe(true)
    await other.remove()
  })
})

describe('generation', () => {
  it('gives the same bytes for a seed however the pictures are grouped', async () => {
    const host = new TestHost()
    await train(trainJob(folder.path, data), host, backend)
    const picturesOf = async (seeds: readonly number[]): Promise<Map<number, string>> => {
      const out = new TestHost()
      await generatePictures({ kind: 'generate', engine: 'cpu', checkpoint: host.lastCheckpoint, truncation: 0.8, items: seeds.map((seed) => ({ seed, classIndex: seed % 2 })) }, out, 'test')
      const bytes = 16 * 16 * 3
      return new Map(out.of('pictures').flatMap(({ index, count, pixels }) =>
        Array.from({ length: count }, (_, i) => [seeds[index + i] ?? -1, Buffer.from(pixels.slice(i * bytes, (i + 1) * bytes)).toString('hex')] as const)))
    }
    const all = await picturesOf(Array.from({ length: 37 }, (_, i) => i))
    expect(all.size).toBe(37)
    expect(new Set(all.values()).size).toBeGreaterThan(30)
    for (const seed of [0, 5, 21, 36]) expect((await picturesOf([seed])).get(seed)).toBe(all.get(seed))
    expect((await picturesOf([30, 4, 17])).get(17)).toBe(all.get(17))
  })

  it('refuses a class the model does not know', async () => {
    const host = new TestHost()
    await train(trainJob(folder.path, data), host, backend)
    const job = { kind: 'generate', engine: 'cpu', checkpoint: host.lastCheckpoint, truncation: 1, items: [{ seed: 1, classIndex: 5 }] } as const
    await expect(generatePictures(job, new TestHost(), 'test')).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('a checkpoint from before palettes, encoders and families', () => {
  it('is read, with the values its run had', async () => {
    const host = new TestHost()
    await train(trainJob(folder.path, data), host, backend)
    const { metadata, tensors } = decodeSafetensors(await readFile(host.lastCheckpoint), 'new')
    const { network: _network, encoder: _encoder, output: _output, ...options } = JSON.parse(metadata['options'] ?? '') as Record<string, unknown>
    const older = Object.fromEntries(Object.entries({ ...metadata, options: JSON.stringify(options) }).filter(([key]) => key !== 'palette'))
    const file = join(folder.path, 'older.safetensors')
    await writeFile(file, Buffer.concat(encodeSafetensors([...tensors].filter(([name]) => !name.startsWith('adam.E.')), older)))
    const read = await readCheckpoint(file)
    expect(read.values).toEqual((await readCheckpoint(host.lastCheckpoint)).values)
    expect(read).toMatchObject({ palette: null, options: { network: 'light', encoder: false } })
  })
})

describe('a damaged checkpoint', () => {
  it('is refused by name: cut short, changed, from a newer studio, not there', async () => {
    const host = new TestHost()
    await train(trainJob(folder.path, data), host, backend)
    const bytes = await readFile(host.lastCheckpoint)
    const refusal = async (content: Uint8Array, code: string, words: RegExp): Promise<void> => {
      const file = join(folder.path, 'damaged.safetensors')
      await writeFile(file, content)
      await expect(readCheckpoint(file)).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string })
    }
    await refusal(bytes.subarray(0, bytes.length / 2), 'corrupt', /damaged\.safetensors/)
    await refusal(bytes.subarray(0, 4), 'corrupt', /has 4 bytes/)
    const changed = Buffer.from(bytes)
    changed[bytes.length - 20] = (changed[bytes.length - 20] ?? 0) ^ 1
    await refusal(changed, 'corrupt', /checksum/)
    const newer = Buffer.from(bytes.toString('latin1').replace('"version":"1"', '"version":"9"'), 'latin1')
    await refusal(newer, 'newer-version', /Update the studio/)
    await expect(readCheckpoint(join(folder.path, 'missing'))).rejects.toMatchObject({ code: 'not-found' })
  })
})
