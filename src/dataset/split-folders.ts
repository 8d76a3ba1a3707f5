/** Folders that part a set rather than name what is in the pictures: train, validation, test. */
import { partOfWord, splitParts, type PartCounts, type SplitPart } from '../contract/data.ts'

export interface SplitFolders {
  /** Of the folders above a picture, which one, from 0. */
  readonly level: number
  readonly names: readonly string[]
}

/**
 * Below the folders that all share, where there are folders for training and for what is held out, and no others;
 * pictures beside them have no part. `folders`: those that hold pictures, each as its names from the top.
 */
export function findSplitFolders(folders: readonly (readonly string[])[]): SplitFolders | null {
  let level = 0
  while (folders.length > 0 && folders[0]?.[level] !== undefined && folders.every((names) => names[level] === folders[0]?.[level])) level += 1
  const names = [...new Set(folders.flatMap((parts) => parts[level] ?? []))]
  return worthKeeping(names.map(partOfWord)) && names.every((name) => partOfWord(name) !== null) ? { level, names } : null
}

/** Something to train on and something held out: else there is no split. */
export const worthKeeping = (parts: readonly (SplitPart | null)[]): boolean => parts.includes('train') && parts.some((part) => part === 'validation' || part === 'test')

export function countParts(parts: Iterable<SplitPart | null>): PartCounts {
  const counts = { train: 0, validation: 0, test: 0 }
  for (const part of parts) if (part !== null) counts[part] += 1
  return counts
}

/** Absent: nothing was noted. */
export const sameParts = (noted: PartCounts | undefined, found: PartCounts): boolean => noted !== undefined && splitParts.every((part) => noted[part] === found[part])
