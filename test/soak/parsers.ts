/**
 * Every parser that bytes or messages from outside reach, with a hostile case for it. Each begins with something whole and changes
 * a little of it, so that cases come to every check and not only to the first.
 */
import { StudioError } from '../../src/base/errors.ts'
import { parseMediaPath } from '../../src/contract/media.ts'
import { parseSetNotes } from '../../src/contract/set-notes.ts'
import { argumentSchemas, hostSchemas, parseArgument, parseHostArgument } from '../../src/contract/validate.ts'
import { isCutOff } from '../../src/dataset/cut-off.ts'
import { parseLabels } from '../../src/dataset/label-files.ts'
import { smallPicture } from '../../src/dataset/small-picture.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/engine/safetensors.ts'
import { fileNamePart } from '../../src/export/names.ts'
import { parsePagePath } from '../../src/hosts/web/page-files.ts'
import { attachment } from '../../src/hosts/web/responses.ts'
import { safeUploadPath } from '../../src/hosts/web/upload-names.ts'
import { decode, encode } from '../../src/transport/codec.ts'
import { parseClientMessage, parseServerMessage } from '../../src/transport/wire.ts'
import { changedWithin, hostileText, hostileValue, mutated, one } from './hostile.ts'
import { modelParsers } from './model-parsers.ts'
import { jsonSchemaOf, valueOf, type JsonSchema } from './schema-value.ts'
import { must, unlessRefused, type Parser } from './verdict.ts'

const wholeFile = Buffer.concat(encodeSafetensors([['a', { shape: [2, 3], data: new Float32Array(6) }], ['标签', { shape: [2], data: Int32Array.of(1, 2) }], ['b', { shape: [5], data: new Uint8Array(5) }]], { format: 'x', note: '"\\' }))
const headerEnd = 8 + Number(wholeFile.readBigUInt64LE())
const wholeHeader = JSON.parse(wholeFile.subarray(8, headerEnd).toString()) as unknown

function withHeader(header: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(header) ?? '')
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, wholeFile.subarray(headerEnd)])
}

function tensors(bytes: Uint8Array): boolean {
  const file = unlessRefused([StudioError], () => decodeSafetensors(bytes, 'x'))
  for (const [, { shape, data }] of file?.tensors ?? []) must(shape.reduce((a, b) => a * b, 1) === data.length, 'a tensor is not of its shape')
  return file !== null
}

/** Made of the method's own schema, or of nothing in particular. */
function argumentsOf<M extends string>(schemas: Readonly<Record<M, Parameters<typeof jsonSchemaOf>[0]>>, parse: (method: M, value: unknown) => unknown): Parser {
  const known = (Object.keys(schemas) as M[]).map((method): readonly [M, JsonSchema] => [method, jsonSchemaOf(schemas[method])])
  return (random) => {
    const [method, schema] = one(random, known)
    const value = valueOf(schema, random, ['run_000000000000000', 'x'.repeat(64)])
    return unlessRefused([StudioError], () => ({ parsed: parse(method, hostileValue(random, random.integer(4) === 0 ? undefined : value)) })) !== null
  }
}

const csv = Buffer.from('\uFEFF"file";label;split;copy_of\r\n"a ""b"".png";手;train;\r\nc/d.jpg;\'=1+1;test;\n"e;f.png";cat;;"a ""b"".png"\n')
const datasetJson: unknown = { labels: [['00000/img00000000.png', 3], ['b.png', 0]], class_names: ['a', 'b', '手', 'd'], parts: [['b.png', 'test']], copies: [['00000/img00000000.png', 'b.png']] }
const setNotes: unknown = {
  version: 1, settings: { resolution: 64, aspect: '1:1', fit: 'crop', colour: 'rgb', colours: 16 }, split: { validation: 0.1, test: 0, seed: 7, counts: { train: 9, validation: 1, test: 0 } },
  crops: [['a.png', { x: 0, y: 0.1, width: 0.5, height: 0.5 }]], recipes: [{ rotation: 5, scale: 0.1, crop: 0, brightness: 0, contrast: 0, noise: 0, mirror: true, flip: false, seed: 3 }], copies: [['b.png', 0, 1]],
}
const asJson = (value: unknown): string => JSON.stringify(value) ?? ''

const forbidden = /[/\\\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/
const frame = encode({ v: 1, type: 'call', id: 1, method: 'x', arg: { bytes: new Uint8Array(9), other: new Uint8Array(3), text: '\u0000x', number: Number.NaN } }) as Uint8Array
const call: unknown = { v: 1, type: 'call', id: 1, method: 'runs.list', arg: {}, events: [{ event: 'x', payload: 1 }] }
const mediaIds = ['smp_000000000000000', 'run_000000000000000']

export const parsers: Readonly<Record<string, Parser>> = {
  'safetensors, changed bytes': (random) => tensors(mutated(wholeFile, random)),
  'safetensors, changed header': (random) => tensors(withHeader(changedWithin(random, wholeHeader))),
  ...modelParsers,
  'labels.csv': (random) => unlessRefused([StudioError], () => parseLabels('labels.csv', mutated(csv, random))) !== null,
  'dataset.json': (random) => unlessRefused([StudioError], () => parseLabels('dataset.json', Buffer.from(asJson(changedWithin(random, datasetJson))))) !== null,
  'gan-studio.json': (random) => unlessRefused([StudioError], () => parseSetNotes(asJson(changedWithin(random, setNotes)))) !== null,
  'arguments of methods': argumentsOf(argumentSchemas, parseArgument),
  'arguments of host methods': argumentsOf(hostSchemas, parseHostArgument),
  'messages': (random) => {
    const value = random.integer(2) === 0 ? changedWithin(random, call) : hostileValue(random, call)
    const parsed = parseClientMessage(value)
    must(parsed.kind === 'message' || parsed.kind === 'refused', 'no verdict')
    parseServerMessage(value)
    return parsed.kind === 'message'
  },
  'frames': (random) => unlessRefused([SyntaxError, RangeError, TypeError], () => ({ decoded: decode(mutated(frame, random)) })) !== null,
  'frames of text': (random) => unlessRefused([SyntaxError, RangeError], () => ({ decoded: decode(random.integer(2) === 0 ? hostileText(random) : asJson(changedWithin(random, call))) })) !== null,
  'media paths': (random) => {
    const found = parseMediaPath(one(random, ['', 'sample/', 'picture/', 'download/']) + (random.integer(2) === 0 ? hostileText(random) : one(random, mediaIds)) + (random.integer(2) === 0 ? '' : hostileText(random)))
    must(found === null || /^[a-z]+_[0-9a-z]{15}$/.test(found.kind === 'snapshot' ? found.runId : found.kind === 'mean' ? found.datasetId : found.id), 'an id that is none')
    return found !== null
  },
  'page paths': (random) => {
    const found = parsePagePath(`/${hostileText(random)}`)
    must(found === null || found.every((part) => part !== '' && !part.startsWith('.') && !forbidden.test(part)), 'a path that leads away')
    return found !== null
  },
  'upload paths': (random) => {
    const found = safeUploadPath(hostileText(random))
    must(found === null || found.every((part) => part !== '' && part !== '.' && part !== '..' && !/[/\\\u0000-\u001f<>:"|?*]/.test(part) && Buffer.byteLength(part) <= 220), `a path that leads away: ${JSON.stringify(found)}`)
    return found !== null
  },
  'file names': (random) => {
    const name = fileNamePart(hostileText(random))
    must(name !== '' && name !== '.' && name !== '..' && !forbidden.test(name) && !/^\.|[. ]$|[:*?"<>|]/.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) && name.isWellFormed() && Buffer.byteLength(name) <= 250, `a name that is none: ${JSON.stringify(name)}`)
    return true
  },
  'names of downloads': (random) => {
    must(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/.test(attachment(hostileText(random))), 'a header that is none')
    return true
  },
  'ends of pictures': (random) => {
    const bytes = mutated(one(random, pictureStarts), random)
    smallPicture(bytes)
    return !isCutOff(bytes)
  },
}

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
