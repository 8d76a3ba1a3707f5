/** What weights are taken from: a checkpoint of a run, or a model file, which holds a generator and seldom a discriminator. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { StudioError } from '../../base/errors.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import type { TrainingOptions } from '../../contract/options.ts'
import type { Palette } from '../../contract/palette.ts'
import { architectureOf, type Architecture } from '../../engine/architecture.ts'
import { partsOf, type Layout } from '../../engine/layout.ts'
import { classifierFormat, modelFormats, modelVersion, unusableModel } from '../../engine/model-file.ts'
import { decodeSafetensors } from '../../engine/safetensors.ts'
import { architectureOfHead, checkpointFormat, keptOptions, parsePalette, readCheckpoint, readCheckpointHead, readHeader, type CheckpointHead } from '../checkpoint.ts'

export type NetworkName = 'G' | 'D' | 'E'

export interface DonorHead {
  readonly options: TrainingOptions
  /** In class-index order; empty without classes. */
  readonly classNames: readonly string[]
  readonly channels: 1 | 3 | 4
  readonly imagesSeen: number
  readonly architecture: Architecture
  /** Those that it holds. */
  readonly networks: readonly NetworkName[]
  /** What a person is told of it, as the file has it: a run's name, the card of a starter model. */
  readonly metadata: Readonly<Record<string, string>>
}
export interface Donor extends DonorHead {
  /** Empty where it does not hold the network. `average`: G's, which pictures come from. */
  readonly values: Readonly<Record<NetworkName | 'average', Float32Array>> & {
    /** Of G's batch norms; null where the file has none. */
    readonly statistics: Float32Array | null
  }
}

/** Tensors by name, as a file claims them to be. */
type Claims = ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>

/** From the file's header alone. @throws `corrupt`, `newer-version`, `not-found`, with the file's name and what is wrong */
export async function readDonorHead(path: string): Promise<DonorHead> {
  const header = await readHeader(path)
  if (header.metadata['format'] === checkpointFormat) return donorOf((await readCheckpointHead(path)).head, header.metadata)
  return modelHead(header, basename(path))
}

/** @throws as `readDonorHead`, and `corrupt` where numbers are missing, too many or not finite */
export async function readDonor(path: string): Promise<Donor> {
  const header = await readHeader(path)
  if (header.metadata['format'] === checkpointFormat) {
    const checkpoint = await readCheckpoint(path)
    const { G, D, E, average, statistics } = checkpoint.values
    return { ...donorOf(checkpoint, header.metadata), values: { G, D, E, average, statistics } }
  }
  const name = basename(path)
  const head = modelHead(header, name)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.reading', { name }))
  })
  const { tensors } = decodeSafetensors(bytes, name)
  const taken = (layout: Layout): Float32Array => {
    const flat = new Float32Array(layout.total)
    for (const [key, part] of partsOf(layout, flat)) {
      const data = tensors.get(key)?.data ?? new Float32Array()
      const broken = data.findIndex((value) => !Number.isFinite(value))
      if (broken !== -1) throw unusableModel(name, `number ${broken} of tensor "${key}" is ${String(data[broken])}`)
      part.set(data)
    }
    return flat
  }
  const { layoutG, layoutD, layoutStatistics } = head.architecture
  const hasStatistics = layoutStatistics.specs.every(({ name: key }) => tensors.has(key))
  if (hasStatistics) checkShapes(layoutStatistics, header.entries, name)
  const G = taken(layoutG)
  const D = head.networks.includes('D') ? taken(layoutD) : new Float32Array()
  return { ...head, values: { G, average: G, D, E: new Float32Array(), statistics: hasStatistics ? taken(layoutStatistics) : null } }
}

function donorOf(head: CheckpointHead, metadata: DonorHead['metadata']): DonorHead {
  const { options, classNames, channels, counters } = head
  return {
    options, channels, metadata, imagesSeen: counters.imagesSeen, architecture: architectureOfHead(head),
    // An unconditional source has no embeddings, whatever its folder's classes were called.
    classNames: options.conditional ? classNames : [],
    networks: options.encoder ? ['G', 'D', 'E'] : ['G', 'D'],
  }
}

/** What a model file says of itself, in whichever format; all of it is checked, its numbers aside. @throws `corrupt`, `newer-version` */
export function modelHead({ metadata, entries }: { readonly metadata: DonorHead['metadata']; readonly entries: Claims }, name: string): DonorHead {
  const { G, D, E } = modelFormats
  const format = metadata['format']
  if (format === D || format === E) throw unusableModel(name, `it holds ${format === D ? 'a discriminator' : 'an encoder'} alone, and what starts from a model needs its generator`)
  if (format === classifierFormat) throw unusableModel(name, 'it holds a classifier, which makes no pictures, and what starts from a model needs its generator')
  if (format !== G) throw unusableModel(name, 'it is not a model of GAN Studio')
  const version = Number(metadata['version'])
  if (!Number.isInteger(version) || version < 1) throw unusableModel(name, `its version is "${metadata['version'] ?? ''}"`)
  if (version > modelVersion)
    throw new StudioError('newer-version', `${name} was written by a newer GAN Studio (model version ${version}; this one reads up to ${modelVersion}). Update the studio to use it.`)
  const config = parsedConfig(metadata['config'], name)
  const head = { ...config, architecture: architectureOf(config.options, config.classNames.length, config.channels, { palette: config.palette }) }
  const hasD = [...entries.keys()].some((key) => key.startsWith('D.'))
  checkShapes(head.architecture.layoutG, entries, name)
  if (hasD) checkShapes(head.architecture.layoutD, entries, name)
  return { ...head, metadata, networks: hasD ? ['G', 'D'] : ['G'] }
}

function parsedConfig(text: string | undefined, name: string): Pick<DonorHead, 'options' | 'classNames' | 'channels' | 'imagesSeen'> & { readonly palette: Palette | null } {
  let config: Readonly<Record<string, unknown>>
  try {
    const found: unknown = JSON.parse(text ?? '')
    if (typeof found !== 'object' || found === null) throw new Error('no object')
    config = found as Record<string, unknown>
  } catch {
    throw unusableModel(name, 'its description ("config") is missing or unreadable')
  }
  const { classNames, channels, imagesSeen, options: saved } = config
  if (!Array.isArray(classNames) || !classNames.every((item) => typeof item === 'string')) throw unusableModel(name, 'its class names are not texts')
  if (channels !== 1 && channels !== 3 && channels !== 4) throw unusableModel(name, `it has ${JSON.stringify(channels) ?? 'no'} colour channels`)
  if (typeof saved !== 'object' || saved === null) throw unusableModel(name, 'its options are missing')
  try {
    const options = keptOptions(saved as Record<string, unknown>)
    return {
      options, channels, classNames: options.conditional ? classNames : [],
      palette: parsePalette(config['palette'] === undefined ? {} : { palette: JSON.stringify(config['palette']) }, channels, name),
      imagesSeen: typeof imagesSeen === 'number' && Number.isSafeInteger(imagesSeen) && imagesSeen >= 0 ? imagesSeen : 0,
    }
  } catch (error) {
    throw error instanceof StudioError && error.code === 'corrupt' ? error : unusableModel(name, error instanceof Error ? error.message : String(error))
  }
}

/** Before any of its data is read: a claim of the header is checked against what such networks have. */
function checkShapes(layout: Layout, entries: Claims, name: string): void {
  for (const { name: key, shape } of layout.specs) {
    const found = entries.get(key)
    if (found === undefined) throw unusableModel(name, `tensor "${key}" is missing`)
    if ((found.dtype !== 'F32' && found.dtype !== 'F16') || found.shape.join() !== shape.join())
      throw unusableModel(name, `tensor "${key}" should be F32 or F16 of ${shape.join(' × ')} and is ${found.dtype} of ${found.shape.join(' × ') || 'one number'}`)
  }
}
