/** A model that a person named: one file, an archive or a folder as it was exported. What it is, its content says. */
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fromSystemError, refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { openArchive } from '../dataset/archive.ts'
import { isArchive } from '../dataset/sources.ts'
import { largestModelBytes } from '../engine/model-file.ts'
import { isSafetensors } from '../engine/safetensors.ts'
import { isOnnx } from '../export/models/read-onnx.ts'
import { isPage } from '../export/models/read-page.ts'
import { startBytes } from '../export/models/read-shapes.ts'
import { isTfjs } from '../export/models/read-tfjs.ts'

const recognisers = { safetensors: isSafetensors, page: isPage, tfjs: isTfjs, onnx: isOnnx } as const
export type ModelFileFormat = keyof typeof recognisers
const formats = Object.keys(recognisers) as readonly ModelFileFormat[]

/** What an export has at most, with room for what a system leaves beside it: more is no export, but a set of pictures. */
const mostFiles = 16

interface Part {
  readonly name: string
  /** Where it lies on disk; null: inside an archive. */
  readonly path: string | null
  start(): Promise<Uint8Array>
  /** @throws `bad-input` where it is larger than any model */
  bytes(): Promise<Buffer>
}
export interface ModelSource extends Pick<Part, 'path' | 'bytes'> {
  /** For messages. */
  readonly name: string
  readonly format: ModelFileFormat
  /** A file beside it, by its plain name; null where there is none. */
  beside(name: string): Promise<Uint8Array | null>
  close(): void
}

/** null where nothing that was named looks like a model. @throws `bad-input` where there are several */
export async function openModel(paths: readonly string[]): Promise<ModelSource | null> {
  const { parts, close } = await partsOf(paths)
  try {
    const found: { readonly part: Part; readonly format: ModelFileFormat }[] = []
    for (const part of parts) {
      const start = await part.start()
      const format = formats.find((one) => recognisers[one](start))
      if (format !== undefined) found.push({ part, format })
    }
    const [first] = found
    const [only = ''] = paths
    if (found.length > 1) throw refusal('bad-input', message('refused.severalModels', { file: basename(only), count: found.length, names: found.map(({ part }) => part.name).join(', ') }))
    if (first === undefined) {
      close()
      return null
    }
    const { part, format } = first
    return {
      format, close, path: part.path, name: paths.length === 1 ? basename(only) : part.name, bytes: () => part.bytes(),
      beside: async (name) => {
        const named = parts.find((one) => one.name === name) ?? (part.path === null ? undefined : onDisk(join(dirname(part.path), name)))
        return named === undefined || (named.path !== null && !(await isFile(named.path))) ? null : await named.bytes()
      },
    }
  } catch (error) {
    close()
    throw fromSystemError(error, message('doing.reading', { name: paths.map((path) => basename(path)).join(', ') }))
  }
}

async function partsOf(paths: readonly string[]): Promise<{ readonly parts: readonly Part[]; close(): void }> {
  const plain = (parts: readonly Part[]): Awaited<ReturnType<typeof partsOf>> => ({ parts, close: () => {} })
  const [path, ...others] = paths
  if (path === undefined || paths.length > mostFiles) return plain([])
  if (others.length > 0) return plain(await filesOf(paths))
  if (!(await isFile(path))) {
    const names = await readdir(path).catch((error: unknown) => {
      throw fromSystemError(error, message('doing.reading', { name: basename(path) }))
    })
    return plain(names.length > mostFiles ? [] : await filesOf(names.sort().map((name) => join(path, name))))
  }
  if (!(await isArchive(path))) return plain([onDisk(path)])
  const archive = await openArchive(path, new AbortController().signal)
  const files = archive.files.length > mostFiles ? [] : archive.files
  return { parts: files.map((file) => inArchive(basename(file.path), file)), close: () => archive.close() }
}

const isFile = (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false)
async function filesOf(paths: readonly string[]): Promise<readonly Part[]> {
  const files = await Promise.all(paths.map(isFile))
  return paths.filter((_, i) => files[i]).map(onDisk)
}

const onDisk = (path: string): Part => ({
  name: basename(path), path,
  start: async () => {
    const file = await open(path, 'r')
    try {
      const bytes = new Uint8Array(startBytes)
      return bytes.subarray(0, (await file.read(bytes, 0, startBytes, 0)).bytesRead)
    } finally {
      await file.close()
    }
  },
  bytes: async () => {
    refuseLarger((await stat(path)).size, basename(path))
    return await readFile(path)
  },
})

function inArchive(name: string, { bytes, read }: { readonly bytes: number | null; read(): Promise<Buffer> }): Part {
  const whole = async (): Promise<Buffer> => {
    refuseLarger(bytes ?? 0, name)
    return await read()
  }
  return { name, path: null, start: async () => (await whole()).subarray(0, startBytes), bytes: whole }
}

function refuseLarger(bytes: number, name: string): void {
  if (bytes > largestModelBytes) throw refusal('bad-input', message('refused.modelLarge', { file: name, size: Math.round(bytes / 1e6) }))
}
