/** What a decoder process does with one picture, and how it says that it could not. */
import { readFileSync } from 'node:fs'
import { BugError } from '../base/errors.ts'
import type { CropBox, Reference } from '../contract/data.ts'
import { type Failure, failureOf, fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { augmentedCopy, seenCopy, type AugmentedCopy, type CopyRequest } from './augmented-copy.ts'
import { asPictureError, inspect, openPicture, PictureError, squarePixels, wholePicture, type Inspected, type ShrinkTo, type Square, type WholePicture } from './decode.ts'
import { closeUpOf, likenessOf } from './likeness.ts'
import { sha256Of, type Originals } from './originals.ts'
import { readFound, type Found } from './referenced-file.ts'
import { take, type Taken } from './take.ts'

/** A picture of a data set. Squares and augmented copies see `crop` alone. */
export interface KeptSource {
  readonly sha256: string
  readonly name: string
  readonly crop?: CropBox | null
  /** Where it was left; `Decoders` looks that up. */
  readonly reference?: Reference | null
}
/** Where the bytes are: a path, the bytes themselves (from an archive), or wherever a picture's are kept. */
export type PictureSource = string | Uint8Array | KeptSource

export type DecodeTask =
  /** Checks a picture and copies it into the data folder, or leaves it where it is. */
  | { readonly kind: 'take'; readonly inPlace: boolean }
  /** What a file holds. */
  | { readonly kind: 'hash' }
  /** Copies a picture that was left where it is into the data folder, flushed. */
  | { readonly kind: 'copy-in' }
  /** What it is like, and whether all of it can be decoded. */
  | { readonly kind: 'inspect' }
  /** uint8 [height,width,channels]. */
  | { readonly kind: 'square'; readonly square: Square }
  /** WebP whose shorter side has `size` pixels at most; never enlarged. */
  | { readonly kind: 'thumbnail'; readonly size: number }
  /** All of it, as it is shown; no more than `most` pixels. */
  | { readonly kind: 'whole'; readonly most: number; readonly shrink?: ShrinkTo }
  | { readonly kind: 'likeness' }
  | { readonly kind: 'close-up' }
  /** Writes an augmented copy of a picture into the data folder. */
  | { readonly kind: 'copy'; readonly copy: CopyRequest }
  /** Such a copy as uint8 [height,width,channels], to be looked at. */
  | { readonly kind: 'seen-copy'; readonly copy: CopyRequest; readonly square: Square }
export type Made<T extends DecodeTask> = T extends { readonly kind: 'take' } ? Taken : T extends { readonly kind: 'inspect' } ? Inspected : T extends { readonly kind: 'hash' } ? Found : T extends { readonly kind: 'copy-in' } ? null : T extends { readonly kind: 'copy' } ? WrittenCopy : T extends { readonly kind: 'whole' } ? WholePicture : Uint8Array
export interface WrittenCopy extends Omit<AugmentedCopy, 'bytes'> {
  readonly sha256: string
  readonly bytes: number
}
export type Outcome<M = Made<DecodeTask>> = { readonly made: M } | { readonly error: Failure }

export interface DecodeRequest {
  readonly id: number
  readonly dataFolder: string
  readonly task: DecodeTask
  readonly sources: readonly PictureSource[]
}
/** `cancel`: begin with no further picture of that request, and answer. */
export type DecodeCommand = DecodeRequest | { readonly cancel: number }
export type DecodeReply =
  | { readonly type: 'ready' }
  /** A picture is done, of a request that goes on. */
  | { readonly type: 'beat' }
  | { readonly type: 'done'; readonly id: number; readonly outcomes: readonly Outcome[] }

/** Never throws: what is wrong with one picture is no reason to leave the others. */
export async function decode(task: DecodeTask, source: PictureSource, originals: Originals): Promise<Outcome> {
  try {
    return { made: await make(task, source, originals) }
  } catch (error) {
    if (error instanceof PictureError) return { error: { code: 'bad-input', message: error.message, why: error.why } }
    return { error: failureOf(fromSystemError(error, message(task.kind === 'take' ? 'doing.importing' : 'doing.readPictures'))) }
  }
}

async function make(task: DecodeTask, source: PictureSource, originals: Originals): Promise<Made<DecodeTask>> {
  if (task.kind === 'take') return await take(source instanceof Uint8Array || typeof source === 'string' ? source : originals.file(source.sha256), originals, task.inPlace)
  if (task.kind === 'hash') return await foundAt(source)
  const bytes = await bytesOf(source, originals)
  const crop = source instanceof Uint8Array || typeof source === 'string' ? null : (source.crop ?? null)
  return await makeOf(task, bytes, crop, originals).catch(asPictureError(bytes))
}

async function makeOf(task: Exclude<DecodeTask, { readonly kind: 'take' | 'hash' }>, bytes: Uint8Array, crop: CropBox | null, originals: Originals): Promise<Made<DecodeTask>> {
  switch (task.kind) {
    case 'copy-in':
      originals.keepFlushed(sha256Of(bytes), bytes)
      return null
    case 'inspect':
      return await inspect(bytes)
    case 'square':
      return await squarePixels(bytes, task.square, crop)
    case 'whole':
      return await wholePicture(bytes, task.most, crop, task.shrink)
    case 'thumbnail':
      return await thumbnailOf(bytes, task.size)
    case 'likeness':
      return await likenessOf(bytes)
    case 'close-up':
      return await closeUpOf(bytes)
    case 'copy': {
      const { bytes: copy, ...of } = await augmentedCopy(bytes, task.copy, crop)
      const sha256 = sha256Of(copy)
      originals.keep(sha256, copy)
      return { ...of, sha256, bytes: copy.length }
    }
    case 'seen-copy':
      return await seenCopy(bytes, task.copy, task.square, crop)
  }
}

async function foundAt(source: PictureSource): Promise<Found> {
  if (typeof source !== 'string') throw new BugError('Only files on disk are looked at where they are.')
  return await readFound(source)
}

/** Longest side that a WebP file can have. */
const longestWebp = 16_383

async function thumbnailOf(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const picture = openPicture(bytes)
  const { width, height } = (await picture.metadata()).autoOrient
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  const side = (long * Math.min(size, short)) / short > longestWebp ? longestWebp : size
  return await picture.resize(side, side, { fit: side === size ? 'outside' : 'inside', withoutEnlargement: true }).webp({ quality: 82, effort: 1 }).toBuffer()
}

async function bytesOf(source: PictureSource, originals: Originals): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source
  return typeof source === 'string' ? readFileSync(source) : await originals.read(source.sha256, source.name, source.reference)
}
