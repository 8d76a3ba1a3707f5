/**
 * Checkpoints: everything a run needs to go on exactly, in one safetensors file. Networks and
 * the average are stored by parameter name, optimiser moments as flat vectors, all other state
 * as JSON in the metadata. Reading one never executes anything.
 */
import { open, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { RngState } from '../base/rng.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { Palette } from '../contract/palette.ts'
import { earlierOptions, optionKeys, parseOption, type TrainingOptions } from '../contract/options.ts'
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import { partsOf, sizeOf, type Layout } from '../engine/layout.ts'
import { decodeSafetensors, encodeSafetensors, parseSafetensorsHeader, safetensorsHeaderBytes, type HostTensor, type SafetensorsHeader } from '../engine/safetensors.ts'
import { writeAtomically } from './atomic-file.ts'
import type { BatchState } from './batches.ts'
import { freshResponses, type ResponsesState } from './responses.ts'
import { freshStats, type StatsState } from './stats.ts'
import { perState, stateNames, stateSpec, type ModelValues, type StateName } from './model-values.ts'

export interface RunCounters {
  readonly imagesSeen: number
  readonly elapsedMs: number
  /** Optimiser updates of G. */
  readonly updates: number
  readonly updatesD: number
  readonly rollbacks: number
  /** Halved at each roll-back, and when losses run away. */
  readonly learningRateScale: number
  readonly sheetsTaken: number
  readonly lastSheetAtMs: number
  /** Training time that went into scores. */
  readonly scoringMs: number
  /** Training time at which the last one began; 0: none yet. */
  readonly lastScoreAtMs: number
  /** Pictures of each side of every score; 0: not decided yet. */
  readonly scoreCount: number
  /** What a score costs by the last one, features of real pictures left out. */
  readonly scoreMs: number
  /** Images seen at the best checkpoint so far, which is kept; -1: none. */
  readonly bestAt: number
  /** Of all scores so far; the best one's is within noise of it. */
  readonly lowestKid: number
  /** Adaptive augmentation's, 0…1. */
  readonly augmentProbability: number
  /** How many times the penalty that holds D back was strengthened. */
  readonly regularised: number
}
export const freshCounters: RunCounters = {
  imagesSeen: 0, elapsedMs: 0, updates: 0, updatesD: 0, rollbacks: 0, learningRateScale: 1, sheetsTaken: 0, lastSheetAtMs: 0, scoringMs: 0, lastScoreAtMs: 0, scoreCount: 0, scoreMs: 0, bestAt: -1, lowestKid: 0, augmentProbability: 0, regularised: 0,
}
/** What the run knows of its last steps, from which it looks for troubles. */
export interface RunWatch {
  readonly window: StatsState
  /** Images seen when the window began. */
  readonly windowAt: number
  readonly responses: ResponsesState
}
export const freshWatch: RunWatch = { window: freshStats, windowAt: 0, responses: freshResponses }
export interface RunStreams {
  readonly latents: RngState
  readonly augment: RngState
  readonly directions: RngState
  readonly batches: BatchState
}
/** What a checkpoint says about its model, readable from the header alone. */
export interface CheckpointHead {
  readonly options: TrainingOptions
  readonly classNames: readonly string[]
  readonly channels: 1 | 3 | 4
  /** The only colours of its pictures; null: any. */
  readonly palette: Palette | null
  readonly counters: RunCounters
}
export interface Checkpoint extends CheckpointHead {
  readonly values: ModelValues
  readonly streams: RunStreams
  readonly watch: RunWatch
  /** What automatic precision came to, so that a resumed run takes the same steps; null where it was not asked, as in older files. */
  readonly bfloat16?: boolean | null
}

export const architectureOfHead = ({ options, classNames, channels, palette }: Omit<CheckpointHead, 'counters'>): Architecture =>
  architectureOf(options, classNames.length, channels, { palette })

export const checkpointFormat = 'gan-studio-checkpoint'
export const checkpointVersion = 1

export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const { values, options, classNames, channels, palette, counters, streams, watch, bfloat16 = null } = checkpoint
  const architecture = architectureOfHead(checkpoint)
  const tensors = stateNames.flatMap((name): [string, HostTensor][] => {
    const { network } = stateSpec(name)
    const data = values[name]
    return network === null ? [[name, { shape: [data.length], data }]] : namedTensors(network.layout(architecture), data, network.prefix)
  })
  const broken = tensors.find(([, { data }]) => !isFiniteVector(data))
  if (broken !== undefined) throw new StudioError('diverged', `Tensor ${broken[0]} holds values that are not finite; such a checkpoint is never written.`)
  const metadata = {
    format: checkpointFormat, version: String(checkpointVersion),
    options: JSON.stringify(options), classNames: JSON.stringify(classNames), channels: String(channels), palette: JSON.stringify(palette),
    counters: JSON.stringify(counters), streams: JSON.stringify(streams), watch: JSON.stringify(watch), bfloat16: JSON.stringify(bfloat16),
  }
  const encoded = (dataSha256: string): [Uint8Array, ...Uint8Array[]] => encodeSafetensors(tensors, { ...metadata, dataSha256 })
  // The header is as long with any checksum.
  const unknown = encoded('0'.repeat(64))
  const file = Buffer.concat(unknown)
  const [header] = encoded(await digest(file.subarray(unknown[0].length)))
  file.set(header)
  await writeAtomically(path, [file])
  return { bytes: file.length, sha256: await digest(file) }
}

/** @throws `corrupt` where the file is damaged, `newer-version` where a later studio wrote it */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const name = basename(path)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.reading', { name }))
  })
  const { metadata, tensors } = decodeSafetensors(bytes, name)
  const { head, architecture } = parseHead(metadata, name)
  const { dataStart } = parseSafetensorsHeader(bytes, bytes.length, name)
  if ((await digest(bytes.subarray(dataStart))) !== metadata['dataSha256']) throw damaged(name, 'its contents do not match their checksum')

  const take = (key: string, length: number): Float32Array => {
    const data = tensors.get(key)?.data
    if (!(data instanceof Float32Array) || data.length !== length) throw damaged(name, `tensor "${key}" should hold ${length} numbers and ${data === undefined ? 'is missing' : `holds ${data.length}`}`)
    if (!isFiniteVector(data)) throw damaged(name, `tensor "${key}" holds values that are not finite`)
    return data
  }
  const takeState = (name: StateName): Float32Array => {
    const { network, length, later } = stateSpec(name)
    const flat = new Float32Array(length(architecture))
    if (network !== null) {
      const { specs } = network.layout(architecture)
      const parts = partsOf(network.layout(architecture), flat)
      for (const spec of specs) if (spec.later !== true || tensors.has(network.prefix + spec.name)) parts.get(spec.name)?.set(take(network.prefix + spec.name, sizeOf(spec.shape)))
      return flat
    }
    // Kinds of state that came later are missing in older files, where they would be empty.
    if (flat.length === 0 && !tensors.has(name)) return flat
    const older = flat.length - later(architecture)
    flat.set(take(name, tensors.get(name)?.data.length === older ? older : flat.length))
    return flat
  }
  return {
    ...head,
    streams: parseJson<RunStreams>(metadata, 'streams', name),
    watch: watchOf(metadata, head.counters, name),
    bfloat16: metadata['bfloat16'] === 'true' ? true : metadata['bfloat16'] === 'false' ? false : null,
    values: perState(takeState),
  }
}

/** The averaged generator's parameters by name, and its batch norms' statistics: what is exported and generates. */
export function averageTensors(checkpoint: Checkpoint): readonly (readonly [string, HostTensor])[] {
  const { layoutG, layoutStatistics } = architectureOfHead(checkpoint)
  return [...namedTensors(layoutG, checkpoint.values.average), ...namedTensors(layoutStatistics, checkpoint.values.statistics)]
}

/** The head and the tensor list, without reading the data. */
export async function readCheckpointHead(path: string): Promise<{ readonly head: CheckpointHead; readonly header: SafetensorsHeader }> {
  const header = await readHeader(path)
  return { head: parseHead(header.metadata, basename(path)).head, header }
}

/** The header of a safetensors file, without its data. */
export async function readHeader(path: string): Promise<SafetensorsHeader> {
  const name = basename(path)
  try {
    const { size } = await stat(path)
    const file = await open(path, 'r')
    try {
      const length = safetensorsHeaderBytes(await readStart(file, 8), size, name)
      return parseSafetensorsHeader(await readStart(file, 8 + length), size, name)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, message('doing.reading', { name }))
  }
}

async function readStart(file: Awaited<ReturnType<typeof open>>, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await file.read(bytes, 0, length, 0)
  return bytes.subarray(0, bytesRead)
}

/** Options as a file keeps them; those that came later keep their defaults, as the run had them. @throws `bad-input` */
export const keptOptions = (saved: Readonly<Record<string, unknown>>): TrainingOptions =>
  Object.fromEntries(optionKeys.map((key) => [key, Object.hasOwn(saved, key) ? parseOption(key, saved[key]) : earlierOptions[key]])) as unknown as TrainingOptions

function parseHead(metadata: Readonly<Record<string, string>>, name: string): { readonly head: CheckpointHead; readonly architecture: Architecture } {
  if (metadata['format'] !== checkpointFormat) throw damaged(name, 'it is not a checkpoint of GAN Studio')
  const version = Number(metadata['version'])
  if (!Number.isInteger(version) || version < 1) throw damaged(name, `its version is "${metadata['version'] ?? ''}"`)
  if (version > checkpointVersion)
    throw new StudioError('newer-version', `${name} was written by a newer GAN Studio (checkpoint version ${version}; this one reads up to ${checkpointVersion}). Update the studio to open it.`)

  const saved = parseJson<Record<string, unknown>>(metadata, 'options', name)
  const classNames = parseJson<unknown>(metadata, 'classNames', name)
  const channels = Number(metadata['channels'])
  if (!Array.isArray(classNames) || !classNames.every((item) => typeof item === 'string')) throw damaged(name, 'its class names are not texts')
  if (channels !== 1 && channels !== 3 && channels !== 4) throw damaged(name, `it has ${metadata['channels'] ?? 'no'} colour channels`)
  const kept = parseJson<Partial<RunCounters>>(metadata, 'counters', name)
  // Once both networks had the same number of updates.
  const counters = { ...freshCounters, updatesD: kept.updates ?? 0, ...kept }
  if (!Object.values(counters).every(Number.isFinite)) throw damaged(name, 'its counters are not numbers')
  try {
    const head: CheckpointHead = { options: keptOptions(saved), classNames, channels, palette: parsePalette(metadata, channels, name), counters }
    return { head, architecture: architectureOfHead(head) }
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : String(error))
  }
}

/** Older files have none, or less: such a run looks anew from where it goes on. */
function watchOf(metadata: Readonly<Record<string, string>>, { imagesSeen }: RunCounters, name: string): RunWatch {
  if (metadata['watch'] === undefined) return { ...freshWatch, windowAt: imagesSeen }
  const kept = parseJson<RunWatch>(metadata, 'watch', name)
  return { ...kept, responses: { ...freshResponses, ...kept.responses } }
}

/** Checkpoints from before palettes have none. */
export function parsePalette(metadata: Readonly<Record<string, string>>, channels: number, name: string): Palette | null {
  if (metadata['palette'] === undefined || metadata['palette'] === 'null') return null
  const found = parseJson<unknown>(metadata, 'palette', name)
  const isByte = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255
  const isColour = (colour: unknown): colour is number[] => Array.isArray(colour) && colour.length === channels && colour.every(isByte)
  if (!Array.isArray(found) || found.length < 2 || !found.every(isColour)) throw damaged(name, 'its palette is no list of colours')
  return found
}

function parseJson<T>(metadata: Readonly<Record<string, string>>, key: string, name: string): T {
  try {
    const value: unknown = JSON.parse(metadata[key] ?? '')
    if (typeof value === 'object' && value !== null) return value as T
  } catch {
    // Said below, with the file's name.
  }
  throw damaged(name, `its ${key} are missing or unreadable`)
}

const damaged = (name: string, what: string): StudioError =>
  new StudioError('corrupt', `${name} cannot be used: ${what}. Use an earlier checkpoint.`)

function namedTensors(layout: Layout, flat: Float32Array, prefix = ''): [string, HostTensor][] {
  const parts = partsOf(layout, flat)
  return layout.specs.map(({ name, shape }) => [prefix + name, { shape, data: parts.get(name) as Float32Array }])
}
/** SHA-256 in hexadecimal, computed on a thread of its own. */
const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')

/** A loop: with a function for each of millions of numbers, training would stand still for it. */
export function isFiniteVector(values: HostTensor['data']): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}
