import { describe, expect, it } from 'vitest'
import { BesideTraining } from '../../../src/training/beside.ts'

describe('what goes on beside training', () => {
  it('is done in order, and holds up no step for long', async () => {
    const beside = new BesideTraining()
    const told: string[] = []
    const disk = Promise.withResolvers<void>()
    beside.begin(async () => {
      await disk.promise
      told.push('checkpoint')
    })
    beside.begin(() => void told.push('score'))
    await beside.turn()
    expect(told).toEqual([])
    disk.resolve()
    await beside.done()
    expect(told).toEqual(['checkpoint', 'score'])
  })

  it('gets on by itself while steps give it turns', async () => {
    const beside = new BesideTraining()
    let calls = 0
    beside.begin(async () => {
      for (; calls < 20; calls++) await new Promise((resolve) => setImmediate(resolve))
    })
    for (let step = 0; step < 20 && calls < 20; step++) await beside.turn()
    expect(calls).toBe(20)
  })

  it('says what failed at the next step, and begins nothing after it', async () => {
    const beside = new BesideTraining()
    let begun = false
    beside.begin(() => Promise.reject(new Error('the disk is full')))
    beside.begin(() => { begun = true })
    await expect(beside.done()).rejects.toThrow('the disk is full')
    await expect(beside.turn()).rejects.toThrow('the disk is full')
    expect(begun).toBe(false)
  })
})
