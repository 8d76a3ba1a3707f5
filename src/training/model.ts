/** A pair of networks with everything that training changes. */
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import type { AdamMoments } from '../engine/optimiser.ts'
import { Weights } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { freshValues, type HostMoments, type ModelValues } from './model-values.ts'

export class Model {
  readonly architecture: Architecture
  readonly options: TrainingOptions
  readonly G: Weights
  readonly D: Weights
  average: tf.Tensor1D
  momentsG: AdamMoments
  momentsD: AdamMoments
  vectors: tf.Tensor1D

  constructor(architecture: Architecture, options: TrainingOptions, values: ModelValues) {
    this.architecture = architecture
    this.options = options
    this.G = new Weights(architecture.layoutG, values.G)
    this.D = new Weights(architecture.layoutD, values.D)
    this.average = tf.tensor1d(values.average)
    this.momentsG = moments(values.momentsG)
    this.momentsD = moments(values.momentsD)
    this.vectors = tf.tensor1d(values.vectors)
  }

  /** Reads everything back from the engine. */
  async values(): Promise<ModelValues> {
    const read = async (tensor: tf.Tensor): Promise<Float32Array> => Float32Array.from(await tensor.data())
    return {
      G: await read(this.G.flat),
      D: await read(this.D.flat),
      average: await read(this.average),
      momentsG: { m: await read(this.momentsG.m), v: await read(this.momentsG.v) },
      momentsD: { m: await read(this.momentsD.m), v: await read(this.momentsD.v) },
      vectors: await read(this.vectors),
    }
  }

  /** Replaces every value. */
  load(values: ModelValues): void {
    this.#disposeState()
    this.G.replace(tf.tensor1d(values.G))
    this.D.replace(tf.tensor1d(values.D))
    this.average = tf.tensor1d(values.average)
    this.momentsG = moments(values.momentsG)
    this.momentsD = moments(values.momentsD)
    this.vectors = tf.tensor1d(values.vectors)
  }

  dispose(): void {
    this.G.dispose()
    this.D.dispose()
    this.#disposeState()
  }

  #disposeState(): void {
    tf.dispose([this.average, this.momentsG.m, this.momentsG.v, this.momentsD.m, this.momentsD.v, this.vectors])
  }
}

const moments = (values: HostMoments): AdamMoments => ({ m: tf.tensor1d(values.m), v: tf.tensor1d(values.v) })

export const newModel = (options: TrainingOptions, classCount: number, channels: number): Model => {
  const architecture = architectureOf(options, classCount, channels)
  return new Model(architecture, options, freshValues(architecture, options.seed))
}
