/**
 * Kernels of our own beside TensorFlow's (`native/`), as operations that graphs may use: convolutions of 4x4 taps and stride 2 and their
 * gradients by minimal filtering, batch norm, rectifiers' gradients, averages. Without them everything runs as well, more slowly.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'

const require = createRequire(import.meta.url)

/** SHA-256 of the sources in `native/`, name by name: what is compiled from others has another name. */
export const ownKernelsSources = 'd3aae62f7ac489b0be2f2c5d99b37036e35107ff4cd18611438159b596c363f2'

export const ownKernelsName = `own-kernels-${ownKernelsSources.slice(0, 12)}.node`
export const ownKernelsFile = (engineFolder: string): string => join(engineFolder, 'lib', ownKernelsName)

let lanes = 0
let amx = false

/** Loads them where they are, after TensorFlow itself. A library that cannot be loaded is told of and left alone. */
export function loadOwnKernels(engineFolder: string, log: Log): void {
  const file = ownKernelsFile(engineFolder)
  if (!existsSync(file)) return log('info', 'TensorFlow runs without the studio\'s own kernels: they were not built')
  try {
    ;({ lanes, amx } = require(file) as { readonly lanes: number; readonly amx: boolean })
    log('info', `The studio's own kernels: ${lanes === 0 ? 'none for this processor' : `vectors of ${lanes} floats${amx ? ', and a matrix unit for bfloat16' : ''}`}`)
  } catch (error) {
    log('warn', 'The studio\'s own kernels could not be loaded', { message: error instanceof Error ? error.message : String(error) })
  }
}

/** Floats of a vector in them. 0 where there are none. */
export const ownKernelLanes = (): number => lanes

/** Whether they convolve in bfloat16, by the processor's matrix unit. */
export const ownKernelsConvolveLow = (): boolean => amx
