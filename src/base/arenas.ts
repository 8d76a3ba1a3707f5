/**
 * glibc gives each thread that allocates an arena of its own, and what was freed in one is not given back:
 * a studio that stays would hold the largest picture of each of libvips' threads for good. Two are enough for it.
 * It is read when a process begins, so whoever starts one that stays sets it. Engines, whose threads allocate all
 * at once, do without; other systems and Electron have another allocator and pass over it.
 */
const name = 'MALLOC_ARENA_MAX'
type Environment = Record<string, string | undefined>

/** The environment for a studio process that stays; a number that the person set counts. */
export const withFewArenas = (env: Environment): Environment => ({ [name]: '2', ...env })

export function withManyArenas(env: Environment): Environment {
  const { [name]: _, ...others } = env
  return others
}

export const hasFewArenas = (env: Environment): boolean => env[name] !== undefined
