/** What a soak was told is so, and whether the studio still says it. */
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { fromBufferPromise } from 'yauzl'
import type { Studio, HostApi } from '../../src/contract/api.ts'
import type { Dataset } from '../../src/contract/data.ts'
import { media } from '../../src/contract/media.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { readOnnx } from '../../src/export/models/read-onnx.ts'
import { contentOfPlace, placeOf } from './places.ts'
import { splitText, type Fact } from './words.ts'

type Value = Fact[1]
/** Pictures looked into at each check: all would take longer with every round. */
const looked = 4

export class Ledger {
  readonly #known = new Map<string, Value>()
  /** Asked for and not answered when the process was killed: may be so or not. */
  readonly #open = new Map<string, Set<Value>>()
  readonly #places: string
  acknowledged = 0

  /** @param places where the folders are whose pictures were left in them */
  constructor(places: string) {
    this.#places = places
  }

  begin(facts: readonly Fact[]): void {
    for (const [key, value] of facts) this.#open.set(key, (this.#open.get(key) ?? new Set()).add(value))
  }

  /** The answer came: these are so. */
  done(facts: readonly Fact[]): void {
    this.acknowledged += facts.length
    for (const [key, value] of facts) {
      this.#known.set(key, value)
      this.#open.delete(key)
    }
  }

  /** Refused, so nothing of this has changed; what was asked for by one that was killed may still come. */
  refused(facts: readonly Fact[]): void {
    for (const [key, value] of facts) {
      const values = this.#open.get(key)
      values?.delete(value)
      if (values?.size === 0) this.#open.delete(key)
    }
  }

  /** Everything that is not as it was acknowledged, in words; what was open is known from then on. */
  async check(studio: Studio & HostApi): Promise<readonly string[]> {
    const datasets = new Map((await studio.call('datasets.list')).map((each) => [each.id, each]))
    const runs = new Map((await studio.call('runs.list')).map((each) => [each.id, each]))
    const samples = new Set(await studio.call('gallery.ids', {}))
    const favourites = new Set(await studio.call('gallery.ids', { favourite: true }))
    const settings = await studio.call('settings.get')
    const models = new Set((await studio.call('models.list')).map(({ id }) => id))
    const crops = new Map<string, number>()
    const copies = new Map<string, number>()
    const left = new Map<string, number>()
    for (const id of datasets.keys()) {
      const [first] = (await studio.call('datasets.pictures', { id, offset: 0, limit: 1 })).items
      crops.set(id, first?.crop?.width ?? 1)
      copies.set(id, (await studio.call('datasets.composition', { id })).reduce((sum, each) => sum + each.copies, 0))
      left.set(id, (await studio.call('datasets.whereabouts', { id }))?.pictures ?? 0)
    }
    const now = (kind: string, subject: string): Value | undefined => {
      switch (kind) {
        case 'there':
          return datasets.has(subject) || runs.has(subject) || samples.has(subject) || models.has(subject)
        case 'pictures':
          return datasets.get(subject)?.pictureCount
        case 'split':
          return datasets.has(subject) ? splitText(datasets.get(subject)?.split ?? null) : undefined
        case 'crop':
          return crops.get(subject)
        case 'copies':
          return copies.get(subject)
        case 'left':
          return left.get(subject)
        case 'content':
          return contentOfPlace(subject)
        case 'name':
          return datasets.get(subject)?.name
        case 'class': {
          const [dataset = '', id] = subject.split(' ')
          return datasets.get(dataset)?.classes.find((each) => each.id === id)?.name
        }
        case 'favourite':
          return samples.has(subject) ? favourites.has(subject) : undefined
        case 'checkpoint':
          return runs.has(subject) ? (runs.get(subject)?.checkpointAt ?? -1) : undefined
        case 'setting':
          return settings.gallerySize
        default:
          return undefined
      }
    }
    const wrong: string[] = []
    const opened = [...this.#open].map(([key, values]): [string, Value] => [key, values.values().next().value ?? false])
    for (const [key, value] of new Map([...opened, ...this.#known])) {
      const at = key.indexOf(':')
      const [kind, subject] = [key.slice(0, at), key.slice(at + 1)]
      if (kind === 'file') {
        if (this.#known.has(key)) wrong.push(...(await damageOf(subject, String(value))))
        this.#known.delete(key)
        continue
      }
      const found = now(kind, subject)
      // Of what is deleted, only that it is.
      if (found === undefined) continue
      if (this.#known.has(key) && !agrees(kind, found, value) && this.#open.get(key)?.has(found) !== true)
        wrong.push(`${key} was acknowledged as ${String(value)} and is ${String(found)}`)
      this.#known.set(key, found)
    }
    this.#open.clear()
    for (const dataset of datasets.values()) if (dataset.state !== 'ready' && dataset.unfinished === null) wrong.push(`data set ${dataset.id} is shown as ${dataset.state}`)
    wrong.push(...(await this.#findAgain(studio, [...datasets.values()].filter(({ id }) => (left.get(id) ?? 0) > 0))))
    return [...wrong, ...(await this.#look(studio, [...datasets.keys()], [...samples]))]
  }

  /** Wherever their owner had moved them when the studio was killed: each picture has a copy, or is found in its folder. */
  async #findAgain(studio: Studio & HostApi, datasets: readonly Dataset[]): Promise<readonly string[]> {
    const wrong: string[] = []
    for (const dataset of datasets) {
      const { id } = dataset
      const place = placeOf(dataset, this.#places)
      // One that is not whole is not looked for until it is.
      if (place === null || dataset.unfinished !== null) continue
      const { activityId } = await studio.call('datasets.relink', { id, tickets: [await studio.registerSources([place])] })
      while ((await studio.call('activities.list')).some((each) => each.id === activityId && each.state === 'running')) await wait(20)
      const found = await studio.call('datasets.whereabouts', { id })
      if (found !== null && found.gone + found.changed + found.unreadable > 0) wrong.push(`of the pictures of ${id} that were left in ${place}, ${found.gone} are gone, ${found.changed} changed, ${found.unreadable} unreadable`)
    }
    return wrong
  }

  /** Newest first: what came last is the likeliest to be cut short. */
  async #look(studio: Studio & HostApi, datasets: readonly string[], samples: readonly string[]): Promise<readonly string[]> {
    const paths = samples.slice(0, looked).map((id) => media.sample(id))
    for (const id of datasets.slice(0, looked)) {
      const { items } = await studio.call('datasets.pictures', { id, offset: 0, limit: 2 })
      paths.push(...items.map((picture) => media.picture(picture.id, 'full')))
    }
    const found = await Promise.all(paths.map(async (path) => {
      const read = await studio.readMedia(path).catch(() => null)
      const whole = read !== null && (await sharp(read.bytes, { failOn: 'error' }).raw().toBuffer().then(() => true, () => false))
      return whole ? [] : [`${path} cannot be read`]
    }))
    return found.flat()
  }
}

/** A checkpoint may have been followed by another; copying pictures in may have been cut short. */
function agrees(kind: string, found: Value, known: Value): boolean {
  if (kind === 'checkpoint') return Number(found) >= Number(known)
  return kind === 'left' ? Number(found) <= Number(known) : found === known
}

/** An export that was said to be done is a whole file. */
async function damageOf(path: string, format: string): Promise<readonly string[]> {
  try {
    const bytes = await readFile(path)
    if (format === 'safetensors') decodeSafetensors(bytes, path)
    else if (format === 'page') { if (!/<\/html>\s*$/.test(bytes.toString())) throw new Error('the page has no end') }
    else if (format === 'onnx') readOnnx(bytes, path)
    else if (format === 'sheet') await sharp(bytes, { failOn: 'error' }).raw().toBuffer()
    else {
      const zip = await fromBufferPromise(bytes)
      for await (const entry of zip.eachEntry()) for await (const _ of await zip.openReadStreamPromise(entry));
    }
    return []
  } catch (error) {
    return [`the exported ${path} is damaged: ${String(error)}`]
  }
}
