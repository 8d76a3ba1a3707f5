/**
 * Starting from another run's weights: what has the same name and shape is copied, class
 * embeddings go by class name, the rest starts fresh. Optimiser state is never copied.
 */
import type { TrainingOptions } from '../contract/options.ts'
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import { partsOf, sizeOf, type Layout, type ParameterSpec } from '../engine/layout.ts'
import { architectureOfHead, readCheckpoint, readCheckpointHead, type CheckpointHead } from './checkpoint.ts'
import { freshValues, type ModelValues } from './model-values.ts'

export interface MatchCounts {
  readonly tensors: number
  readonly totalTensors: number
  readonly parameters: number
  readonly totalParameters: number
}

const isEmbedding = (name: string): boolean => name.endsWith('.embedding')
const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((side, i) => side === b[i])

/** Row of each of our classes in the source's embeddings; undefined where it has no such class. */
const rowsByName = (ours: readonly string[], theirs: readonly string[]): (number | undefined)[] =>
  ours.map((name) => (theirs.includes(name) ? theirs.indexOf(name) : undefined))

function matchedParameters(spec: ParameterSpec, source: readonly number[] | undefined, rows: readonly (number | undefined)[]): number {
  if (source === undefined) return 0
  if (!isEmbedding(spec.name)) return sameShape(spec.shape, source) ? sizeOf(spec.shape) : 0
  return spec.shape[1] === source[1] ? rows.filter((row) => row !== undefined).length * (spec.shape[1] ?? 0) : 0
}

function countMatches({ layoutG, layoutD, layoutE }: Architecture, shapeOf: (name: string) => readonly number[] | undefined, rows: readonly (number | undefined)[]): MatchCounts {
  const specs = [layoutG, layoutD, layoutE].flatMap((layout) => layout.specs)
  const matched = specs.map((spec) => matchedParameters(spec, shapeOf(spec.name), rows))
  return {
    tensors: matched.filter((count) => count > 0).length,
    totalTensors: specs.length,
    parameters: matched.reduce((sum, count) => sum + count, 0),
    totalParameters: layoutG.total + layoutD.total + layoutE.total,
  }
}

/** What would be copied into a run with these options; reads the checkpoint's header alone. */
export async function matchTransfer(checkpointPath: string, options: TrainingOptions, classNames: readonly string[], channels: 1 | 3 | 4): Promise<MatchCounts> {
  const { head, header } = await readCheckpointHead(checkpointPath)
  const architecture = architectureOf(options, classNames.length, channels)
  return countMatches(architecture, (name) => header.entries.get(name)?.shape, rowsByName(classNames, namesOf(head)))
}

/** Fresh values with the checkpoint's where they match. */
export async function transferredValues(checkpointPath: string, architecture: Architecture, classNames: readonly string[], seed: number): Promise<{ readonly values: ModelValues; readonly matched: MatchCounts }> {
  const source = await readCheckpoint(checkpointPath)
  const from = architectureOfHead(source)
  const rows = rowsByName(classNames, namesOf(source))
  const values = freshValues(architecture, seed)
  copyMatching(architecture.layoutG, values.G, from.layoutG, source.values.G, rows)
  copyMatching(architecture.layoutD, values.D, from.layoutD, source.values.D, rows)
  copyMatching(architecture.layoutE, values.E, from.layoutE, source.values.E, rows)
  values.average.set(values.G)
  copyMatching(architecture.layoutG, values.average, from.layoutG, source.values.average, rows)
  const shapes = new Map([from.layoutG, from.layoutD, from.layoutE].flatMap((layout) => layout.specs).map((spec) => [spec.name, spec.shape]))
  return { values, matched: countMatches(architecture, (name) => shapes.get(name), rows) }
}

function copyMatching(layout: Layout, target: Float32Array, sourceLayout: Layout, source: Float32Array, rows: readonly (number | undefined)[]): void {
  const sources = partsOf(sourceLayout, source)
  const shapes = new Map(sourceLayout.specs.map((spec) => [spec.name, spec.shape]))
  const targets = partsOf(layout, target)
  for (const spec of layout.specs) {
    const from = sources.get(spec.name)
    const to = targets.get(spec.name)
    if (from === undefined || to === undefined || matchedParameters(spec, shapes.get(spec.name), rows) === 0) continue
    if (!isEmbedding(spec.name)) to.set(from)
    else {
      const width = spec.shape[1] ?? 0
      rows.forEach((row, ours) => {
        if (row !== undefined) to.set(from.subarray(row * width, (row + 1) * width), ours * width)
      })
    }
  }
}

/** An unconditional source has no embeddings, whatever its folder's classes were called. */
const namesOf = ({ options, classNames }: CheckpointHead): readonly string[] => (options.conditional ? classNames : [])
