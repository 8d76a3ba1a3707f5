/** Every engine that opens here computes what plain JavaScript does, each in a process of its own. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { expect, describe, it } from 'vitest'
import { engineIds, type EngineId } from '../../src/contract/data.ts'
import { everyByte, type Findings } from './findings.ts'
import { difference, findingsOf } from './findings-of.ts'
import { softwareTimeout, softwareVulkan } from './software-vulkan.ts'

const environments: Partial<Record<EngineId, NodeJS.ProcessEnv>> = { webgpu: softwareVulkan }

/** Linux: the process may use one processor alone. */
const onOneProcessor = { execPath: '/usr/bin/taskset', execArgv: ['-c', '0', process.execPath] }

describe('engines', () => {
  let reference: Findings | null = null

  // Plain JavaScript comes first: the others are compared with it.
  it.for(engineIds.toSorted((a, b) => Number(b === 'cpu') - Number(a === 'cpu')))('%s: pictures, logits, gradients and training steps agree with finite differences and plain JavaScript', { timeout: softwareTimeout }, async (id, context) => {
    const message = await findingsOf(id, { env: environments[id] ?? {} })
    if ('unavailable' in message) {
      console.warn(`Skipped: ${message.unavailable}`)
      return context.skip()
    }
    if ('failed' in message) throw new Error(message.failed)
    const { found } = message
    reference ??= found
    expect(found.bytes).toEqual(Float32Array.from([...Array.from(everyByte, (byte) => byte / 127.5 - 1), ...[...everyByte].flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => ((byte >> bit) & 1 ? 1 : -1)))]))
    const [derived, measured] = found.along
    expect(Math.abs(measured - derived)).toBeLessThan(0.02 * Math.max(1, Math.abs(derived)))
    expect(difference(found.fakes, reference.fakes)).toBeLessThan(1e-3)
    expect(difference(found.logits, reference.logits)).toBeLessThan(1e-3)
    expect(difference(found.gradientD, reference.gradientD)).toBeLessThan(2e-3)
    expect(difference(found.gradientG, reference.gradientG)).toBeLessThan(2e-3)
    expect(difference(found.readings, reference.readings)).toBeLessThan(5e-3)
  })

  it('wasm: the same numbers with one thread as with more', async (context) => {
    if (!existsSync(onOneProcessor.execPath) || availableParallelism() === 1) return context.skip()
    expect(await findingsOf('wasm', { how: onOneProcessor })).toEqual(await findingsOf('wasm'))
  })
})
