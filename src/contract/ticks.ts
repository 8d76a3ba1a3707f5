/** A run's curves, kept few: as it grows longer, neighbours become one tick, which is their mean. */
import type { Tick } from './data.ts'

/** As many points as a screen has columns for curves. */
export const mostTicks = 1200

/**
 * `ticks` with those that came after: at most `most`, and more than half as many where there were enough. Each but
 * the newest stands for about as many ticks.
 */
export function withTicks(ticks: readonly Tick[], added: readonly Tick[], most: number): readonly Tick[] {
  let kept = [...ticks]
  let each = Math.max(1, ...ticks.map(({ of = 1 }) => of))
  for (const tick of added) {
    const last = kept.at(-1)
    if (last !== undefined && fits(last, tick, each)) kept[kept.length - 1] = mean(last, tick)
    else kept.push(tick)
    if (kept.length <= most) continue
    each *= 2
    kept = kept.reduce<Tick[]>((fewer, one) => {
      const before = fewer.at(-1)
      if (before !== undefined && fits(before, one, each)) fewer[fewer.length - 1] = mean(before, one)
      else fewer.push(one)
      return fewer
    }, [])
  }
  return kept
}

/** Phases are kept apart: where one ends is told to the image. */
const fits = (a: Tick, b: Tick, each: number): boolean => (a.of ?? 1) + (b.of ?? 1) <= each && a.phase === b.phase

/** At the moment of the later. */
function mean(a: Tick, b: Tick): Tick {
  const of = (a.of ?? 1) + (b.of ?? 1)
  const share = (b.of ?? 1) / of
  // No sums: a diverged loss is the largest number there is.
  const between = (x: number, y: number): number => x * (1 - share) + y * share
  return {
    ...a, ...b, of, lossD: between(a.lossD, b.lossD), lossG: between(a.lossG, b.lossG), pReal: between(a.pReal, b.pReal), pFake: between(a.pFake, b.pFake),
    penalty: between(a.penalty, b.penalty), imagesPerSecond: between(a.imagesPerSecond, b.imagesPerSecond),
  }
}
