/** Convolutions, their gradients, products and sums on WebGPU are those of plain JavaScript, whatever the shape. */
import { expect, it } from 'vitest'
import type { EngineId } from '../../src/contract/data.ts'
import { messageOf } from './child-message.ts'
import { difference } from './findings-of.ts'
import type { KernelMessage } from './kernel-child.ts'
import { softwareTimeout, softwareVulkan } from './software-vulkan.ts'

const foundBy = (engine: EngineId): Promise<KernelMessage> => messageOf('kernel-child.ts', [engine], { env: softwareVulkan })

it('computes every shape', { timeout: softwareTimeout }, async (context) => {
  const [ours, reference] = [await foundBy('webgpu'), await foundBy('cpu')]
  if ('unavailable' in ours) {
    console.warn(`Skipped: ${ours.unavailable}`)
    return context.skip()
  }
  if ('unavailable' in reference) throw new Error(reference.unavailable)
  const far = Object.entries(reference.found).map(([name, expected]) => [name, difference(ours.found[name] ?? new Float32Array(), expected)] as const).filter(([, by]) => !(by < 1e-5))
  expect(far).toEqual([])
})
