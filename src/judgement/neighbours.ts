/**
 * What nearest neighbours say about two sets of features. Precision and recall after
 * Kynkäänniemi 2019, density and coverage after Naeem 2020.
 */
import { squaredDistances, type Grams, type Matrix } from './gram.ts'
import { turn } from './turns.ts'

export interface NeighbourScores {
  /** Share of generated pictures within the reach of some real one. In [0,1]. */
  readonly precision: number
  /** Share of real pictures within the reach of some generated one. In [0,1]. */
  readonly recall: number
  /** How densely generated pictures lie where real ones do; may exceed 1. */
  readonly density: number
  /** Share of real pictures with a generated one within their reach: how much of the variety is there. In [0,1]. */
  readonly coverage: number
}

/** A picture's reach is the distance to its k-th nearest of the same set. */
const precisionNeighbours = 3
const coverageNeighbours = 5

export async function neighbourScores({ realReal, fakeFake, realFake }: Grams): Promise<NeighbourScores> {
  const between = squaredDistances(realFake, realReal, fakeFake)
  const real = squaredDistances(realReal, realReal, realReal)
  const fake = squaredDistances(fakeFake, fakeFake, fakeFake)
  const realReach3 = await reaches(real, precisionNeighbours)
  const realReach5 = await reaches(real, coverageNeighbours)
  const fakeReach3 = await reaches(fake, precisionNeighbours)
  const { rows, columns, values } = between
  const precise = new Uint8Array(columns)
  let recalled = 0
  let covered = 0
  let within = 0
  for (let i = 0; i < rows; i++) {
    await turn()
    let isRecalled = false
    let isCovered = false
    for (let j = 0; j < columns; j++) {
      const distance = values[i * columns + j] ?? 0
      if (distance <= (realReach3[i] ?? 0)) precise[j] = 1
      if (distance <= (fakeReach3[j] ?? 0)) isRecalled = true
      if (distance <= (realReach5[i] ?? 0)) {
        isCovered = true
        within += 1
      }
    }
    recalled += isRecalled ? 1 : 0
    covered += isCovered ? 1 : 0
  }
  return {
    precision: precise.reduce((sum, value) => sum + value, 0) / columns,
    recall: recalled / rows,
    density: within / (coverageNeighbours * columns),
    coverage: covered / rows,
  }
}

/** Squared distance of each to its k-th nearest other; the farthest there is where there are fewer. */
async function reaches({ values, rows, columns }: Matrix, k: number): Promise<Float32Array> {
  const found = new Float32Array(rows)
  for (let i = 0; i < rows; i++) {
    await turn()
    const row = values.slice(i * columns, (i + 1) * columns)
    row[i] = -1
    row.sort()
    found[i] = row[Math.min(k, columns - 1)] ?? 0
  }
  return found
}
