/** Commands recorded from tfjs' WebGPU engine train as its kernels do, to the bit. */
import { expect, it } from 'vitest'
import { messageOf } from './child-message.ts'
import type { ReplayMessage } from './replay-child.ts'
import { softwareTimeout, softwareVulkan } from './software-vulkan.ts'

it('trains by recorded commands as kernel by kernel', { timeout: softwareTimeout }, async (context) => {
  const message = await messageOf<ReplayMessage>('replay-child.ts', [], { env: softwareVulkan })
  if ('unavailable' in message) {
    console.warn(`Skipped: ${message.unavailable}`)
    return context.skip()
  }
  if ('failed' in message) throw new Error(message.failed)
  const { eager, replayed, bytes: [before, after], refused, functions, lost } = message
  expect(eager.readings.every(Number.isFinite)).toBe(true)
  // Each update changes what is read next.
  expect(new Set(eager.readings.filter((_, i) => i % 9 === 0)).size).toBe(3)
  expect(replayed.readings).toEqual(eager.readings)
  expect(replayed.state).toEqual(eager.state)
  expect(after).toBe(before)
  // A step that reads values back cannot be recorded: it is told, and the step is run as it is written.
  expect(refused.told).toHaveLength(1)
  expect(refused.readings).toEqual(eager.readings.slice(0, 9))
  expect(Object.keys(functions)).toHaveLength(8)
  for (const [name, [kernelByKernel, recorded]] of Object.entries(functions)) expect(recorded, name).toEqual(kernelByKernel)
  expect(lost).toMatch(/The graphics processor was lost/)
})
