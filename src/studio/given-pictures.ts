/** Pictures a person points at, from files, data sets or the gallery, in the size and colours of a run's own. */
import { basename } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { ShrinkTo, WholePicture } from '../dataset/decode.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { PictureSource } from '../dataset/decoding.ts'
import { openSources, sourceOf } from '../dataset/sources.ts'
import type { FitPolicy, Size } from '../contract/data.ts'
import { failureOf, refusal } from '../contract/failure.ts'
import { message, type Message } from '../contract/messages.ts'
import type { Store } from '../store/store.ts'
import type { GalleryService } from './gallery-service.ts'

export interface GivenPicture {
  readonly name: string
  readonly source: () => Promise<PictureSource>
}
export interface SquareShape {
  readonly size: Size
  readonly channels: 1 | 3 | 4
  readonly fit: FitPolicy
}

export class GivenPictures {
  readonly #store: Store
  readonly #gallery: GalleryService
  readonly #decoders: Decoders

  constructor({ store, gallery, decoders }: { readonly store: Store; readonly gallery: GalleryService; readonly decoders: Decoders }) {
    this.#store = store
    this.#gallery = gallery
    this.#decoders = decoders
  }

  /** @throws `not-found` */
  ofDataset(id: string): GivenPicture {
    const picture = this.#store.pictures.get(id) ?? missing('picture', id)
    return { name: id, source: () => Promise.resolve({ sha256: picture.sha256, name: picture.sourcePath, crop: picture.crop }) }
  }

  /** @throws `not-found` */
  ofGallery(id: string): GivenPicture {
    const sample = this.#store.samples.get(id) ?? missing('sample', id)
    return { name: id, source: () => this.#gallery.read(sample) }
  }

  /** Hands `use` those of the files behind `paths` after `kept`. @throws `bad-input` where there are none, or more than `most` */
  async during<T>(kept: readonly GivenPicture[], paths: readonly string[], { most, signal }: { readonly most: number; readonly signal: AbortSignal }, use: (pictures: readonly GivenPicture[]) => Promise<T>): Promise<T> {
    const sources = await openSources(paths, signal)
    try {
      const given = [...kept, ...sources.files.map((file): GivenPicture => ({ name: basename(file.path), source: () => sourceOf(file) }))]
      if (given.length === 0 || given.length > most) throw refusal('bad-input', message('refused.givenCount', { most, found: given.length }))
      return await use(given)
    } finally {
      sources.close()
    }
  }

  /** In its own size, or shrunk. @throws StudioError in words for this picture */
  async whole({ source }: GivenPicture, most: number, shrink?: ShrinkTo): Promise<WholePicture> {
    return await this.#decoders.one({ kind: 'whole', most, ...(shrink === undefined ? {} : { shrink }) }, await source())
  }

  /** As the run's own pictures are made: uint8 [count,height,width,channels]. @throws `bad-input` naming the first that cannot be read */
  async squares(given: readonly GivenPicture[], { size, channels, fit }: SquareShape): Promise<Uint8Array> {
    const pixels: Uint8Array[] = []
    for (const { name, source } of given) {
      pixels.push(await this.#decoders.one({ kind: 'square', square: { size, channels, fit } }, await source()).catch((error: unknown) => {
        throw refusal('bad-input', message('refused.givenPicture', { name, why: whyOf(error) }), { cause: error })
      }))
    }
    return new Uint8Array(Buffer.concat(pixels))
  }
}

/** Why one picture cannot be used, beside its name. */
export function whyOf(error: unknown): Message {
  const { message: text, why } = failureOf(error)
  return why ?? message('problem.unread', { said: text })
}

export function missing(what: string, id: string): never {
  throw new StudioError('not-found', `There is no ${what} ${id}; it may have been deleted.`)
}
