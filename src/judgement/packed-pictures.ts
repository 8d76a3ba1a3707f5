/** Single pictures of a packed set, by index. */
import { open } from 'node:fs/promises'
import { StudioError } from '../base/errors.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { PictureBytes } from './judge.ts'
import { pixelsOf } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'

/** @throws `not-found` where the file is gone, `corrupt` where it is too short */
export async function readPacked({ path, size, channels }: PackedSet, indices: ArrayLike<number>): Promise<PictureBytes> {
  const each = pixelsOf(size) * channels
  const pixels = new Uint8Array(indices.length * each)
  try {
    const file = await open(path, 'r')
    try {
      for (let i = 0; i < indices.length; i++) {
        const { bytesRead } = await file.read(pixels, i * each, each, (indices[i] ?? 0) * each)
        if (bytesRead !== each) throw new StudioError('corrupt', 'The prepared pictures are shorter than they were. Start the run again to prepare them anew.')
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fromSystemError(error, message('doing.readPrepared'))
  }
  return { pixels, count: indices.length, size, channels }
}
