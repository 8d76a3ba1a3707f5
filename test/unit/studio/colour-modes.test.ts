import { expect, it } from 'vitest'
import { channelsOf, colourOptions } from '../../../src/contract/colour-modes.ts'
import { colourModes, type Dataset } from '../../../src/contract/data.ts'
import { propose } from '../../../src/studio/proposal.ts'
import { addDataset, memoryStore } from '../store/fixtures.ts'

const options = (dataset: Dataset, set: Parameters<typeof propose>[0]['request']['set'] = {}) =>
  propose({ dataset: { ...dataset, pictureCount: 500 }, request: { datasetId: dataset.id, budget: { kind: 'open' }, set }, channels: 3, engine: 'cpu', referenceSpeed: null, memoryBytes: 1e10 }).options

it('what a data set says of its colours is what training proposes, and an option goes before it', () => {
  const store = memoryStore()
  const id = addDataset(store)
  const proposed = colourModes.map((colour) => {
    store.datasets.update(id, { colour, colours: 7 })
    const { channels, output, colours } = options(store.datasets.get(id) as Dataset)
    return [colour, channels, output, colours, channelsOf(channels)]
  })
  expect(proposed).toEqual([
    ['as-is', 'auto', 'auto', 32, null], ['grey', 'grey', 'auto', 32, 1], ['rgb', 'rgb', 'auto', 32, 3], ['rgba', 'rgba', 'auto', 32, 4],
    ['binary', 'grey', 'binary', 32, 1], ['palette', 'auto', 'palette', 7, null],
  ])
  const dataset = store.datasets.get(id) as Dataset
  expect(options(dataset, { output: 'continuous', channels: 'grey' })).toMatchObject({ channels: 'grey', output: 'continuous' })
  expect(colourOptions({ colour: 'as-is', colours: 7 })).toEqual({})
})
