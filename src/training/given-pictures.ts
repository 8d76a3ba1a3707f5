/** Which real pictures a run that is given some gets when it is judged. */
import type { PackedSet } from '../contract/engine-jobs.ts'
import type { PicturePart } from '../contract/judgement.ts'
import { indicesOf } from '../judgement/parts.ts'

export interface GivenPart {
  readonly part: PicturePart
  readonly indices: Uint32Array
}

/**
 * Held-out pictures where there are enough, and never those that they are compared with.
 * @param part whose pictures `compared` are; at most as many are given
 * @param least fewer held-out pictures say too little: then ones are given that were trained on
 */
export function picturesToGive(set: PackedSet, { part, compared, least }: { readonly part: PicturePart; readonly compared: Uint32Array; readonly least: number }): GivenPart {
  const taken = new Set(compared)
  const others = (of: PicturePart): Uint32Array => indicesOf(set, of).filter((index) => !taken.has(index)).subarray(0, compared.length)
  for (const heldOut of ['validation', 'test'] as const) {
    const indices = others(heldOut)
    if (indices.length >= least) return { part: heldOut, indices }
  }
  const rest = others('all')
  return rest.length >= least ? { part: 'all', indices: rest } : { part, indices: compared }
}
