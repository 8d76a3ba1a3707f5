/** What the tasks of `minimal-tasks.ts` are told about a convolution of 4x4 taps and stride 2, or about its transpose. */
import { minimalPackRecord, minimalRecord, workspace } from './minimal-tasks.ts'
import type { Ending, Filters, Pictures } from './products.ts'
import { tileRows } from './tile.ts'

type Values<Layout> = Layout extends { write(buffer: ArrayBufferLike, at: number, values: infer V): void } ? V : never
export interface MinimalPlan {
  /** Of the filters in panels. */
  readonly panelBytes: number
  readonly panels: number
  readonly chunks: number
  pack(panels: number): Values<typeof minimalPackRecord>
  /** `x`: the first place of the padded pictures; `zeros`: as many as columns of whole panels. */
  main(padded: Pictures, panels: number, ending: Ending, zeros: number): Values<typeof minimalRecord>
}

/** Fewer tiles do not pay for the sums of the filters. */
const fewestTiles = 24
const mostTiles = 48

/** @returns null where the shapes do not fit; `small` has half the side of `large` */
export function minimalPlan(large: Pictures, filters: Filters, small: Pictures, transposed: boolean): MinimalPlan | null {
  const { height, width, strideY, strideX, top, left } = filters
  const [input, output] = transposed ? [small, large] : [large, small]
  const [tilesX, tilesY] = [small.width / 2, small.height / 2]
  const tiles = small.count * tilesX * tilesY
  const fits = height === 4 && width === 4 && strideY === 2 && strideX === 2 && top === 1 && left === 1
    && large.height === 2 * small.height && large.width === 2 * small.width && small.height % 2 === 0 && small.width % 2 === 0
    && [input, output].every(({ channels }) => channels % 4 === 0 && channels >= 8) && tiles >= fewestTiles
  if (!fits) return null
  const sets = transposed ? 36 : 9
  const depth = transposed ? input.channels : 4 * input.channels
  const panelCount = Math.ceil(output.channels / 8)
  const panelSet = 32 * depth * panelCount
  const room = Math.floor((workspace.bytes - workspace.values) / (4 * sets * (depth + output.channels)))
  if (room < tileRows) return null
  const tilesPerChunk = Math.min(mostTiles, Math.floor(room / tileRows) * tileRows)
  const row = 4 * depth
  const set = tilesPerChunk * row
  const tap = 4 * large.channels * small.channels
  return {
    panelBytes: sets * panelSet, panels: panelCount, chunks: Math.ceil(tiles / tilesPerChunk),
    pack: (to) => ({
      from: filters.at + (transposed ? 15 * tap : 0), to, line: transposed ? -4 * tap : 4 * tap, place: transposed ? -tap : tap,
      inner: input.channels, row: transposed ? 4 : 4 * output.channels, column: transposed ? 4 * input.channels : 4,
      columns: output.channels, depth, set: panelSet, phase: transposed ? 9 * panelSet : 32 * input.channels,
    }),
    main: (padded, panels, { bias, slope }, zeros) => {
      const [line, place] = [4 * padded.width * padded.channels, 4 * padded.channels]
      const [outLine, outPlace] = [4 * output.width * output.channels, 4 * output.channels]
      // A tile is 2x2 places of the small pictures.
      const [perTile, step, outStep] = transposed ? [2, 1, 2] : [4, 2, 1]
      return {
        x: padded.at, xPicture: line * padded.height, xTileLine: perTile * line, xTilePlace: perTile * place, xPhaseLine: line, xPhasePlace: place,
        xStepLine: step * line, xStepPlace: step * place, channels: padded.channels,
        tilesX, tilesY, tiles, tilesPerChunk, set, row, phase: transposed ? 9 * set : 4 * input.channels,
        sets, depth, panels, panelSet, columns: output.channels, zeros, bias, rectified: Number(slope !== null), slope: slope ?? 1, results: sets * set,
        y: output.at, yPicture: outLine * output.height, yTileLine: 2 * outStep * outLine, yTilePlace: 2 * outStep * outPlace,
        yPhaseLine: outLine, yPhasePlace: outPlace, yStepLine: outStep * outLine, yStepPlace: outStep * outPlace, outPhases: transposed ? 2 : 1,
      }
    },
  }
}
