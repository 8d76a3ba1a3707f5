/** Latents of given pictures by a guess and descent, with what the generator makes of them on the way. */
import { StudioError } from '../base/errors.ts'
import type { InvertJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { readCheckpoint } from './checkpoint.ts'
import { readWithEncoder } from './encoder-file.ts'
import { Inversion } from './inversion.ts'
import { PaletteMap } from './palette.ts'

/** Pictures that descend together. */
export const invertedTogether = 16
/** Between two looks at how far it is. */
const lookEvery = 5

export async function runInversion(job: InvertJob, host: EngineHost): Promise<void> {
  const backend = await openBackend(job.engine)
  try {
    await invertPictures(job, host, backend.label)
  } finally {
    await backend.close()
  }
}

/** The same on a backend that is already open: `inverted` for each look at each batch, then `done`. Stopped early, what was reached counts. */
export async function invertPictures({ checkpoint: file, pixels, masks, classIndices, steps, start: wanted }: InvertJob, host: EngineHost, engineLabel: string): Promise<void> {
  const checkpoint = await readCheckpoint(file)
  const { channels, palette } = checkpoint
  const { architecture, values } = await readWithEncoder(checkpoint, file)
  const { height, width, classes, encoder } = architecture
  const places = height * width
  const each = places * channels
  const total = classIndices.length
  if (pixels.length !== total * each || (masks !== null && masks.length !== total * places)) throw new StudioError('bad-input', `Expected ${total} pictures of ${each} bytes, found ${pixels.length} bytes.`)
  const unknown = classIndices.find((index) => index !== null && !(index >= 0 && index < classes))
  if (unknown !== undefined) throw new StudioError('bad-input', `This generator knows classes 0 to ${classes - 1}; found ${unknown}.`)
  if (wanted === 'encoder' && encoder === null) throw new StudioError('bad-input', 'This run has no encoder. Start from the mean latent, or train an encoder for it first.')
  const start = wanted === 'auto' ? (encoder === null ? 'mean' : 'encoder') : wanted
  host.send({ type: 'ready', engineLabel, parameters: null, matched: null })

  const seen = palette === null ? pixels : new PaletteMap(palette).apply(pixels, channels)
  for (let index = 0; index < total && host.stopRequested() === null; index += invertedTogether) {
    const count = Math.min(invertedTogether, total - index)
    const target = {
      pixels: seen.subarray(index * each, (index + count) * each), count, classIndices: classIndices.slice(index, index + count),
      mask: masks?.subarray(index * places, (index + count) * places) ?? null,
    }
    const inversion = new Inversion(architecture, values, target, start, steps)
    try {
      for (let step = 0; ; step++) {
        await host.waitWhilePaused()
        const last = step === steps || host.stopRequested() !== null
        if (last || step % lookEvery === 0) host.send({ type: 'inverted', index, count, step, last, size: { height, width }, channels, ...(await inversion.state()) })
        if (last) break
        inversion.step()
      }
    } finally {
      inversion.dispose()
    }
  }
  host.send({ type: 'done', outcome: host.stopRequested() === null ? 'reached' : 'stopped' })
}
