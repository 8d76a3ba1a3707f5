/**
 * The options the studio proposes, from the data, the engine's measured speed and the budget,
 * each with its reason. A pure function: the same inputs give the same proposal.
 */
import type { Resolution, TimeBudget } from '../contract/data.ts'
import { message, type Message } from '../contract/messages.ts'
import { defaultOptions, type TrainingOptions } from '../contract/options.ts'
import { expectedSpeed } from '../engine/expected-speed.ts'
import { automaticRepeats } from './groups.ts'

export interface RecipeInput {
  readonly pictureCount: number
  /** Pictures per class that takes part; empty for an unlabelled set. */
  readonly classCounts: readonly number[]
  readonly resolution: Resolution
  readonly channels: 1 | 3 | 4
  /** Measured speed of the reference step (32 px, width 32, batch 16); null where not measured. */
  readonly imagesPerSecondReference: number | null
  /** Whether that engine is a graphics processor, which wide networks hardly slow down; absent: no. */
  readonly graphics?: boolean
  readonly budget: TimeBudget
  /** Absent: nothing is known of them. */
  readonly traits?: PictureTraits
  /** Absent or 1: it makes pictures from nothing. */
  readonly enlarge?: TrainingOptions['enlarge']
  /** Whether it translates between its classes; absent: no. */
  readonly translate?: boolean
}

/** What pictures are like, as far as it decides how they are learned. */
export interface PictureTraits {
  /** `half`: fine detail is in their light alone. */
  readonly colourDetail: TrainingOptions['colourDetail']
  /** How different from each other they are (`dataset/variety.ts`). */
  readonly variety: number
}

export interface Recipe {
  readonly options: TrainingOptions
  /** Option key -> why it has its value. */
  readonly reasons: Readonly<Record<string, Message>>
}

/** So many judge as well as more would. */
const enoughHeldOut = 1000
const heldOutShare = 0.05
/** Below this, every picture is needed to learn from. */
const fewestToWatch = 200
const fewestToTest = 1000

function heldOut(pictures: number): Pick<TrainingOptions, 'validationShare' | 'testShare'> {
  const share = Math.min(heldOutShare, Math.round((1000 * enoughHeldOut) / pictures) / 1000)
  return { validationShare: pictures < fewestToWatch ? 0 : share, testShare: pictures < fewestToTest ? 0 : share }
}

function balanceReason(classCounts: readonly number[]): Message {
  const [largest, smallest] = [Math.max(...classCounts), Math.min(...classCounts)]
  const mean = classCounts.reduce((sum, count) => sum + count, 0) / classCounts.length
  return mean / smallest > automaticRepeats ? message('reason.balance.limited', { largest, smallest }) : message('reason.balance.even')
}

/** Channels at full resolution to choose from. */
const widths = [8, 12, 16, 24, 32, 48, 64, 96] as const
const widthAt = (resolution: number): number => Math.max(8, Math.min(32, 1024 / resolution))
/**
 * Images that the networks should see at least in ten minutes: below it, wider networks are worse
 * than narrow ones that saw more. Longer budgets buy width and images alike.
 */
const imagesWanted = (minutes: number): number => 150_000 * Math.max(1, minutes / 10) ** 0.6

/** Where even the narrowest networks see too few, wider ones may see so much fewer: with the pretrained network beside them they hardly do. */
const nearlyAsMany = 2 / 3

/** The widest networks that see enough images in the time; by resolution alone where time or speed is not known. */
function widthFor(options: TrainingOptions, { budget, imagesPerSecondReference, graphics = false, classCounts, channels }: RecipeInput): number {
  const usual = widthAt(options.resolution)
  if (budget.kind !== 'minutes' || imagesPerSecondReference === null) return usual
  const reference = { imagesPerSecond: imagesPerSecondReference, bfloat16: 'none', graphics } as const
  const images = (width: number): number => expectedSpeed({ ...options, width }, classCounts.length, channels, reference) * budget.minutes * 60
  const enough = Math.min(imagesWanted(budget.minutes), nearlyAsMany * images(widths[0]))
  const affordable = widths.filter((width) => images(width) >= enough)
  return Math.min(affordable.at(-1) ?? widths[0], 2 * usual)
}

/** Fewer pictures are learned by heart unless they are seen changed. */
const few = 5000

/** Images a second of the reference step below which the pretrained network would take nearly all of the time: plain JavaScript. */
const slowEngine = 3
/** Where few pictures are much alike its heads are soon sure, and what they teach has edges that no photograph has. */
const leastVariety = 0.3
/** Not tried on fewer. */
const fewestToTell = 500
const callsForPretrained = ({ imagesPerSecondReference: speed, pictureCount, traits }: RecipeInput): boolean =>
  (speed === null || speed >= slowEngine) && (pictureCount >= few || (pictureCount >= fewestToTell && (traits?.variety ?? 0) >= leastVariety))

/** Small pictures say most of what comes: the discriminator follows at G's pace and adds what they do not say. */
const enlarging = (enlarge: TrainingOptions['enlarge']): Partial<TrainingOptions> =>
  ({ enlarge, normalisationG: 'auto', projected: 0, featureEnergy: 0, learningRateG: 5e-4, learningRateD: 5e-4 })

/**
 * It begins by leaving pictures alone, and the discriminator must not be sure before anything has changed. Colours
 * may be all that tells the classes apart: they are not augmented.
 */
const translating = (pictureCount: number): Partial<TrainingOptions> => ({
  translate: true, augment: pictureCount < few ? 'translation' : 'none', normalisationG: 'auto', energy: 0, projected: 0, featureEnergy: 0, learningRateG: 5e-4, learningRateD: 5e-4,
})

export function proposeOptions(input: RecipeInput): Recipe {
  const { pictureCount, classCounts, resolution, enlarge = 1, translate = false } = input
  const given = enlarge > 1 || translate
  const conditional = classCounts.length >= 2 && enlarge === 1
  const told = callsForPretrained(input)
  const before: TrainingOptions = {
    ...defaultOptions,
    resolution,
    conditional,
    batchSize: pictureCount < 32 ? 8 : 16,
    augment: pictureCount < few ? 'colour+translation+cutout' : 'none',
    normalisationG: 'batch',
    ...(pictureCount < few && !told ? { learningRateG: 0.0005, learningRateD: 0.002 } : { learningRateG: 0.0002, learningRateD: 0.0008 }),
    energy: conditional || told ? 1 : 0,
    ...(told ? { projected: 0.5, featureEnergy: 3 } : {}),
    colourDetail: given ? 'full' : (input.traits?.colourDetail ?? 'full'),
    ...heldOut(pictureCount),
    ...(enlarge > 1 ? enlarging(enlarge) : translate ? translating(pictureCount) : {}),
  }
  const options = { ...before, width: widthFor(before, input) }
  return {
    options,
    reasons: {
      ...(given ? {} : { conditional: conditional ? message('reason.conditional.some', { classes: classCounts.length }) : message('reason.conditional.none') }),
      validationShare: message(options.validationShare > 0 ? 'reason.heldOut' : 'reason.nothingHeldOut', { pictures: Math.floor(options.validationShare * pictureCount), all: pictureCount }),
      ...(conditional ? { balance: balanceReason(classCounts) } : {}),
      ...(options.energy > 0 ? { energy: message('reason.energy') } : {}),
      ...(options.projected > 0 ? { projected: message('reason.projected'), featureEnergy: message('reason.featureEnergy') } : {}),
      ...(options.colourDetail === 'half' ? { colourDetail: message('reason.colourDetail') } : {}),
      ...(enlarge > 1 ? { enlargePixels: message('reason.enlargePixels') } : {}),
      ...(translate ? { translateCycle: message('reason.translateCycle') } : {}),
      ...(given ? {} : { normalisationG: message('reason.normalisationG'), learningRateD: message('reason.learningRateD', { times: options.learningRateD / options.learningRateG }) }),
      width: message('reason.width', { resolution, width: options.width }),
      augment: message(translate ? 'reason.augment.translated' : pictureCount < few ? 'reason.augment.few' : 'reason.augment.many', { pictures: pictureCount }),
    },
  }
}
