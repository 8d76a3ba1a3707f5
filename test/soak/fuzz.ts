/**
 * Hostile input for every parser that bytes or messages from outside reach. A seed gives the same
 * cases again. Nothing may happen but an answer or the refusal that the parser promises, soon, and
 * without a trace in the prototypes that all objects share.
 */
import { StudioError } from '../../src/base/errors.ts'
import { Rng } from '../../src/base/rng.ts'
import type { MethodName } from '../../src/contract/api.ts'
import { parseMediaPath } from '../../src/contract/media.ts'
import { argumentSchemas, hostSchemas, parseArgument, parseHostArgument } from '../../src/contract/validate.ts'
import { isCutOff } from '../../src/dataset/cut-off.ts'
import { smallPicture } from '../../src/dataset/small-picture.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/engine/safetensors.ts'
import { readOnnx } from '../../src/export/models/read-onnx.ts'
import { modelStart, readPage } from '../../src/export/models/read-page.ts'
import { describeTfjs, readTfjs } from '../../src/export/models/read-tfjs.ts'
import { modelFile, weightsFile } from '../../src/export/models/tfjs.ts'
import { fileNamePart } from '../../src/export/names.ts'
import { parsePagePath } from '../../src/hosts/web/page-files.ts'
import { attachment } from '../../src/hosts/web/responses.ts'
import { safeUploadPath } from '../../src/hosts/web/upload-names.ts'
import type { ClaimedModel } from '../../src/engine/model-file.ts'
import { takenOver } from '../../src/studio/model-import.ts'
import { decode, encode } from '../../src/transport/codec.ts'
import { parseClientMessage, parseServerMessage } from '../../src/transport/wire.ts'
import { drawnModel, exportedAs } from '../exported-model.ts'
import { hostileText, hostileValue, mutated } from './hostile.ts'

export interface FuzzReport {
  readonly seed: number
  readonly cases: Readonly<Record<string, number>>
  /** Of a single case, in milliseconds. */
  readonly slowestMs: number
  readonly slowest: string
  readonly wrong: readonly string[]
  readonly seconds: number
}

/** One case; throws where the parser does what it must not. */
type Target = (random: Rng) => void

/** Of this thread's own work: other work on the machine says nothing of a parser. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
const slowMs = 1000
const mostWrong = 20

export interface FuzzOptions {
  readonly seed: number
  /** In all, taken in turn by the parsers. */
  readonly cases: number
  readonly withinMs?: number
  /** Of this parser alone: the cases that it has among all. */
  readonly only?: string
}

export function fuzz({ seed, cases, withinMs = Infinity, only }: FuzzOptions): FuzzReport {
  const before = prototypes()
  const start = performance.now()
  const counts = Object.fromEntries((only === undefined ? parserNames : [only]).map((name) => [name, 0]))
  const wrong: string[] = []
  let [slowestMs, slowest] = [0, '']
  for (let i = 0; i < cases && wrong.length < mostWrong && performance.now() - start < withinMs; i++) {
    const [name, target] = entries[i % entries.length] ?? ['', (): void => {}]
    if (only !== undefined && name !== only) continue
    const at = cpuMs()
    try {
      target(Rng.fromSeed(seed, String(i)))
    } catch (error) {
      wrong.push(`${name}, case ${i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    const took = cpuMs() - at
    if (took > slowMs) wrong.push(`${name}, case ${i}: took ${Math.round(took)} ms`)
    if (took > slowestMs) [slowestMs, slowest] = [took, `${name}, case ${i}`]
    counts[name] = (counts[name] ?? 0) + 1
  }
  if (prototypes() !== before) wrong.push('A prototype of all objects was changed.')
  return { seed, cases: counts, slowestMs: Math.round(slowestMs), slowest, wrong, seconds: Math.round((performance.now() - start) / 1000) }
}

const prototypes = (): string => [Object.prototype, Array.prototype, Function.prototype, String.prototype].map((each) => Reflect.ownKeys(each).map(String).join()).join('\n')

/** Runs `work`; an error of one of these kinds is a refusal that was promised. */
function mayRefuse<T>(kinds: readonly (new (...args: never[]) => Error)[], work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind) && !(error instanceof StudioError && error.code === 'bug')) return null
    throw error
  }
}
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

const wholeFile = Buffer.concat(encodeSafetensors([['a', { shape: [2, 3], data: new Float32Array(6) }], ['标签', { shape: [2], data: Int32Array.of(1, 2) }], ['b', { shape: [5], data: new Uint8Array(5) }]], { format: 'x', note: '"\\' }))
const wholeHeader = JSON.parse(wholeFile.subarray(8, 8 + Number(wholeFile.readBigUInt64LE())).toString()) as unknown

function withHeader(header: string, data: Uint8Array): Buffer {
  const text = Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, data])
}

function checkTensors(bytes: Uint8Array): void {
  const file = mayRefuse([StudioError], () => decodeSafetensors(bytes, 'x'))
  for (const [, { shape, data }] of file?.tensors ?? []) must(shape.reduce((a, b) => a * b, 1) === data.length, 'a tensor is not of its shape')
}

const model = drawnModel({ network: 'mlp', depth: 1, latentSize: 4 })
const fileOf = (files: ReadonlyMap<string, Uint8Array>, name: string): Buffer => Buffer.from(files.get(name) ?? [])
const onnx = fileOf(exportedAs(model, 'onnx'), 'hands.onnx')
const tfjs = exportedAs(model, 'tfjs', { precision: 'uint8' })
const tfjsJson = fileOf(tfjs, modelFile)
/** Without the player, which nobody reads. */
const page = ((whole: Buffer): Buffer => whole.subarray(whole.indexOf(modelStart)))(fileOf(exportedAs(model, 'page', { precision: 'float16' }), 'hands.html'))
const pageModel = page.subarray(modelStart.length, page.indexOf('</script>'))

/** What is taken over is a model that the studio reads, with numbers alone. */
function checkModel(read: () => ClaimedModel): void {
  const kept = mayRefuse([StudioError], () => takenOver(read(), 'x'))
  if (kept !== null) for (const [, { data }] of decodeSafetensors(Buffer.concat(kept), 'x').tensors) must(data.every(Number.isFinite), 'a model with numbers that are none')
}
const hostileJson = (random: Rng, json: Buffer): Buffer => Buffer.from(JSON.stringify(hostileValue(random, JSON.parse(json.toString()))) ?? '')
const readAsTfjs = (json: Uint8Array, weights: Uint8Array): ClaimedModel => readTfjs(describeTfjs(json, 'x'), 'x', new Map([[weightsFile, weights]]))

const forbidden = /[/\\\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/
const frame = encode({ v: 1, type: 'call', id: 1, method: 'x', arg: { bytes: new Uint8Array(9), other: new Uint8Array(3), text: '\u0000x', number: Number.NaN } }) as Uint8Array
const methods = Object.keys(argumentSchemas) as MethodName[]
const hostMethods = Object.keys(hostSchemas) as (keyof typeof hostSchemas)[]
const one = <T>(random: Rng, items: readonly T[]): T => items[random.integer(items.length)] as T

const targets: Readonly<Record<string, Target>> = {
  'safetensors, changed bytes': (random) => checkTensors(mutated(wholeFile, random)),
  'safetensors, changed header': (random) => checkTensors(withHeader(JSON.stringify(hostileValue(random, wholeHeader)) ?? '', new Uint8Array(random.integer(64)))),
  'ONNX': (random) => checkModel(() => readOnnx(mutated(onnx, random), 'x')),
  'TensorFlow.js, changed bytes': (random) => {
    const weights = fileOf(tfjs, weightsFile)
    checkModel(() => (random.integer(2) === 0 ? readAsTfjs(mutated(tfjsJson, random), weights) : readAsTfjs(tfjsJson, mutated(weights, random))))
  },
  'TensorFlow.js, changed description': (random) => checkModel(() => readAsTfjs(hostileJson(random, tfjsJson), fileOf(tfjs, weightsFile))),
  'pages, changed bytes': (random) => checkModel(() => readPage(mutated(page, random), 'x')),
  'pages, changed description': (random) => checkModel(() => readPage(Buffer.concat([Buffer.from(modelStart), hostileJson(random, pageModel), page.subarray(modelStart.length + pageModel.length)]), 'x')),
  'arguments of methods': (random) => {
    const method = one(random, methods)
    mayRefuse([StudioError], () => parseArgument(method, hostileValue(random)))
  },
  'arguments of host methods': (random) => {
    const method = one(random, hostMethods)
    mayRefuse([StudioError], () => parseHostArgument(method, hostileValue(random)))
  },
  'messages': (random) => {
    const value = hostileValue(random, { v: 1, type: 'call', id: 1, method: 'runs.list', arg: {}, events: [{ event: 'x', payload: 1 }] })
    const parsed = parseClientMessage(value)
    must(parsed.kind === 'message' || parsed.kind === 'refused', 'no verdict')
    parseServerMessage(value)
  },
  'frames': (random) => void mayRefuse([SyntaxError, RangeError, TypeError], () => decode(mutated(frame, random))),
  'frames of text': (random) => void mayRefuse([SyntaxError, RangeError], () => decode(hostileText(random))),
  'media paths': (random) => {
    const found = parseMediaPath(one(random, ['', 'sample/', 'picture/', 'download/']) + hostileText(random))
    must(found === null || /^[a-z]+_[0-9a-z]{15}$/.test(found.kind === 'snapshot' ? found.runId : found.kind === 'mean' ? found.datasetId : found.id), 'an id that is none')
  },
  'page paths': (random) => {
    const found = parsePagePath(`/${hostileText(random)}`)
    must(found === null || found.every((part) => part !== '' && !part.startsWith('.') && !forbidden.test(part)), 'a path that leads away')
  },
  'upload paths': (random) => {
    const found = safeUploadPath(hostileText(random))
    must(found === null || found.every((part) => part !== '' && part !== '.' && part !== '..' && !/[/\\\u0000-\u001f<>:"|?*]/.test(part) && Buffer.byteLength(part) <= 220), `a path that leads away: ${JSON.stringify(found)}`)
  },
  'file names': (random) => {
    const name = fileNamePart(hostileText(random))
    must(name !== '' && name !== '.' && name !== '..' && !forbidden.test(name) && !/^\.|[. ]$|[:*?"<>|]/.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && name.isWellFormed() && Buffer.byteLength(name) <= 250, `a name that is none: ${JSON.stringify(name)}`)
  },
  'names of downloads': (random) => must(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/.test(attachment(hostileText(random))), 'a header that is none'),
  'ends of pictures': (random) => {
    const bytes = mutated(one(random, pictureStarts), random)
    isCutOff(bytes)
    smallPicture(bytes)
  },
}
const entries = Object.entries(targets)
export const parserNames: readonly string[] = Object.keys(targets)

/** First bytes of each format, so that more than the first check is reached. */
const pictureStarts = [
  'ffd8ffe000104a46494600010100000100010000ffc00011080010001003012200021101031101ffda000c03010002110311003f00d2cfffd9',
  '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082',
  '47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b',
  '524946461a000000574542505650384c0d0000002f0000001007101111888808fe0700',
  '0000001c667479706176696600000000617669666d696631000000106d64617400000000',
  '49492a0008000000030000010300010000000100000011010400010000003200000017010400010000000400000000000000',
  '4d4d002a00000008000300000103000100000001000001110004000000010000003200000117000400000001000000040000',
  Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>').toString('hex'),
].map((hex) => Buffer.from(hex, 'hex'))
