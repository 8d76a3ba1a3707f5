/** All that is done to a recording before TensorFlow gets it. */
import { withoutFused, type Program } from './kernels.ts'
import { withOwnConvolutions, withOwnLowConvolutions } from './own-convolutions.ts'
import { isOwnOperation, withOwnGradients, withOwnParts, withOwnUpdates, withRectifiedNormalisations } from './own-operations.ts'
import { lowerPrecision } from './precision.ts'
import { withScaledFilters } from './scaled-filters.ts'
import { simplified } from './simplified.ts'
import { withFasterGradients } from './strided-gradients.ts'
import { withSummedConvolutions } from './summed-convolutions.ts'

export function optimised(recorded: Program, inBfloat16: boolean): Program {
  const lowered = inBfloat16 ? [withOwnLowConvolutions, lowerPrecision] : []
  return [withOwnParts, simplified, withScaledFilters, withRectifiedNormalisations, ...lowered, withOwnConvolutions, withSummedConvolutions, withOwnGradients, withOwnUpdates, withFasterGradients].reduce((program, pass) => pass(program), withoutFused(recorded, isOwnOperation))
}
