/** Model files of each format that the studio writes and reads, as somebody sends them who means ill. */
import { StudioError } from '../../src/base/errors.ts'
import type { Rng } from '../../src/base/rng.ts'
import type { ClaimedModel } from '../../src/engine/model-file.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { readOnnx } from '../../src/export/models/read-onnx.ts'
import { modelStart, readPage } from '../../src/export/models/read-page.ts'
import { describeTfjs, readTfjs } from '../../src/export/models/read-tfjs.ts'
import { modelFile, weightsFile } from '../../src/export/models/tfjs.ts'
import { claimedSafetensors, takenOver } from '../../src/studio/model-import.ts'
import { drawnModel, exportedAs } from '../exported-model.ts'
import { changedWithin, mutated } from './hostile.ts'
import { must, unlessRefused, type Parser } from './verdict.ts'

/** The smallest that there may be: a case costs what its bytes cost. */
const model = drawnModel({ network: 'dcgan', width: 8, latentSize: 8 })
const fileOf = (files: ReadonlyMap<string, Uint8Array>, name: string): Buffer => Buffer.from(files.get(name) ?? [])

const safetensors = fileOf(exportedAs(model, 'safetensors'), 'hands.safetensors')
const safetensorsData = safetensors.subarray(8 + Number(safetensors.readBigUInt64LE()))
const safetensorsHeader = JSON.parse(safetensors.subarray(8, safetensors.length - safetensorsData.length).toString()) as unknown
const onnx = fileOf(exportedAs(model, 'onnx'), 'hands.onnx')
const tfjs = exportedAs(model, 'tfjs', { precision: 'uint8' })
const [tfjsJson, tfjsWeights] = [fileOf(tfjs, modelFile), fileOf(tfjs, weightsFile)]
const tfjsDescription = JSON.parse(tfjsJson.toString()) as unknown
/** Without the player, which nobody reads. */
const page = ((whole: Buffer): Buffer => whole.subarray(whole.indexOf(modelStart)))(fileOf(exportedAs(model, 'page', { precision: 'float16' }), 'hands.html'))
const pageWeights = page.subarray(page.indexOf('</script>'))
const pageDescription = JSON.parse(page.subarray(modelStart.length, page.length - pageWeights.length).toString()) as unknown

/** What is taken over is a model that the studio reads, with numbers alone. */
function taken(read: () => ClaimedModel): boolean {
  const kept = unlessRefused([StudioError], () => takenOver(read(), 'x'))
  if (kept !== null) for (const [, { data }] of decodeSafetensors(Buffer.concat(kept), 'x').tensors) must(data.every(Number.isFinite), 'a model with numbers that are none')
  return kept !== null
}
/** No text in it ends the element that it lies in. */
const changedJson = (random: Rng, description: unknown): Buffer => Buffer.from((JSON.stringify(changedWithin(random, description)) ?? '').replaceAll('<', '\\u003c'))
const readAsTfjs = (json: Uint8Array, weights: Uint8Array): ClaimedModel => readTfjs(describeTfjs(json, 'x'), 'x', new Map([[weightsFile, weights]]))

function withLength(header: Buffer): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header])
}

export const modelParsers: Readonly<Record<string, Parser>> = {
  'models as safetensors': (random) => taken(() => claimedSafetensors(Buffer.concat([withLength(changedJson(random, safetensorsHeader)), safetensorsData]), 'x')),
  'ONNX': (random) => taken(() => readOnnx(mutated(onnx, random), 'x')),
  'TensorFlow.js, changed bytes': (random) => taken(() => (random.integer(2) === 0 ? readAsTfjs(mutated(tfjsJson, random), tfjsWeights) : readAsTfjs(tfjsJson, mutated(tfjsWeights, random)))),
  'TensorFlow.js, changed description': (random) => taken(() => readAsTfjs(changedJson(random, tfjsDescription), tfjsWeights)),
  'pages, changed bytes': (random) => taken(() => readPage(mutated(page, random), 'x')),
  'pages, changed description': (random) => taken(() => readPage(Buffer.concat([Buffer.from(modelStart), changedJson(random, pageDescription), pageWeights]), 'x')),
}
