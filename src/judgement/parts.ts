/** Which pictures of a packed set a score looks at. */
import { Rng } from '../base/rng.ts'
import { partCodes, type PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart } from '../contract/judgement.ts'

/** Indices of a part in an order that is always the same: a smaller score looks at the first of a larger one's. */
export function indicesOf({ count, parts }: Pick<PackedSet, 'count' | 'parts'>, part: PicturePart): Uint32Array {
  const all = Array.from({ length: count }, (_, i) => i)
  const wanted = part === 'all' ? all : all.filter((i) => (parts?.[i] ?? partCodes.train) === partCodes[part])
  return Rng.fromSeed(0, `judged:${part}`).shuffle(Uint32Array.from(wanted))
}
