import { layerWords, networkNames, type NetworkDescription, type NetworkLayer, type NetworkTable } from '../../../contract/networks.ts'
import type { Watch } from '../activity.ts'
import { byteSize, table, thousands } from '../output.ts'
import { requestOf, type TrainOptions } from './train.ts'

/** The networks that `train` with the same options would train. */
export async function describe(watch: Watch, datasetName: string, options: TrainOptions): Promise<void> {
  const { request } = await requestOf(watch.studio, datasetName, options)
  const description = await watch.studio.call('runs.describe', request)
  watch.output.result({ id: null, description }, textOf(description))
}

function textOf({ networks, batchSize, stepMultiplyAdds, memoryBytes }: NetworkDescription): string {
  return [
    ...networks.map(networkText),
    `A training step takes ${thousands((stepMultiplyAdds * batchSize) / 1e6)} million multiply-adds for its ${batchSize} pictures; a run needs about ${byteSize(memoryBytes)} of memory.`,
  ].join('\n\n')
}

const networkText = ({ network, layers, parameters, multiplyAdds }: NetworkTable): string => [
  `${networkNames[network].en}: ${thousands(parameters)} parameters, ${thousands(multiplyAdds)} multiply-adds a picture`,
  table(['Layer', 'Detail', 'Gives', 'Parameters', 'Multiply-adds', 'Name'], layers.map(layerRow)),
].join('\n')

const indents: Readonly<Record<NetworkLayer['path'], string>> = { main: '', branch: '| ', skip: '|   skip: ' }
const layerRow = ({ kind, detail, height, width, channels, parameters, multiplyAdds, name, path }: NetworkLayer): readonly (string | number)[] => [
  `${indents[path]}${layerWords[kind].en}`, detail.en,
  height * width === 1 ? String(channels) : `${width} × ${height} × ${channels}`,
  parameters === 0 ? '' : thousands(parameters), multiplyAdds === 0 ? '' : thousands(multiplyAdds), name,
]
