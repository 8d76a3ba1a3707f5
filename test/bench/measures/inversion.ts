/**
 * Finding held-out pictures in latent space: from the encoder's guess beside from the mean latent,
 * by the time and the steps to the same perceptual distance. Trains its own run first, without
 * scores: for INVERSION_IMAGES images (default 60,000), but no longer than INVERSION_MINUTES (15).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { square } from '../../../src/contract/data.ts'
import type { PackedSet } from '../../../src/contract/engine-jobs.ts'
import { defaultOptions } from '../../../src/contract/options.ts'
import type { EngineHost, EngineMessage } from '../../../src/contract/trainer.ts'
import { partCodes } from '../../../src/contract/engine-jobs.ts'
import { squarePixels } from '../../../src/dataset/decode.ts'
import { openSources } from '../../../src/dataset/sources.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { architectureOfHead, readCheckpoint, type Checkpoint } from '../../../src/training/checkpoint.ts'
import { Inversion } from '../../../src/training/inversion.ts'
import { train } from '../../../src/training/train.ts'
import { Skipped, type Benchmark, type Measurement } from '../benchmark.ts'
import { dataFolder } from '../quality/sets.ts'

const size = 32
const count = 16
const steps = 100
/** One picture of so many is held out. */
const heldOutOf = 20
/** Steps after the encoder's guess at which the distance is asked of the mean latent, too. */
const targets = [0, 5, 20]
const totalImages = Number(process.env['INVERSION_IMAGES'] ?? 60_000)
const totalMs = Number(process.env['INVERSION_MINUTES'] ?? 15) * 60_000
const saidEveryMs = 10_000

export const inversion: Benchmark = {
  name: 'inversion',
  about: `held-out pictures found in latent space at ${size} px, with the encoder beside the mean latent`,
  async run(log) {
    const folder = await mkdtemp(join(tmpdir(), 'gan-studio-inversion-'))
    const backend = await openBackend('tensorflow')
    try {
      const { data, heldOut } = await packed(folder)
      const host = new Host(log)
      const options = { ...defaultOptions, resolution: size, width: 32, latentSize: 64, batchSize: 32, encoder: true, scoringShare: 0 } as const
      await train({ kind: 'train', runId: 'run_bench', engine: 'tensorflow', options, classNames: [...Array(10).keys()].map(String), data, folder, totalImages, totalMs, elapsedMs: 0, resumeFrom: null, initialiseFrom: null }, host, backend)
      const checkpoint = await readCheckpoint(host.checkpoint)
      log(`trained on ${checkpoint.counters.imagesSeen.toLocaleString('en')} images; looking for ${count} held-out pictures`)
      // The first use of each kernel is slow.
      await descent(checkpoint, heldOut, 'encoder', 1)
      const byEncoder = await descent(checkpoint, heldOut, 'encoder', Math.max(...targets))
      const byMean = await descent(checkpoint, heldOut, 'mean', steps)
      return targets.flatMap((at) => compared(byEncoder, byMean, at))
    } finally {
      await backend.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

interface Reached {
  /** Since the start, without the looks. */
  readonly ms: number
  /** Mean over the pictures. */
  readonly distance: number
}

async function descent(checkpoint: Checkpoint, pixels: Uint8Array, start: 'encoder' | 'mean', steps: number): Promise<Reached[]> {
  let ms = 0
  const timed = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await work()
    ms += performance.now() - begun
    return result
  }
  const found = await timed(() => new Inversion(architectureOfHead(checkpoint), checkpoint.values, { pixels, count, mask: null, classIndices: new Array<null>(count).fill(null) }, start, steps))
  const reached: Reached[] = []
  for (let step = 0; ; step++) {
    const { distances } = await found.state()
    reached.push({ ms, distance: distances.reduce((sum, value) => sum + value, 0) / count })
    if (step === steps) break
    await timed(() => found.step())
  }
  found.dispose()
  return reached
}

function compared(byEncoder: readonly Reached[], byMean: readonly Reached[], at: number): Measurement[] {
  const ours = byEncoder[at]
  if (ours === undefined) return []
  const step = byMean.findIndex(({ distance }) => distance <= ours.distance)
  const theirs = byMean[step] ?? byMean.at(-1)
  const note = `distance ${ours.distance.toFixed(3)}; steps ${at} beside ${step === -1 ? `more than ${byMean.length - 1}, which reach ${theirs?.distance.toFixed(3) ?? ''}` : step}`
  const what = at === 0 ? "encoder's guess" : `${at} steps after the encoder's guess`
  return [{ what: `${what}: ms for ${count} pictures`, value: ours.ms, unit: 'ms', beside: { what: 'from the mean latent to the same distance', value: theirs?.ms ?? NaN }, ratio: ours.ms / (theirs?.ms ?? NaN), ...(at === 0 ? { goal: '≤ 0.2' } : {}), note }]
}

/** Sign-digits in one file, some of them held out. */
async function packed(folder: string): Promise<{ readonly data: PackedSet; readonly heldOut: Uint8Array }> {
  const sources = await openSources([join(dataFolder(), 'sign-digits.zip')], new AbortController().signal).catch((error: unknown) => {
    throw new Skipped(`sign-digits.zip cannot be read: ${String(error)}`)
  })
  const squares: Buffer[] = []
  const labels: number[] = []
  try {
    for (const file of sources.files) {
      const label = Number(basename(dirname(file.path)))
      if (!Number.isInteger(label) || !/\.jpe?g$/i.test(file.path)) continue
      squares.push(await squarePixels(await file.read(), { size: square(size), fit: 'crop', channels: 3 }))
      labels.push(label)
    }
  } finally {
    sources.close()
  }
  const parts = Uint8Array.from(squares, (_, i) => (i % heldOutOf === 0 ? partCodes.test : partCodes.train))
  const path = join(folder, 'pictures.bin')
  await writeFile(path, Buffer.concat(squares))
  // Spread over the classes, which follow each other in the archive.
  const held = squares.filter((_, i) => i % heldOutOf === 0)
  const heldOut = Buffer.concat(Array.from({ length: count }, (_, i) => held[Math.floor((i * held.length) / count)] as Buffer))
  return { data: { path, count: squares.length, size: square(size), channels: 3, labels: Int32Array.from(labels), parts }, heldOut: new Uint8Array(heldOut) }
}

class Host implements EngineHost {
  checkpoint = ''
  #saidAt = 0
  readonly #log: (line: string) => void
  constructor(log: (line: string) => void) {
    this.#log = log
  }
  send(message: EngineMessage): void {
    if (message.type === 'checkpoint') this.checkpoint = message.checkpoint.file
    if (message.type !== 'tick' || performance.now() - this.#saidAt < saidEveryMs) return
    this.#saidAt = performance.now()
    this.#log(`training: ${message.tick.imagesSeen.toLocaleString('en')} of ${totalImages.toLocaleString('en')} images`)
  }
  paused(): boolean {
    return false
  }
  async waitWhilePaused(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  stopRequested(): null {
    return null
  }
}
