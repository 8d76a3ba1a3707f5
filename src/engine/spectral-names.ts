/** What `spectral.ts` and an engine's power iteration agree on. */

/** A matrix in a flat vector, row by row. */
export interface MatrixPlace {
  readonly first: number
  readonly rows: number
  readonly columns: number
}
/**
 * Inputs `flat` and `vectors`, the matrices' u end to end; attributes `matrices` ({@link MatrixPlace} each) and `epsilon`.
 * Result: all u, all v, all σ.
 */
export const powerIterationKernel = 'GanPowerIteration'
