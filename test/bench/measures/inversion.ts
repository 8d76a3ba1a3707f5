/**
 * Finding held-out pictures in latent space: from the encoder's guess beside from the mean latent,
 * by the time and the steps to the same perceptual distance, and by the distance after the same
 * time. Trains its own run first, without scores: for INVERSION_IMAGES images (default 60,000), but
 * no longer than INVERSION_MINUTES (15).
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
import { classesOfEncoder } from '../../../src/engine/architecture.ts'
import { openBackend } from '../../../src/engine/backend.ts'
import { partsOf } from '../../../src/engine/layout.ts'
import { architectureOfHead, readCheckpoint, type Checkpoint } from '../../../src/training/checkpoint.ts'
import { Inversion } from '../../../src/training/inversion.ts'
import { train } from '../../../src/training/train.ts'
import { median, Skipped, type Benchmark, type Measurement } from '../benchmark.ts'
import { dataFolder } from '../quality/sets.ts'

const size = 32
/** Pictures that are looked for at once. */
const together = 16
const channels = 3
const each = size * size * channels
const steps = 100
const rounds = 3
/** One picture of so many is held out. */
const heldOutOf = 20
/** Steps after the encoder's guess at which the distance is asked of the mean latent, too. */
const targets = [0, 5, 20]
/** After so many milliseconds both distances are told. */
const moments = [25, 50, 100, 200, 400, 800, 1600]
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
      log(`trained on ${checkpoint.counters.imagesSeen.toLocaleString('en')} images; looking for ${together} held-out pictures`)
      return await compared(checkpoint, heldOut)
    } finally {
      await backend.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

interface HeldOut {
  readonly pixels: Uint8Array
  readonly labels: readonly number[]
}

async function compared(checkpoint: Checkpoint, { pixels, labels }: HeldOut): Promise<readonly Measurement[]> {
  const some = spread({ pixels, labels })
  const [byEncoder, byMean]: [Reached[][], Reached[][]] = [[], []]
  // The first use of each kernel is slow.
  await descent(checkpoint, some, 'encoder', 1)
  for (let round = 0; round < rounds; round++) {
    byEncoder.push(await descent(checkpoint, some, 'encoder', steps))
    byMean.push(await descent(checkpoint, some, 'mean', steps))
  }
  const curves = { ours: typical(byEncoder), theirs: typical(byMean) }
  return [...targets.flatMap((at) => toTheSameDistance(curves, at)), ...moments.flatMap((ms) => afterTheSameTime(curves, ms)), ...await classesFound(checkpoint, { pixels, labels })]
}

type Start = 'encoder' | 'mean'
interface Reached {
  /** Since the start, without asking for the distance. */
  readonly ms: number
  /** Mean over the pictures. */
  readonly distance: number
}
interface Curves {
  readonly ours: readonly Reached[]
  readonly theirs: readonly Reached[]
}

/** Distances at the guess and after each step. */
async function descent(checkpoint: Checkpoint, pixels: Uint8Array, start: Start, taken: number): Promise<Reached[]> {
  const reached = [await guess(checkpoint, pixels, start)]
  // A guess needs no look at what the distance is of, descent does: it begins anew, with that look's time in its own.
  let begun = performance.now()
  const found = began(checkpoint, pixels, start)
  for (let step = 1, ms = 0; step <= taken; step++) {
    found.step()
    ms += performance.now() - begun
    reached.push({ ms, distance: mean((await found.state()).distances) })
    begun = performance.now()
  }
  found.dispose()
  return reached
}

async function guess(checkpoint: Checkpoint, pixels: Uint8Array, start: Start): Promise<Reached> {
  const begun = performance.now()
  const found = began(checkpoint, pixels, start)
  const ms = performance.now() - begun
  const { distances } = await found.state()
  found.dispose()
  return { ms, distance: mean(distances) }
}

function began(checkpoint: Checkpoint, pixels: Uint8Array, start: Start): Inversion {
  const count = pixels.length / each
  return new Inversion(architectureOfHead(checkpoint), checkpoint.values, { pixels, count, mask: null, classIndices: new Array<null>(count).fill(null) }, start, steps)
}

/** The median times; distances are the same each time. */
const typical = (rounds: readonly (readonly Reached[])[]): readonly Reached[] =>
  (rounds[0] ?? []).map(({ distance }, step) => ({ distance, ms: median(rounds.map((round) => round[step]?.ms ?? NaN)) }))

function toTheSameDistance({ ours, theirs }: Curves, at: number): Measurement[] {
  const own = ours[at]
  if (own === undefined) return []
  const step = theirs.findIndex(({ distance }) => distance <= own.distance)
  const other = theirs[step] ?? theirs.at(-1)
  const note = `distance ${own.distance.toFixed(3)}; steps ${at} beside ${step === -1 ? `more than ${theirs.length - 1}, which reach ${other?.distance.toFixed(3) ?? ''}` : step}`
  const what = at === 0 ? "encoder's guess" : `${at} steps after the encoder's guess`
  return [{ what: `${what}: ms for ${together} pictures`, value: own.ms, unit: 'ms', beside: { what: 'from the mean latent to the same distance', value: other?.ms ?? NaN }, ratio: own.ms / (other?.ms ?? NaN), ...(at === 0 ? { goal: '≤ 0.2' } : {}), note }]
}

/** What a person has by then, of each way. */
function afterTheSameTime({ ours, theirs }: Curves, time: number): Measurement[] {
  const by = (curve: readonly Reached[]): Reached | undefined => curve.findLast(({ ms }) => ms <= time)
  const [own, other] = [by(ours), by(theirs)]
  if (own === undefined || other === undefined) return []
  return [{ what: `distance after ${time} ms`, value: own.distance, unit: '', beside: { what: 'from the mean latent', value: other.distance }, ratio: own.distance / other.distance, note: `steps ${ours.indexOf(own)} beside ${theirs.indexOf(other)}` }]
}

/** By the encoder, and as for one that reads no classes: by the pixels of a picture of each. */
async function classesFound(checkpoint: Checkpoint, { pixels, labels }: HeldOut): Promise<Measurement[]> {
  const E = checkpoint.values.E.slice()
  partsOf(architectureOfHead(checkpoint).layoutE, E).get(classesOfEncoder)?.fill(0)
  const right = async (values: Checkpoint['values']): Promise<{ readonly share: number; readonly distance: number }> => {
    const found = began({ ...checkpoint, values }, pixels, 'encoder')
    const { mixes, distances } = await found.state()
    found.dispose()
    const classes = mixes.length / labels.length
    const chosen = labels.map((_, i) => {
      const own = mixes.subarray(i * classes, (i + 1) * classes)
      return own.indexOf(Math.max(...own))
    })
    return { share: chosen.filter((index, i) => index === labels[i]).length / labels.length, distance: mean(distances) }
  }
  const [read, tried] = [await right(checkpoint.values), await right({ ...checkpoint.values, E })]
  return [{ what: `class of ${labels.length} held-out pictures, read by E`, value: 100 * read.share, unit: '%', beside: { what: 'chosen by pixels', value: 100 * tried.share }, note: `distance ${read.distance.toFixed(3)} beside ${tried.distance.toFixed(3)}` }]
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** As many of the pictures as are looked for together, of all classes, which follow each other. */
const spread = ({ pixels, labels }: HeldOut): Uint8Array =>
  new Uint8Array(Buffer.concat(Array.from({ length: together }, (_, i) => {
    const at = Math.floor((i * labels.length) / together)
    return pixels.subarray(at * each, (at + 1) * each)
  })))

/** Sign-digits in one file, some of them held out. */
async function packed(folder: string): Promise<{ readonly data: PackedSet; readonly heldOut: HeldOut }> {
  const sources = await openSources([join(dataFolder(), 'sign-digits.zip')], new AbortController().signal).catch((error: unknown) => {
    throw new Skipped(`sign-digits.zip cannot be read: ${String(error)}`)
  })
  const squares: Buffer[] = []
  const labels: number[] = []
  try {
    for (const file of sources.files) {
      const label = Number(basename(dirname(file.path)))
      if (!Number.isInteger(label) || !/\.jpe?g$/i.test(file.path)) continue
      squares.push(await squarePixels(await file.read(), { size: square(size), fit: 'crop', channels }))
      labels.push(label)
    }
  } finally {
    sources.close()
  }
  const isHeldOut = (_: unknown, i: number): boolean => i % heldOutOf === 0
  const parts = Uint8Array.from(squares, (_, i) => (isHeldOut(_, i) ? partCodes.test : partCodes.train))
  const path = join(folder, 'pictures.bin')
  await writeFile(path, Buffer.concat(squares))
  return {
    data: { path, count: squares.length, size: square(size), channels, labels: Int32Array.from(labels), parts },
    heldOut: { pixels: new Uint8Array(Buffer.concat(squares.filter(isHeldOut))), labels: labels.filter(isHeldOut) },
  }
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
