import { describe, expect, it } from 'vitest'
import { Suggestion } from '../../../src/dataset/suggest.ts'

type Sized = readonly [width: number, height: number, count: number]
function suggested(sizes: readonly Sized[], colour: 'colour' | 'transparent' = 'colour'): { readonly aspect: string; readonly resolution: number; readonly fit: string } {
  const suggestion = new Suggestion()
  for (const [width, height, count] of sizes) suggestion.add({ width, height, colour }, count)
  return { aspect: suggestion.aspect(), resolution: suggestion.resolution(), fit: suggestion.fit() }
}

describe('what an import proposes', () => {
  it.each<readonly [string, readonly Sized[], string, number]>([
    ['squares', [[100, 100, 50], [104, 96, 50]], '1:1', 64],
    ['photographs of a camera', [[640, 480, 100]], '4:3', 64],
    ['some upright among them', [[640, 480, 70], [480, 640, 30]], '4:3', 64],
    ['portraits', [[300, 400, 50], [320, 410, 50]], '3:4', 64],
    ['as many wide as tall', [[640, 480, 50], [480, 640, 50]], '1:1', 64],
    ['a few wide among squares', [[640, 480, 30], [500, 500, 70]], '1:1', 64],
    ['widescreen', [[1920, 1080, 10]], '2:1', 64],
    ['banners', [[900, 200, 10]], '2:1', 64],
    ['spines of books', [[90, 400, 10]], '1:2', 64],
    ['no larger than what most have: 80 × 60 holds 64 × 48', [[80, 60, 60], [40, 30, 40]], '4:3', 64],
    ['small ones', [[40, 30, 60], [24, 18, 40]], '4:3', 32],
    ['nothing', [], '1:1', 16],
  ])('for %s', (_, sizes, aspect, resolution) => {
    expect(suggested(sizes)).toMatchObject({ aspect, resolution })
  })

  it('shows objects on nothing whole where their shapes differ from the aspect', () => {
    expect(suggested([[200, 100, 60]], 'transparent')).toMatchObject({ aspect: '2:1', fit: 'crop' })
    expect(suggested([[200, 100, 50], [100, 200, 50]], 'transparent')).toMatchObject({ aspect: '1:1', fit: 'pad' })
  })
})
