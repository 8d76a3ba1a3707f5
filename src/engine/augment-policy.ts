/** Which changes augmentation makes, and how strong each is: a preset, and what the person added to it. */
import type { OptionKey, TrainingOptions } from '../contract/options.ts'

export interface AugmentPolicy {
  /** Most that is added to or taken from every colour, in [-1,1]'s units. */
  readonly brightness: number
  /** Distance from the grey picture is scaled by 1 ± this. */
  readonly saturation: number
  /** Distance from the mean colour is scaled by 1 ± this. */
  readonly contrast: number
  /** Most that a picture is moved, as a share of its side; whole pixels. */
  readonly translation: number
  /** Chance of being mirrored. Below a half: at a half, nothing tells which way round pictures are. */
  readonly flip: number
  /** Sides are scaled by up to 1 + this, or its inverse. */
  readonly scaling: number
  /** Most that is cut off a side before what is left fills the picture, as a share of it. */
  readonly crop: number
  /** Largest turn in degrees, either way. */
  readonly rotation: number
  /** Side of a grey square, as a share of the picture's. */
  readonly cutout: number
  /** Largest deviation of added noise. */
  readonly noise: number
}

const nothing: AugmentPolicy = { brightness: 0, saturation: 0, contrast: 0, translation: 0, flip: 0, scaling: 0, crop: 0, rotation: 0, cutout: 0, noise: 0 }

/** DiffAugment's strengths (Zhao 2020). */
const colour = { brightness: 0.5, saturation: 1, contrast: 0.5 }
const translation = { translation: 1 / 8 }
const presets: Readonly<Record<TrainingOptions['augment'], AugmentPolicy>> = {
  'none': nothing,
  'translation': { ...nothing, ...translation },
  'colour+translation': { ...nothing, ...colour, ...translation },
  'colour+translation+cutout': { ...nothing, ...colour, ...translation, cutout: 1 / 2 },
}

const partOptions = {
  brightness: 'augmentBrightness', saturation: 'augmentSaturation', contrast: 'augmentContrast', translation: 'augmentTranslation', flip: 'augmentFlip',
  scaling: 'augmentScaling', crop: 'augmentCrop', rotation: 'augmentRotation', cutout: 'augmentCutout', noise: 'augmentNoise',
} as const satisfies Record<keyof AugmentPolicy, OptionKey>
export type AugmentOptions = Pick<TrainingOptions, 'augment' | (typeof partOptions)[keyof AugmentPolicy]>

/** The larger of preset and option, part by part. */
export function augmentPolicy(options: AugmentOptions): AugmentPolicy {
  const preset = presets[options.augment]
  const strength = (part: keyof AugmentPolicy): number => Math.max(preset[part], options[partOptions[part]])
  return {
    brightness: strength('brightness'), saturation: strength('saturation'), contrast: strength('contrast'), translation: strength('translation'), flip: strength('flip'),
    scaling: strength('scaling'), crop: strength('crop'), rotation: strength('rotation'), cutout: strength('cutout'), noise: strength('noise'),
  }
}
