/** One comparison of generated pictures with real ones, and of real ones with each other. */
import { Rng } from '../base/rng.ts'
import type { ClassScore, Comparison } from '../contract/judgement.ts'
import { frechetDistance } from './frechet.ts'
import { gramsOf } from './gram.ts'
import type { Features } from './judge.ts'
import { kernelDistance } from './kernel-distance.ts'
import { neighbourScores } from './neighbours.ts'

export interface CompareOptions {
  /** It takes a few seconds. */
  readonly withFid?: boolean
}

export async function compare(real: Features, fake: Features, { withFid = true }: CompareOptions = {}): Promise<Comparison> {
  const grams = await gramsOf(real, fake)
  const { mean, std } = await kernelDistance(grams)
  return {
    kid: mean,
    kidStd: std,
    ...(await neighbourScores(grams)),
    fid: withFid ? await frechetDistance(real, fake) : null,
    realCount: real.count,
    fakeCount: fake.count,
  }
}

/** The same for a mean over classes. */
const leastWithin = 10

/**
 * Each class with its own, as a mean over those that have enough pictures; of all at once where none
 * has. What is of the wrong class does not count as variety of the right one.
 */
export async function compareWithin(real: Features, fake: Features, labels: { readonly real: ArrayLike<number>; readonly fake: ArrayLike<number> }, options: CompareOptions = {}): Promise<Comparison> {
  const found: Comparison[] = []
  for (const label of new Set(Array.from(labels.fake))) {
    const [ofReal, ofFake] = [rowsOf(real, positions(labels.real, label)), rowsOf(fake, positions(labels.fake, label))]
    if (Math.min(ofReal.count, ofFake.count) >= leastWithin) found.push(await compare(ofReal, ofFake, options))
  }
  const [first] = found
  if (first === undefined) return await compare(real, fake, options)
  const sum = (of: (one: Comparison) => number): number => found.reduce((total, one) => total + of(one), 0)
  const mean = (of: (one: Comparison) => number): number => sum(of) / found.length
  return {
    kid: mean(({ kid }) => kid), kidStd: Math.sqrt(sum(({ kidStd }) => kidStd ** 2)) / found.length,
    fid: first.fid === null ? null : mean(({ fid }) => fid ?? 0),
    precision: mean(({ precision }) => precision), recall: mean(({ recall }) => recall), density: mean(({ density }) => density), coverage: mean(({ coverage }) => coverage),
    realCount: sum(({ realCount }) => realCount), fakeCount: sum(({ fakeCount }) => fakeCount),
  }
}

/** What the measure says of equals: one random half against the other. */
export function calibrate(real: Features, options: CompareOptions = {}): Promise<Comparison> {
  const order = Rng.fromSeed(0, 'halves').shuffle(Uint32Array.from({ length: real.count }, (_, i) => i))
  const half = Math.floor(real.count / 2)
  return compare(rowsOf(real, order.subarray(0, half)), rowsOf(real, order.subarray(half, 2 * half)), options)
}

/** Fewer of a class on either side say too little about it. */
const leastPerClass = 40

/** Each class that has enough pictures, by the labels of either side. */
export async function compareClasses(real: Features, fake: Features, labels: { readonly real: ArrayLike<number>; readonly fake: ArrayLike<number> }, classNames: readonly string[]): Promise<ClassScore[]> {
  const scores: ClassScore[] = []
  for (const [index, className] of classNames.entries()) {
    const ofReal = rowsOf(real, positions(labels.real, index))
    const ofFake = rowsOf(fake, positions(labels.fake, index))
    if (Math.min(ofReal.count, ofFake.count) < leastPerClass) continue
    const { mean, std } = await kernelDistance(await gramsOf(ofReal, ofFake))
    scores.push({ className, kid: mean, kidStd: std, realCount: ofReal.count, fakeCount: ofFake.count })
  }
  return scores
}

const positions = (labels: ArrayLike<number>, wanted: number): number[] => Array.from(labels).flatMap((label, i) => (label === wanted ? [i] : []))

export function rowsOf({ values, dimensions }: Features, chosen: ArrayLike<number>): Features {
  const rows = new Float32Array(chosen.length * dimensions)
  for (let i = 0; i < chosen.length; i++) {
    const from = (chosen[i] ?? 0) * dimensions
    rows.set(values.subarray(from, from + dimensions), i * dimensions)
  }
  return { values: rows, count: chosen.length, dimensions }
}
