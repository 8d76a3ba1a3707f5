/** Sees to it that the features of pictures are there: in pieces, each kept as it comes, so that a cancelled look goes on where it was. */
import type { Log } from '../base/log.ts'
import { square, type FitPolicy, type Size } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { Decoders } from '../dataset/decoders.ts'
import { featureSide } from '../engine/pretrained/picture-features.ts'
import type { KeptPicture } from '../store/picture-rows.ts'
import { engineAnswer } from './engine-answer.ts'
import type { EnginesService } from './engines-service.ts'
import { featureKey, pretrained, type FeatureFiles, type FeatureKind } from './feature-files.ts'

export interface PictureFeaturesOptions {
  readonly engines: EnginesService
  readonly spawn: SpawnEngineProcess
  readonly decoders: Decoders
  readonly files: FeatureFiles
  readonly log: Log
}
/** What looks at pictures, and how it is given them. */
export interface FeatureSource extends FeatureKind {
  readonly square: { readonly size: Size; readonly fit: FitPolicy; readonly channels: 1 | 3 | 4 }
  /** Whose discriminator looks; null: the pretrained network. */
  readonly checkpoint: string | null
}
export const pretrainedSource: FeatureSource = { ...pretrained, square: { size: square(featureSide), fit: 'fit', channels: 3 }, checkpoint: null }
export interface FeaturesWanted {
  readonly source: FeatureSource
  readonly datasetId: string
  readonly pictures: readonly Pick<KeptPicture, 'seq' | 'sha256' | 'sourcePath' | 'crop'>[]
  readonly signal: AbortSignal
  /** Pictures done of those that had none. */
  readonly onProgress: (done: number) => void
}
export interface FeaturesFound {
  /** Row in the file, by the picture's number. */
  readonly rows: ReadonlyMap<number, number>
  /** null where it had too little to do to tell. */
  readonly imagesPerSecond: number | null
}

/** Of one engine process: about 60 MB as one message. */
const atOnce = 2048
/** Fewer tell nothing: the engine's start takes most of the time. */
const tellsSpeed = 1000

/** @throws `cancelled`; `engine-unavailable`; `disk-full`; `bad-input` where no picture can be read */
export async function findFeatures({ engines, spawn, decoders, files, log }: PictureFeaturesOptions, { source, datasetId, pictures, signal, onProgress }: FeaturesWanted): Promise<FeaturesFound> {
  const known = await files.rows(datasetId, source)
  const missing = pictures.filter((one) => !known.has(featureKey(one)))
  const began = performance.now()
  let next = squares(0)
  for (let start = 0; start < missing.length; start += atOnce) {
    const { pixels, keys } = await next
    // The next are decoded while these are looked at.
    next = squares(start + atOnce)
    next.catch(() => {})
    if (keys.length > 0) {
      const { values } = await engineAnswer({
        spawn, signal, type: 'features', engines: usable(engines),
        job: (engine) => ({ kind: 'features', engine, pixels, count: keys.length, checkpoint: source.checkpoint }),
        onProgress: ({ done }) => onProgress(start + done),
      })
      if (values.length !== keys.length * source.count || !values.every(Number.isFinite)) throw refusal('engine-failed', message('engine.noNumbers'))
      await files.add(datasetId, source, keys, values)
    }
    onProgress(Math.min(missing.length, start + atOnce))
  }
  const kept = await files.rows(datasetId, source)
  const rows = new Map(pictures.flatMap((one) => {
    const row = kept.get(featureKey(one))
    return row === undefined ? [] : [[one.seq, row] as const]
  }))
  return { rows, imagesPerSecond: missing.length < tellsSpeed ? null : missing.length / ((performance.now() - began) / 1000) }

  async function squares(start: number): Promise<{ readonly pixels: Buffer; readonly keys: readonly number[] }> {
    const some = missing.slice(start, start + atOnce)
    const outcomes = await decoders.all({ kind: 'square', square: source.square }, some.map(({ sha256, sourcePath: name, crop }) => ({ sha256, name, crop })), signal)
    const made = some.flatMap((one, i) => {
      const outcome = outcomes[i]
      if (outcome === undefined) return []
      if ('made' in outcome) return [{ key: featureKey(one), square: outcome.made }]
      log('warn', 'A picture was left out of a look', { message: outcome.error.message })
      return []
    })
    return { pixels: Buffer.concat(made.map(({ square }) => square)), keys: made.map(({ key }) => key) }
  }
}

/** The plain JavaScript engine would take days. */
export const usable = (engines: EnginesService): ReturnType<EnginesService['order']> => engines.order().filter((engine) => engine !== 'cpu')
