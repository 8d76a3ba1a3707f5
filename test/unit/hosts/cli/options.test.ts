import { afterEach, describe, expect, it, vi } from 'vitest'
import { optionKeys } from '../../../../src/contract/options.ts'
import { listOptions } from '../../../../src/hosts/cli/commands/options.ts'

afterEach(() => vi.restoreAllMocks())

function printed(name: string | undefined, json = false): string {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  listOptions({ json }, name)
  vi.restoreAllMocks()
  return lines.join('')
}

describe('gan-studio options', () => {
  it('lists every training option with its values and what holds without it', () => {
    const text = printed(undefined)
    for (const key of optionKeys) expect(text).toMatch(new RegExp(`^${key} `, 'm'))
    expect(text).toMatch(/^batchSize +2 … 256 pictures +16 +Batch size/m)
  })

  it('says what one does, however its name is written, or all of a group', () => {
    for (const name of ['batchSize', 'batch-size', 'BATCH_SIZE']) expect(printed(name)).toMatch(/^batchSize: Batch size\. Pictures per step\..*\n {2}Values: 2 … 256 pictures\. Without it: 16\./)
    expect(printed('network')).toContain('dcgan: DCGAN')
    expect(printed('optimiser')).toMatch(/^batchSize: [^]*^learningRateG: /m)
  })

  it('gives an object a line to programs', () => {
    const objects = printed('batchSize', true).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(objects).toEqual([expect.objectContaining({ type: 'option', key: 'batchSize', kind: 'integer', min: 2, max: 256, default: 16 }), { type: 'result', id: null, count: 1 }])
  })

  it('names those that are alike, or the groups, where there is none of that name', () => {
    expect(() => printed('learning')).toThrow(/"learning"\. Did you mean learningRateG, learningRateD/)
    expect(() => printed('zebra')).toThrow(/Groups: Pictures, Networks/)
  })
})
