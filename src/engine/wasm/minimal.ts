/** What the tasks of `minimal-tasks.ts` are told about a convolution of 4x4 taps and stride 2, or about its transpose. */
import { workspace, type minimalPackRecord } from './minimal-tasks.ts'
import type { minimalRecord } from './minimal-tiles.ts'
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

const tilesOf = (small: Pictures): number => (small.count * small.width * small.height) / 4

const fits = (large: Pictures, { height, width, strideY, strideX, top, left }: Filters, small: Pictures): boolean =>
  height === 4 && width === 4 && strideY === 2 && strideX === 2 && top === 1 && left === 1
  && large.height === 2 * small.height && large.width === 2 * small.width && small.height % 2 === 0 && small.width % 2 === 0
  && [large, small].every(({ channels }) => channels % 4 === 0 && channels >= 8) && tilesOf(small) >= fewestTiles

/** @returns null where the shapes do not fit; `small` has half the side of `large` */
export function minimalPlan(large: Pictures, filters: Filters, small: Pictures, transposed: boolean): MinimalPlan | null {
  const [input, output] = transposed ? [small, large] : [large, small]
  if (!fits(large, filters, small)) return null
  const tiles = tilesOf(small)
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
    main: (padded, panels, { bias, slope }, zeros) => ({
      ...stridesOfTiles(padded, output, transposed),
      tilesX: small.width / 2, tilesY: small.height / 2, tiles, tilesPerChunk, set, row, phase: transposed ? 9 * set : 4 * input.channels,
      sets, depth, panels, panelSet, columns: output.channels, zeros, bias, rectified: Number(slope !== null), slope: slope ?? 1,
      values: 0, results: sets * set, resultSet: 4 * tilesPerChunk * output.channels, outPhases: transposed ? 2 : 1,
    }),
  }
}

/** A tile is 2x2 places of the small pictures. */
function stridesOfTiles(padded: Pictures, output: Pictures, transposed: boolean) {
  const [line, place] = [4 * padded.width * padded.channels, 4 * padded.channels]
  const [outLine, outPlace] = [4 * output.width * output.channels, 4 * output.channels]
  const [perTile, step, outStep] = transposed ? [2, 1, 2] as const : [4, 2, 1] as const
  return {
    x: padded.at, xPicture: line * padded.height, xTileLine: perTile * line, xTilePlace: perTile * place, xPhaseLine: line, xPhasePlace: place,
    xStepLine: step * line, xStepPlace: step * place, channels: padded.channels,
    y: output.at, yPicture: outLine * output.height, yTileLine: 2 * outStep * outLine, yTilePlace: 2 * outStep * outPlace,
    yPhaseLine: outLine, yPhasePlace: outPlace, yStepLine: outStep * outLine, yStepPlace: outStep * outPlace,
  }
}

export interface MinimalGradientPlan {
  /** Of the pictures' values, of the gradients' and of the nine sums. */
  readonly bytes: readonly [number, number, number]
  readonly tiles: number
  readonly chunks: number
  values(padded: Pictures, values: number, results: number): Values<typeof minimalRecord>
}

/** Values for all tiles take more than twice the pictures' memory: no more than this. */
const mostBytes = 96 * 2 ** 20

/** For the gradient by the filters. @returns null where the shapes do not fit */
export function minimalGradientPlan(large: Pictures, filters: Filters, small: Pictures): MinimalGradientPlan | null {
  if (!fits(large, filters, small)) return null
  const tiles = tilesOf(small)
  const row = 16 * large.channels
  const [set, resultSet] = [tiles * row, 4 * tiles * small.channels]
  const bytes = [9 * set, 9 * resultSet, 9 * row * small.channels] as const
  if (bytes[0] + bytes[1] + bytes[2] > mostBytes) return null
  const nothing = { sets: 0, depth: 0, panels: 0, panelSet: 0, zeros: 0, bias: 0, rectified: 0, slope: 1, outPhases: 1 }
  return {
    bytes, tiles, chunks: Math.ceil(tiles / mostTiles),
    values: (padded, values, results) => ({
      ...nothing, ...stridesOfTiles(padded, small, false), tilesX: small.width / 2, tilesY: small.height / 2, tiles, tilesPerChunk: mostTiles,
      set, row, phase: 4 * large.channels, columns: small.channels, values, results, resultSet,
    }),
  }
}
