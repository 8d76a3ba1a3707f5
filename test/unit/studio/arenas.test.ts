/** A studio that stays has few of glibc's arenas; the engines that it starts have as many as they like. */
import { expect, it } from 'vitest'
import { hasFewArenas, withFewArenas, withManyArenas } from '../../../src/base/arenas.ts'

it('a studio that stays has few arenas, unless the person says how many, and its engines as many as they like', () => {
  expect(withFewArenas({ HOME: '/x' })).toEqual({ HOME: '/x', MALLOC_ARENA_MAX: '2' })
  expect(withFewArenas({ MALLOC_ARENA_MAX: '8' })).toEqual({ MALLOC_ARENA_MAX: '8' })
  expect(hasFewArenas(withFewArenas({}))).toBe(true)
  expect(withManyArenas(withFewArenas({ HOME: '/x' }))).toEqual({ HOME: '/x' })
})
