/** A pair of networks with everything that training changes. */
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import { PerceptualDistance } from '../engine/pretrained/perceptual.ts'
import { Projector } from '../engine/projected.ts'
import { Weights } from '../engine/parameters.ts'
import { StateVector } from '../engine/state-vector.ts'
import { tf } from '../engine/tf.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { freshValues, perState, stateNames, type ModelValues, type StateName } from './model-values.ts'

export class Model {
  readonly architecture: Architecture
  readonly options: TrainingOptions
  readonly G: Weights
  readonly D: Weights
  /** Null where nothing reads pretrained features. */
  readonly projector: Projector | null
  /** Null where nothing asks how alike pictures look. */
  readonly perceptual: PerceptualDistance | null
  /** Everything above and below by name, in the order of `stateTable`. */
  readonly state: Readonly<Record<StateName, StateVector>>

  constructor(architecture: Architecture, options: TrainingOptions, values: ModelValues) {
    this.architecture = architecture
    this.options = options
    this.G = new Weights(architecture.layoutG, values.G)
    this.D = new Weights(architecture.layoutD, values.D)
    this.projector = options.projected > 0 || options.featureEnergy > 0 || architecture.layoutHead.total > 0 ? new Projector(architecture) : null
    this.perceptual = architecture.encoder !== null || (architecture.task === 'enlarge' && options.enlargeFeatures > 0) ? new PerceptualDistance(architecture) : null
    this.state = perState((name) => (name === 'G' || name === 'D' ? this[name] : new StateVector(values[name])))
  }

  /** What automatic precision comes to; null until a step asks. */
  bfloat16: boolean | null = null

  /** G's moving average. */
  get average(): StateVector {
    return this.state.average
  }
  /** Spectral norm's kept vectors. */
  get vectors(): StateVector {
    return this.state['spectral.D']
  }

  /** Reads everything back from the engine. */
  async values(): Promise<ModelValues> {
    const read = await Promise.all(stateNames.map(async (name) => [name, Float32Array.from(await this.state[name].flat.data())] as const))
    return Object.fromEntries(read) as ModelValues
  }

  /** Replaces every value. */
  load(values: ModelValues): void {
    for (const name of stateNames) this.state[name].replace(tf.tensor1d(values[name]))
  }

  dispose(): void {
    for (const name of stateNames) this.state[name].dispose()
    this.projector?.dispose()
    this.perceptual?.dispose()
  }
}

export const newModel = (options: TrainingOptions, classCount: number, channels: number): Model => {
  const architecture = architectureOf(options, classCount, channels)
  return new Model(architecture, options, freshValues(architecture, options.seed))
}
