/** Pages that `page.ts` wrote, read back: the model that the page carries. */
import { z } from 'zod'
import { StudioError } from '../../base/errors.ts'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { modelFormats, modelVersion, mostTensors, unusableModel, type ClaimedModel } from '../../engine/model-file.ts'
import { unpack } from '../../engine/lowered/quantise.ts'
import { modelElement, playerVersion, weightsElement } from '../../player/model.ts'
import { byteLength, parsedAs, shapeSchema } from './read-shapes.ts'
import { mostJsonBytes } from './read-tfjs.ts'

/** As `page.ts` opens them; nothing that a person wrote can look like it there. */
export const modelStart = `<script id="${modelElement}" type="application/json">`
export const weightsStart = `<script id="${weightsElement}" type="text/plain">`
const end = '</script>'

const tensor = z.object({ name: z.string(), shape: shapeSchema, precision: z.enum(['float32', 'float16', 'uint8']), scale: z.number(), minimum: z.number(), bytes: z.number().int().min(0) })
const versionSchema = z.object({ version: z.number().int().min(1) })
const modelSchema = z.object({ config: z.string(), card: z.string(), tensors: z.array(tensor).max(mostTensors) })

/** @throws `corrupt`, saying what is wrong; `newer-version` */
export function readPage(page: Uint8Array, file: string): ClaimedModel {
  const refuse = (what: string): Error => unusableModel(file, what)
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.length)
  const json = element(bytes, modelStart)
  if (json === null) throw refuse('it is a page without a model of this studio, or it is cut short')
  if (json.length > mostJsonBytes) throw refuse(`what it says of its model has ${json.length} bytes, and ${mostJsonBytes} at most are read`)
  const base64 = element(bytes, weightsStart)
  if (base64 === null) throw refuse('its weights are missing or cut short')
  const { config, card, tensors } = modelOf(json, file)
  const total = tensors.reduce((sum, one) => sum + one.bytes, 0)
  if (base64.length !== 4 * Math.ceil(total / 3)) throw refuse(`its weights should have ${total} bytes and have ${Math.floor((base64.length * 3) / 4)}`)
  let at = 0
  const claimed = tensors.map(({ bytes: length, ...one }) => {
    const from = at
    at += length
    const read = (): Float32Array => {
      if (length !== byteLength(one.shape, one.precision)) throw refuse(`tensor "${one.name}" needs ${byteLength(one.shape, one.precision)} bytes and has ${length}`)
      const part = decoded(base64, from, length)
      if (part.length !== length) throw refuse(`the weights of tensor "${one.name}" are no base64 text`)
      return unpack({ ...one, bytes: part })
    }
    return [one.name, { shape: one.shape, dtype: 'F32', read }] as const
  })
  return { metadata: { format: modelFormats.G, version: String(modelVersion), config, card }, tensors: new Map(claimed) }
}

function modelOf(json: Uint8Array, file: string): z.infer<typeof modelSchema> {
  try {
    const { version } = parsedAs(versionSchema, json, 'its description')
    if (version > playerVersion) throw refusal('newer-version', message('refused.pageNewer', { file, version, most: playerVersion }))
    return parsedAs(modelSchema, json, 'its description')
  } catch (error) {
    throw error instanceof StudioError ? error : unusableModel(file, error instanceof Error ? error.message : String(error))
  }
}

/** What lies in the element that `start` opens; null where there is none, or it never ends. */
function element(page: Buffer, start: string): Buffer | null {
  const from = page.indexOf(start)
  const to = from === -1 ? -1 : page.indexOf(end, from)
  return to === -1 ? null : page.subarray(from + start.length, to)
}

/** Bytes of a base64 text, of which no more is decoded; fewer where it has other characters. */
function decoded(base64: Buffer, from: number, length: number): Uint8Array {
  const first = Math.floor(from / 3)
  const characters = base64.subarray(4 * first, 4 * Math.ceil((from + length) / 3)).toString('latin1')
  const bytes = Buffer.from(characters, 'base64')
  const strayed = /[^A-Za-z0-9+/=]/.test(characters)
  return strayed ? new Uint8Array() : new Uint8Array(bytes.subarray(from - 3 * first, from - 3 * first + length))
}

/** By its first bytes: whichever studio wrote it. */
export const isPage = (start: Uint8Array): boolean => /^\uFEFF?\s*<!doctype html>[^]*<meta name="generator" content="GAN Studio"/i.test(new TextDecoder().decode(start))
