/** Engines, as the studio reports on them. */
export const engineIds = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type EngineId = (typeof engineIds)[number]

export interface EngineReport {
  readonly id: EngineId
  /** Name a person reads: "TensorFlow 2.21 (CPU, 8 threads)", "WebGPU (Apple M3)". */
  readonly label: string
  readonly usable: boolean
  /** Why it is not usable, and what to do. */
  readonly reason: string | null
  /** Speed of the reference training step (32 px, width 32, batch 16); null until measured. */
  readonly imagesPerSecond: number | null
  readonly measuredAt: number | null
  /** True for the one that `auto` takes now. */
  readonly chosen: boolean
}
