/** Convolutions, their gradients, products and sums on WebGPU are those of plain JavaScript, whatever the shape. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { EngineId } from '../../src/contract/data.ts'
import { difference } from './findings-of.ts'
import type { KernelMessage } from './kernel-child.ts'
import { softwareTimeout, softwareVulkan } from './software-vulkan.ts'

function foundBy(engine: EngineId): Promise<KernelMessage> {
  const child = fork(join(import.meta.dirname, 'kernel-child.ts'), [engine], { execArgv: [], serialization: 'advanced', env: { ...process.env, ...softwareVulkan } })
  return new Promise((resolve, reject) => {
    child.once('message', (message: KernelMessage) => {
      resolve(message)
      child.disconnect()
    })
    child.once('exit', (code) => reject(new Error(`The process ended with code ${code}.`)))
  })
}

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
