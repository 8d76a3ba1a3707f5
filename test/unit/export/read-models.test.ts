/** Readers of model files believe nothing: what claims too much is refused at once, before anything of that size is made. */
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../src/base/errors.ts'
import { bytesField, integerField, messageField, textField, type Field } from '../../../src/engine/graph/protobuf.ts'
import { readFields } from '../../../src/engine/graph/protobuf-reader.ts'
import { modelFormats } from '../../../src/engine/model-file.ts'
import { readOnnx } from '../../../src/export/models/read-onnx.ts'
import { modelStart, readPage, weightsStart } from '../../../src/export/models/read-page.ts'
import { describeTfjs, readTfjs } from '../../../src/export/models/read-tfjs.ts'
import { takenOver } from '../../../src/studio/model-import.ts'
import { drawnModel, exportedAs } from '../../exported-model.ts'

const bytes = (...fields: readonly Field[]): Uint8Array => Buffer.concat(fields.flat())
const file = (...fields: readonly Field[]): Uint8Array => bytes(integerField(1, 8), textField(2, 'GAN Studio'), ...fields)
const refused = (work: () => unknown, words: RegExp): void => {
  const before = process.memoryUsage().arrayBuffers
  const start = performance.now()
  expect(work).toThrow(StudioError)
  expect(work).toThrow(words)
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300e6)
}

describe('protobuf', () => {
  it('reads what it writes, and keeps no copy', () => {
    const inner = new Uint8Array([1, 2, 3])
    const message = bytes(integerField(1, 300), bytesField(15, inner), integerField(200, -1))
    const found = [...readFields(message)]
    expect(found.map(({ field, value }) => [field, value])).toEqual([[1, 300n], [15, 0n], [200, 2n ** 64n - 1n]])
    expect(found[1]?.bytes.buffer).toBe(message.buffer)
  })
  it.each([
    ['a number that never ends', Uint8Array.from([0x08, ...Array<number>(20).fill(0xff)]), /does not end/],
    ['a number that ends early', Uint8Array.from([0x08, 0xff]), /ends inside a number/],
    ['a field longer than all memory', Uint8Array.from([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), /claims \d+ bytes and 0 are left/],
    ['a field without a number', Uint8Array.from([0x00, 0x00]), /has no number/],
    ['a group, which nobody writes any more', Uint8Array.from([0x0b]), /unknown kind 3/],
  ])('refuses %s', (_, message, words) => {
    expect(() => [...readFields(message)]).toThrow(words)
  })
})

describe('ONNX', () => {
  const tensor = (...fields: readonly Field[]): Field => messageField(7, messageField(5, ...fields))
  it.each([
    ['sides without end', file(tensor(...Array.from({ length: 100 }, () => integerField(1, 3)))), /more than 8 sides/],
    ['more tensors than any network', file(messageField(7, ...Array.from({ length: 20_001 }, (_, i) => messageField(5, textField(8, String(i)), integerField(2, 1))))), /more than 20000 tensors/],
    ['more texts than any model', file(...Array.from({ length: 65 }, (_, i) => messageField(14, textField(1, String(i))))), /more than 64 texts/],
    ['two graphs', file(messageField(7), messageField(7)), /two graphs/],
    ['no graph', file(), /no graph/],
    ['the same tensor twice', file(messageField(7, messageField(5, textField(8, 'a')), messageField(5, textField(8, 'a')))), /tensor "a" twice/],
    ['text that is none', bytes(integerField(1, 8), bytesField(2, Uint8Array.of(0xff, 0xfe))), /it is read as ONNX, and/],
    ['nothing that says what it is', file(messageField(7)), /not a model of GAN Studio/],
    ['another model', file(messageField(7), messageField(14, textField(1, 'format'), textField(2, modelFormats.G)), messageField(14, textField(1, 'version'), textField(2, '7'))), /newer GAN Studio/],
  ])('refuses %s', (_, message, words) => {
    refused(() => takenOver(readOnnx(message, 'x.onnx'), 'x.onnx'), words)
  })
})

describe('TensorFlow.js', () => {
  const manifest = (weights: unknown): Uint8Array => Buffer.from(JSON.stringify({ format: 'graph-model', userDefinedMetadata: {}, weightsManifest: [{ paths: [], weights }] }))
  const read = (json: Uint8Array): unknown => readTfjs(describeTfjs(json, 'model.json'), 'model.json', new Map())
  it.each([
    ['a tensor of all memory', manifest([{ name: 'a', shape: [2 ** 30, 2 ** 30], dtype: 'float32' }]), /holds more numbers than can be counted/],
    ['a tensor larger than its file', manifest([{ name: 'a', shape: [2 ** 30], dtype: 'float32' }]), /ends at byte 4294967296 of its weights, which have 0/],
    ['a negative side', manifest([{ name: 'a', shape: [-1], dtype: 'float32' }]), /shape/],
    ['a kind that nobody exports', manifest([{ name: 'a', shape: [1], dtype: 'string' }]), /dtype/],
    ['weights that are none', manifest({}), /weights/],
    ['lists within lists', Buffer.from(`{"format":"graph-model","a":${'['.repeat(1_000_000)}`), /not whole JSON/],
    ['lists within lists, and their ends', Buffer.from(`{"format":"graph-model","weightsManifest":${'['.repeat(500_000)}${']'.repeat(500_000)}}`), /not as expected/],
    ['a description larger than any', Buffer.alloc(9_000_000, ' '), /4194304 at most/],
  ])('refuses %s', (_, json, words) => {
    refused(() => read(json), words)
  })
})

describe('pages', () => {
  const page = (model: unknown, weights = ''): Uint8Array => Buffer.from(`${modelStart}${JSON.stringify(model)}</script>${weightsStart}${weights}</script>`)
  const tensor = { name: 'a', shape: [2], precision: 'float32', scale: 1, minimum: 0, bytes: 8 }
  const model = { version: 1, config: '{}', card: '', tensors: [tensor] }
  it.each([
    ['weights that are not there', page({ ...model, tensors: [{ ...tensor, bytes: 2 ** 52 }] }), /its weights should have 4503599627370496 bytes/],
    ['no version', page({ ...model, version: undefined }), /version/],
    ['a version to come', page({ version: 2 }), /newer GAN Studio \(page version 2/],
    ['no tensors', page({ ...model, tensors: null }), /tensors/],
    ['a model that never ends', Buffer.from(`${modelStart}{"version":1`), /without a model of this studio, or it is cut short/],
  ])('refuses %s', (_, bytes_, words) => {
    refused(() => takenOver(readPage(bytes_, 'x.html'), 'x.html'), words)
  })

  it('refuses base64 of other letters, and lengths that do not fit their shape', () => {
    const whole = Buffer.from([...exportedAs(drawnModel(), 'page').values()][0] ?? []).toString('latin1')
    const changed = (from: RegExp, to: string): Uint8Array => Buffer.from(whole.replace(from, to), 'latin1')
    refused(() => takenOver(readPage(changed(/(text\/plain">.{8})./, '$1é'), 'x.html'), 'x.html'), /are no base64 text/)
    refused(() => takenOver(readPage(changed(/("tensors":\[\{"name":"[^"]*","shape":\[)/, '$19'), 'x.html'), 'x.html'), /should be F32 or F16 of/)
  })
})
