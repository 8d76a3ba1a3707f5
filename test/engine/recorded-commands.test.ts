/** Recorded steps are as few commands as what is expected of graphics cards counts on, and no fewer. */
import { expect, it } from 'vitest'
import { messageOf } from './child-message.ts'
import type { CommandsMessage } from './commands-child.ts'
import { softwareVulkan } from './software-vulkan.ts'

it('records each kind of step in about as many commands as its description says', { timeout: 120_000 }, async (context) => {
  const message = await messageOf<CommandsMessage>('commands-child.ts', [], { env: softwareVulkan })
  if ('unavailable' in message) {
    console.warn(`Skipped: ${message.unavailable}`)
    return context.skip()
  }
  if ('failed' in message) throw new Error(message.failed)
  expect(message.counted).toHaveLength(13)
  expect(message.counted.filter(([, recorded, expected]) => Math.max(recorded / expected, expected / recorded) > 1.2)).toEqual([])
})
