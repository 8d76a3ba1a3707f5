/** Every family of networks learns, resumes exactly and lends its weights only where they fit. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presetOf } from '../../src/contract/options/presets.ts'
import type { TrainingOptions } from '../../src/contract/options.ts'
import type { PackedSet } from '../../src/contract/trainer.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { families } from '../../src/engine/families/index.ts'
import { decodeSafetensors } from '../../src/engine/safetensors.ts'
import { train } from '../../src/training/train.ts'
import { matchTransfer } from '../../src/training/transfer.ts'
import { openTestBackend, packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

const names = Object.keys(families) as TrainingOptions['network'][]
const optionsOf = (network: TrainingOptions['network']): TrainingOptions =>
  ({ ...smallOptions, ...presetOf(network, 16), network, augment: 'none', learningRateG: 1e-3, learningRateD: 1e-3 })

let backend: Backend
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: PackedSet
beforeAll(async () => {
  backend = await openTestBackend()
  folder = await temporaryFolder()
  data = await packedSet(folder.path)
})
afterAll(async () => {
  await backend.close()
  await folder.remove()
})

const tensorsOf = async (file: string) => {
  const { tensors } = decodeSafetensors(await readFile(file), file)
  return Object.fromEntries([...tensors].map(([name, { data: numbers }]) => [name, Buffer.from(numbers.buffer).toString('hex')]))
}
async function run(network: TrainingOptions['network'], change: Parameters<typeof trainJob>[2] = {}, stopAfterSteps = Infinity): Promise<TestHost> {
  const host = new TestHost({ stopAfterSteps })
  const own = await temporaryFolder()
  await train(trainJob(own.path, data, { options: optionsOf(network), ...change }), host, backend)
  return host
}

describe.each(names)('%s', (network) => {
  it('resumed halfway equals one that was never interrupted, byte for byte', async () => {
    const whole = await run(network)
    const half = await run(network, {}, 5)
    const rest = await run(network, { resumeFrom: half.lastCheckpoint })
    expect(await tensorsOf(rest.lastCheckpoint)).toEqual(await tensorsOf(whole.lastCheckpoint))
  })
})

describe('starting from another family', () => {
  it('copies embeddings and heads of the same shape at most', async () => {
    const source = (await run('dcgan', { totalImages: 4 })).lastCheckpoint
    const same = await matchTransfer(source, optionsOf('dcgan'), ['red', 'green'], 3)
    expect(same.parameters).toBe(same.totalParameters)
    for (const network of names.filter((name) => name !== 'dcgan')) {
      const match = await matchTransfer(source, optionsOf(network), ['red', 'green'], 3)
      expect(match.parameters, network).toBeLessThan(match.totalParameters / 2)
      const started = await run(network, { initialiseFrom: source, totalImages: 4 })
      expect(started.of('ready')[0]?.matched).toEqual(match)
    }
  })
})
