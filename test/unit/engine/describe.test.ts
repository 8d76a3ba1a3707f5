import { describe, expect, it } from 'vitest'
import { layerWords } from '../../../src/contract/networks.ts'
import { defaultOptions, type TrainingOptions } from '../../../src/contract/options.ts'
import { parameterCounts, stepMultiplyAdds } from '../../../src/engine/cost.ts'
import { describeNetworks } from '../../../src/engine/describe.ts'
import { families } from '../../../src/engine/families/index.ts'

const names = Object.keys(families) as TrainingOptions['network'][]

describe.each(names)('the description of %s', (network) => {
  it.each(['projection', 'classifier', 'k+1'] as const)('accounts for every parameter, with %s', (classMethod) => {
    const options = { ...defaultOptions, network, resolution: 32, attention: true, dropout: 0.1, depth: 1, classMethod, projected: 1 } as const
    const { networks, stepMultiplyAdds: step } = describeNetworks(options, 5, 3)
    const counts = parameterCounts(options, 5, 3)
    const rows = networks.map(({ layers }) => layers.reduce((sum, { parameters }) => sum + parameters, 0))
    expect(rows).toEqual(networks.map(({ parameters }) => parameters))
    expect(rows[0]).toBe(counts.G)
    expect(rows.slice(1).reduce((a, b) => a + b, 0)).toBe(counts.D)
    expect(step).toBe(stepMultiplyAdds(options, 5, 3))
    expect(networks.flatMap(({ layers }) => layers).every(({ kind }) => Object.hasOwn(layerWords, kind))).toBe(true)
  })
  it('ends in a picture and in one judgement', () => {
    const { networks } = describeNetworks({ ...defaultOptions, network, resolution: 16, conditional: false }, 0, 4)
    expect(networks[0]?.layers.at(-1)).toMatchObject({ kind: 'output', height: 16, width: 16, channels: 4 })
    expect(networks[1]?.layers.at(-1)).toMatchObject({ kind: 'head', height: 1, width: 1, channels: 1 })
  })
})
