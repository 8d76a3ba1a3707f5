/**
 * Model files that runs can start from: starter models that came with the studio, and files the
 * person added, copied into the data folder and named after what is in them. Nothing in one is run.
 */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { basename, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { ModelCard, ModelFile } from '../contract/data.ts'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { flush } from '../export/new-file.ts'
import { syncFolder } from '../training/atomic-file.ts'
import { readDonor, readDonorHead, type DonorHead } from '../training/transfer/donor.ts'
import { ensureSpace } from './disk.ts'
import { modelsFolder } from './folders.ts'
import { asSafetensors } from './model-import.ts'
import { openModel } from './model-source.ts'
import type { Tickets } from './tickets.ts'

export interface ModelsOptions {
  readonly dataFolder: string
  readonly assetsFolder: string
  readonly tickets: Tickets
  readonly log: Log
}

const ending = '.safetensors'
const starterPrefix = 'starter_'
/** `model_` and the start of the contents' SHA-256, so that a file added twice is there once. */
const idPattern = /^model_[0-9a-f]{16}$/
const removedEnding = '.removed'

export class ModelsService {
  readonly #options: ModelsOptions

  constructor(options: ModelsOptions) {
    this.#options = options
  }

  /** Starter models first. A file that cannot be read any more is left out, and the log says why. */
  async list(): Promise<readonly ModelFile[]> {
    const { dataFolder } = this.#options
    const starters = (await namesIn(this.#starters)).filter((name) => name.endsWith(ending)).map((name) => `${starterPrefix}${basename(name, ending)}`)
    const added = (await namesIn(modelsFolder(dataFolder))).filter((name) => name.endsWith(ending)).map((name) => basename(name, ending)).filter((id) => idPattern.test(id))
    const found = await Promise.all([...starters, ...added].map((id) => this.get(id).catch((error: unknown) => {
      this.#options.log('warn', `Model ${id} is left out`, { error: String(error) })
      return null
    })))
    return found.filter((model) => model !== null)
  }

  async get(id: string): Promise<ModelFile> {
    const file = await this.file(id)
    try {
      return described(id, await readDonorHead(file), (await stat(file)).size)
    } catch (error) {
      throw fromSystemError(error, message('doing.readModel', { name: id }))
    }
  }

  /** @throws `not-found` */
  async file(id: string): Promise<string> {
    const file = id.startsWith(starterPrefix) ? join(this.#starters, `${id.slice(starterPrefix.length)}${ending}`) : join(modelsFolder(this.#options.dataFolder), `${id}${ending}`)
    const there = (idPattern.test(id) || /^starter_[a-z0-9-]+$/.test(id)) && (await stat(file).then((found) => found.isFile(), (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false
      throw fromSystemError(error, message('doing.findModel', { name: id }))
    }))
    if (!there) throw refusal('not-found', message('refused.modelGone', { id }))
    return file
  }

  /** Whether what was dropped or named looks like a model; the ticket stays good. */
  async recognise(ticket: string): Promise<boolean> {
    const source = await openModel(this.#options.tickets.peekSources(ticket))
    source?.close()
    return source !== null
  }

  /**
   * A model of any format that the studio exports; kept as safetensors. Looks at every number before it is kept.
   * @throws `corrupt`, `newer-version`, `bad-input`
   */
  async add(ticket: string): Promise<ModelFile> {
    const { dataFolder, tickets } = this.#options
    const paths = tickets.takeSources(ticket)
    const source = await openModel(paths)
    if (source === null) throw refusal('bad-input', message('refused.noModel', { files: paths.map((path) => basename(path)).join('", "').slice(0, 300) }))
    try {
      const folder = modelsFolder(dataFolder)
      await mkdir(folder, { recursive: true })
      const { path } = source
      if (source.format === 'safetensors' && path !== null) {
        await readDonor(path)
        await ensureSpace(folder, (await stat(path)).size, 'room.model')
        return await this.#keep((beside) => copyFile(path, beside))
      }
      const chunks = await asSafetensors(source)
      await ensureSpace(folder, chunks.reduce((sum, { length }) => sum + length, 0), 'room.model')
      return await this.#keep((beside) => writeFile(beside, chunks))
    } catch (error) {
      throw fromSystemError(error, message('doing.adding', { name: source.name }))
    } finally {
      source.close()
    }
  }

  /** Beside its place first: what was cut short never counts as a model. */
  async #keep(write: (beside: string) => Promise<void>): Promise<ModelFile> {
    const folder = modelsFolder(this.#options.dataFolder)
    const beside = join(folder, `${newId('new')}.part`)
    try {
      await write(beside)
      await flush(beside)
      const id = `model_${(await sha256(beside)).slice(0, 16)}`
      await rename(beside, join(folder, `${id}${ending}`))
      await syncFolder(folder)
      return await this.get(id)
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {})
      throw error
    }
  }

  /** Puts it aside; `restore` brings it back. */
  async remove(id: string): Promise<void> {
    if (id.startsWith(starterPrefix)) throw refusal('bad-input', message('refused.starterStays'))
    const file = await this.file(id)
    await rename(file, `${file}${removedEnding}`)
  }

  async restore(id: string): Promise<ModelFile> {
    const file = join(modelsFolder(this.#options.dataFolder), `${id}${ending}`)
    if (idPattern.test(id)) await rename(`${file}${removedEnding}`, file).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw fromSystemError(error, message('doing.restoreModel', { name: id }))
    })
    return this.get(id)
  }

  get #starters(): string {
    return join(this.#options.assetsFolder, 'starters')
  }
}

function described(id: string, { options, channels, classNames, imagesSeen, architecture, networks, metadata }: DonorHead, bytes: number): ModelFile {
  const starter = id.startsWith(starterPrefix)
  return {
    id, kind: starter ? 'starter' : 'file', name: nameOf(metadata) ?? id,
    resolution: options.resolution, aspect: options.aspect, channels, classNames, imagesSeen,
    parameters: architecture.layoutG.total + (networks.includes('D') ? architecture.layoutD.total : 0),
    hasDiscriminator: networks.includes('D'), bytes,
    card: starter && metadata['card'] !== undefined ? (JSON.parse(metadata['card']) as ModelCard) : null,
  }
}

/** Of the run that it was, as exports keep it. */
function nameOf(metadata: DonorHead['metadata']): string | null {
  const config = JSON.parse(metadata['config'] ?? '{}') as { readonly runName?: unknown }
  const { runName } = config
  return typeof runName === 'string' && runName.trim() !== '' ? runName.replace(/[\u0000-\u001f\u007f]/g, ' ').trim().slice(0, 200) : null
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw fromSystemError(error, message('doing.findModels'))
  }
}
