/** Models that were added: every format that the studio exports comes back as it went. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { ModelFormat } from '../../../src/contract/data.ts'
import { Interpreter } from '../../../src/engine/lowered/interpreter.ts'
import { lower } from '../../../src/engine/lowered/networks.ts'
import { decodeSafetensors, type HostTensor } from '../../../src/engine/safetensors.ts'
import { architectureOfConfig, type SavedModel } from '../../../src/export/models/saved-model.ts'
import { archiveInto } from '../../../src/export/zip.ts'
import { ModelsService } from '../../../src/studio/models-service.ts'
import { Tickets } from '../../../src/studio/tickets.ts'
import { readDonor } from '../../../src/training/transfer/donor.ts'
import { drawnModel, exportedAs, exportedClassifier } from '../../exported-model.ts'

let folder = ''
let service: ModelsService
const tickets = new Tickets()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-studio-models 手 '))
  service = serviceWith(join(import.meta.dirname, '../../../assets'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const serviceWith = (assetsFolder: string): ModelsService => new ModelsService({ dataFolder: join(folder, 'data'), assetsFolder, tickets, log: silent })
async function put(files: ReadonlyMap<string, Uint8Array>, into = 'exported'): Promise<string> {
  await mkdir(join(folder, into), { recursive: true })
  for (const [name, bytes] of files) await writeFile(join(folder, into, name), bytes)
  return join(folder, into)
}
async function zipped(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const each = async function* () { for (const [name, bytes] of files) yield { name, bytes } }
  await archiveInto(each(), () => {})(join(folder, 'export.zip'))
  return join(folder, 'export.zip')
}
const add = async (...paths: readonly string[]) => await service.add(await tickets.registerSources(paths))
const kept = async (id: string): Promise<ReadonlyMap<string, HostTensor>> => decodeSafetensors(await readFile(await service.file(id)), 'kept').tensors
const only = (files: ReadonlyMap<string, Uint8Array>): readonly [string, Uint8Array] => [...files][0] as [string, Uint8Array]

/** [2,H,W,C] of two latents, in plain JavaScript. */
function pictures({ config }: SavedModel, tensors: ReadonlyMap<string, HostTensor>): Float32Array {
  const architecture = architectureOfConfig(config)
  const latent = Float32Array.from({ length: 2 * architecture.latentSize }, (_, i) => Math.sin(i * 1.7))
  const network = lower(architecture, 'G')
  const found = new Interpreter(network, new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]))).run({ latent, label: Float32Array.of(1, 0, 0, 1) }).get('picture')
  return found as Float32Array
}
const apart = (a: Float32Array, b: Float32Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0)

describe.each(['light', 'dcgan', 'mlp', 'r3'] as const)('%s', (network) => {
  const model = drawnModel({ network, normalisationG: 'batch' })

  it.each(['safetensors', 'onnx', 'tfjs', 'page'] as const)('comes back from %s with every number', async (format) => {
    const files = exportedAs(model, format)
    const path = await put(files)
    const added = await add(format === 'tfjs' ? path : join(path, only(files)[0]))
    expect(added).toMatchObject({ name: 'hands </script> 手', classNames: ['red', '绿'], imagesSeen: 7, hasDiscriminator: false, kind: 'file' })
    const tensors = await kept(added.id)
    const { layoutG, layoutStatistics } = architectureOfConfig(model.config)
    for (const { name } of [...layoutG.specs, ...layoutStatistics.specs]) expect(tensors.get(name), name).toEqual(model.tensors.get(name))
    expect(apart(pictures(model, tensors), pictures(model, model.tensors))).toBe(0)
    expect((await readDonor(await service.file(added.id))).networks).toEqual(['G'])
  })

  it.each(['page', 'tfjs'] as const)('comes back from %s of fewer bits close to what it was', async (format) => {
    const path = await put(exportedAs(model, format, { precision: 'float16' }))
    const { id } = await add(format === 'tfjs' ? path : join(path, 'hands.html'))
    const difference = apart(pictures(model, await kept(id)), pictures(model, model.tensors))
    expect(difference).toBeGreaterThan(0)
    expect(difference).toBeLessThan(0.02)
  })
})

describe('what is named', () => {
  const model = drawnModel()

  it.each(['safetensors', 'onnx', 'tfjs', 'page'] as const)('may be the ZIP that %s was downloaded as', async (format) => {
    const added = await add(await zipped(new Map([...exportedAs(model, format), ['model-card.md', Buffer.from('# A card')]])))
    expect(added.name).toBe(model.config.runName)
  })

  it('may make pictures that are not square', async () => {
    const wide = drawnModel({ aspect: '4:3' })
    const { id } = await add(join(await put(exportedAs(wide, 'onnx')), 'hands.onnx'))
    expect(apart(pictures(wide, await kept(id)), pictures(wide, wide.tensors))).toBe(0)
  })

  it('may have any ending', async () => {
    for (const format of ['safetensors', 'onnx', 'page'] as const) {
      const path = await put(new Map([['a.jpg', only(exportedAs(model, format))[1]]]), format)
      expect((await add(join(path, 'a.jpg'))).classNames).toEqual(['red', '绿'])
    }
  })

  it('may be a model.json beside its weights, or both together', async () => {
    const path = await put(exportedAs(model, 'tfjs'))
    const alone = await add(join(path, 'model.json'))
    const both = await add(join(path, 'model.json'), join(path, 'group1-shard1of1.bin'))
    expect(both.id).toBe(alone.id)
    await rm(join(path, 'group1-shard1of1.bin'))
    await expect(add(join(path, 'model.json'))).rejects.toThrow(/model\.json cannot be used: its weights "group1-shard1of1\.bin" are not beside it; choose the whole ZIP or folder/)
  })

  it('keeps a discriminator that came with it', async () => {
    const files = exportedAs(model, 'safetensors', { part: 'all' })
    expect((await add(await zipped(files))).hasDiscriminator).toBe(true)
    expect((await add(join(await put(files), 'hands.safetensors'))).hasDiscriminator).toBe(true)
  })

  it('is recognised by its content, and the ticket stays good', async () => {
    for (const format of ['safetensors', 'onnx', 'tfjs', 'page'] as const) {
      const ticket = await tickets.registerSources([await zipped(exportedAs(model, format))])
      expect(await service.recognise(ticket)).toBe(true)
      expect((await service.add(ticket)).name).toBe(model.config.runName)
    }
    const pictures = await zipped(new Map([['a.png', Buffer.from('89504e470d0a1a0a', 'hex')]]))
    expect(await service.recognise(await tickets.registerSources([pictures]))).toBe(false)
    expect(await service.recognise(await tickets.registerSources([folder]))).toBe(false)
  })
})

describe('what cannot be used is refused by name and reason', () => {
  const model = drawnModel()
  const broken = (changed: Record<string, HostTensor | undefined>): SavedModel => {
    const tensors = new Map(model.tensors)
    for (const [name, tensor] of Object.entries(changed)) tensor === undefined ? tensors.delete(name) : tensors.set(name, tensor)
    return { ...model, tensors }
  }
  const nan = broken({ 'G.picture.bias': { shape: [3], data: Float32Array.of(0, 0, NaN) } })
  const replaced = (from: string | RegExp, to: string) => (bytes: Uint8Array): Uint8Array => Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1')
  const tail = (bytes: number) => (whole: Uint8Array): Uint8Array => whole.subarray(0, whole.length - bytes)

  it.each([
    ['NaN in ONNX', 'onnx', nan, undefined, /hands\.onnx cannot be used: number 2 of tensor "G\.picture\.bias" is NaN/],
    ['NaN in a page', 'page', nan, undefined, /hands\.html cannot be used: number 2 of tensor "G\.picture\.bias" is NaN/],
    ['NaN in TensorFlow.js', 'tfjs', nan, undefined, /number 2 of tensor "G\.picture\.bias" is NaN/],
    ['ONNX cut short', 'onnx', model, tail(40), /hands\.onnx cannot be used: it is read as ONNX, and a field at byte \d+ claims/],
    ['a page cut short', 'page', model, (whole: Uint8Array): Uint8Array => whole.subarray(0, Buffer.from(whole).indexOf('<script id="weights"') + 500), /hands\.html cannot be used: its weights are missing or cut short/],
    ['a page with other letters for weights', 'page', model, replaced(/(<script id="weights" type="text\/plain">.{8})..../, '$1****'), /are no base64 text/],
    ['a page with too few weights', 'page', model, replaced(/(<script id="weights" type="text\/plain">)..../, '$1'), /its weights should have \d+ bytes and have \d+/],
    ['a page of a later studio', 'page', model, replaced('"version":1', '"version":9'), /newer GAN Studio \(page version 9/],
    ['TensorFlow.js cut short', 'tfjs', model, tail(40), /is not whole JSON; it may be cut short/],
    ['ONNX of another program', 'onnx', model, replaced('GAN Studio', 'pytorch!!!'), /it is an ONNX file of "pytorch!!!", and only those that this studio exported/],
    ['ONNX of another shape', 'onnx', model, replaced(/\x0a\x01\x03\x10\x01B\x0eG\.picture\.bias/, '\x0a\x01\x04\x10\x01B\x0eG.picture.bias'), /tensor "G\.picture\.bias" should be F32 or F16 of 3 and is F32 of 4/],
    ['a wider network than there is', 'onnx', model, replaced('"width":8', '"width":9'), /should be F32 or F16 of/],
  ] as const)('%s', async (_, format, from, change, words) => {
    const files = new Map(exportedAs(from, format))
    const [name, bytes] = only(files)
    if (change !== undefined) files.set(name, change(bytes))
    await expect(add(join(await put(files), name))).rejects.toThrow(words)
    expect(await readdir(join(folder, 'data', 'models'))).toEqual([])
  })

  it.each(['safetensors', 'onnx', 'tfjs'] as const)('a discriminator alone, as %s', async (format: ModelFormat) => {
    const files = exportedAs(model, format, { part: 'D' })
    await expect(add(join(await put(files), only(files)[0]))).rejects.toThrow(/holds a discriminator alone, and what starts from a model needs its generator/)
  })

  it.each(['safetensors', 'onnx', 'tfjs'] as const)('a classifier, as %s', async (format) => {
    await expect(add(join(await put(exportedClassifier(format)), only(exportedClassifier(format))[0]))).rejects.toThrow(/it holds a classifier, which makes no pictures/)
  })

  it('a tensor that is missing', async () => {
    const files = exportedAs(model, 'tfjs')
    const json = Buffer.from(only(files)[1]).toString().replace('"name":"G.picture.bias","shape"', '"name":"G.other","shape"')
    await expect(add(await put(new Map([...files, ['model.json', Buffer.from(json)]])))).rejects.toThrow(/tensor "G\.picture\.bias" is missing/)
  })

  it('weights that lie elsewhere', async () => {
    await writeFile(join(folder, 'secret.bin'), 'x')
    const json = Buffer.from(only(exportedAs(model, 'tfjs'))[1]).toString().replace('"group1-shard1of1.bin"', '"../secret.bin"')
    await expect(add(await put(new Map([['model.json', Buffer.from(json)]])))).rejects.toThrow(/weights "\.\.\/secret\.bin" are not beside it/)
  })

  it('two models at once, a text, and a ticket that was used', async () => {
    const path = await put(new Map([...exportedAs(model, 'onnx'), ...exportedAs(model, 'page')]))
    await expect(add(path)).rejects.toThrow(/"exported" holds 2 models: hands\.html, hands\.onnx\. Choose one/)
    await writeFile(join(folder, 'notes.txt'), 'hello')
    await expect(add(join(folder, 'notes.txt'))).rejects.toThrow(/"notes\.txt" is no model that the studio exports/)
    await expect(service.add('src_000000000000000')).rejects.toThrow(/done already/)
  })
})

describe('the list', () => {
  it('has starters first, each file once, and no file that cannot be read', async () => {
    const path = join(await put(exportedAs(drawnModel(), 'onnx')), 'hands.onnx')
    const first = await add(path)
    expect((await add(path)).id).toBe(first.id)
    await writeFile(join(folder, 'data', 'models', 'model_0123456789abcdef.safetensors'), 'broken')
    await writeFile(join(folder, 'data', 'models', 'mine.safetensors'), 'not ours')
    expect((await service.list()).map(({ id, kind }) => [id, kind])).toEqual([['starter_emoji', 'starter'], [first.id, 'file']])
  })

  it('gives back what was removed, and keeps starters', async () => {
    const { id } = await add(join(await put(exportedAs(drawnModel(), 'page')), 'hands.html'))
    await service.remove(id)
    expect((await service.list()).map((model) => model.id)).toEqual(['starter_emoji'])
    await expect(service.file(id)).rejects.toThrow(/may have been removed/)
    expect((await service.restore(id)).id).toBe(id)
    // Once more is no harm.
    expect((await service.restore(id)).id).toBe(id)
    await expect(service.remove('starter_emoji')).rejects.toThrow(/belong to the studio/)
    for (const hostile of ['../x', 'model_..', 'starter_../../x', 'model_0123456789abcdeg']) await expect(service.file(hostile)).rejects.toThrow(/no model/)
  })

  it('is empty without either', async () => {
    expect(await serviceWith(join(folder, 'nowhere')).list()).toEqual([])
  })

  it('keeps a safetensors file byte for byte', async () => {
    const starter = join(import.meta.dirname, '../../../assets/starters/emoji.safetensors')
    await copyFile(starter, join(folder, 'emoji'))
    const added = await add(join(folder, 'emoji'))
    expect(await readFile(await service.file(added.id))).toEqual(await readFile(starter))
  })
})
