/** The families by the names of the option `network`. */
import type { TrainingOptions } from '../../contract/options.ts'
import { dcgan } from './dcgan.ts'
import type { Family } from './family.ts'
import { fast } from './fast.ts'
import { light } from './light.ts'
import { mlp } from './mlp.ts'
import { r3 } from './r3.ts'
import { resnet } from './resnet.ts'

export const families: Readonly<Record<TrainingOptions['network'], Family>> = { light, mlp, dcgan, resnet, fast, r3 }
