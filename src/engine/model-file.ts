/** What the studio's model files say of themselves, whichever format keeps it: its metadata has these texts. */
import { StudioError } from '../base/errors.ts'
import type { ModelNetwork } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'

export const modelVersion = 1

/** A file of all networks is a generator's with more in it. */
export const modelFormats: Readonly<Record<ModelNetwork, string>> =
  { G: 'gan-studio-generator', D: 'gan-studio-discriminator', E: 'gan-studio-encoder', all: 'gan-studio-generator' }

/** Of a classifier that learned from a data set's labels; it is no network of a run. */
export const classifierFormat = 'gan-studio-classifier'

/** Far more than any network of the studio has. */
export const largestModelBytes = 512 * 1024 * 1024
export const mostTensors = 20_000

/** A tensor as a file claims it to be; its numbers are read when they are asked for. */
export interface ClaimedTensor {
  /** That it is kept in or, of bytes over a range, turns into. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** @throws `corrupt` */
  read(): Float32Array
}
export interface ClaimedModel {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, ClaimedTensor>
}

/** @param what a clause; of a sentence, as validators say them, the stop is not doubled */
export const unusableModel = (file: string, what: string): StudioError =>
  refusal('corrupt', message('refused.modelFile', { file, what: what.replace(/\.$/, '') }))
