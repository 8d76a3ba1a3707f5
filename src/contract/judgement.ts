/**
 * How well a run does, and what to make of it. Distances are × 10³; shares lie in [0,1].
 */
import type { RunRequest, TimeBudget } from './data.ts'
import type { Message } from './messages.ts'

/** Which of a data set's pictures: trained on, held out for watching, held out for the end. */
export const pictureParts = ['train', 'validation', 'test', 'all'] as const
export type PicturePart = (typeof pictureParts)[number]

/** Which of a run's checkpoints: the newest, or the best so far by its scores (the newest where none is known). */
export const checkpointChoices = ['best', 'latest'] as const
export type CheckpointChoice = (typeof checkpointChoices)[number]

/** One that lies on disk. */
export interface KeptCheckpoint {
  readonly imagesSeen: number
  readonly best: boolean
  readonly latest: boolean
  /** An encoder that was trained for it after the run. */
  readonly laterEncoder: boolean
}

/** Two sets of pictures compared by features of a network that only judges. */
export interface Comparison {
  /** Kernel distance × 10³; 0 for equals, and possibly slightly below. Lower is closer. */
  readonly kid: number
  readonly kidStd: number
  /** Fréchet distance of the same features; depends on the counts. Null where it was left out. */
  readonly fid: number | null
  readonly precision: number
  readonly recall: number
  readonly density: number
  /** Share of the real pictures' variety that is there. */
  readonly coverage: number
  readonly realCount: number
  readonly fakeCount: number
}
export interface ClassScore {
  readonly className: string
  readonly kid: number
  readonly kidStd: number
  readonly realCount: number
  readonly fakeCount: number
}

export interface Score extends Comparison {
  /** Images the generator had seen. */
  readonly imagesSeen: number
  readonly elapsedMs: number
  /** `quick`: fewer pictures, while training; `full`: at the end or when asked for. */
  readonly scope: 'quick' | 'full'
  /** Network and layer; numbers of different judges are not comparable. */
  readonly judge: string
  readonly part: PicturePart
  /** One half of the real pictures against the other: what the measure says of equals. */
  readonly calibration: Comparison
  /** Classes with enough pictures; empty in a quick score and without classes. */
  readonly perClass: readonly ClassScore[]
  /** A classifier trained on the real pictures: how often it names the class that was asked for, and how often it is right on real ones it never saw. */
  readonly classifier: { readonly accuracy: number; readonly testAccuracy: number } | null
  /** Distance to the nearest training picture ÷ that between training pictures, median; well below 1 means copying. */
  readonly memorisation: number | null
  /** (D on training pictures − D on held-out ones) ÷ (D on training pictures − D on generated ones); near 1 means learned by heart. */
  readonly overfit: number | null
  /** Of an enlarger alone. */
  readonly enlargement?: Enlargement
  /** Of a translator alone, whose comparison is the mean of each class with its own. */
  readonly translation?: Translation
  readonly createdAt: number
}

/** How near enlarged pictures come to their originals, on luminance, beside bicubic enlargement of the same small pictures. */
export interface Enlargement {
  readonly factor: number
  /** Of which part the enlarged pictures are; none of them is among those that the distance compares with. */
  readonly part: PicturePart
  readonly count: number
  /** In dB. */
  readonly psnr: number
  readonly ssim: number
  /** Distances: null in a quick score. */
  readonly bicubic: { readonly psnr: number; readonly ssim: number; readonly kid: number | null; readonly kidStd: number | null }
}

/** Real pictures made into other classes, and what they would score as they are. */
export interface Translation {
  /** Of which part those are; none of them is among those that the distance compares with, where there are others. */
  readonly part: PicturePart
  readonly count: number
  /** How far a picture is from itself after being made into another class and back: mean over colours and pixels, of 255. */
  readonly cycle: number
  /** How far it is after the way there alone. */
  readonly change: number
  /** The distance of the same pictures, not translated, from the classes that they were to become. */
  readonly untranslated: { readonly kid: number; readonly kidStd: number }
}

/** `overfit` from here on: the discriminator learns its pictures by heart. */
export const overfitFrom = 0.5

/** The kept checkpoint with the lowest distance so far, or one as low within noise that came later. */
export interface BestCheckpoint {
  readonly imagesSeen: number
  readonly kid: number
  readonly kidStd: number
}

// ---------------------------------------------------------------- single pictures

/** Real pictures that D's answers were given their meaning with. */
export interface InspectionCalibration {
  /** `train` where too few are held out: D may know those by heart. */
  readonly part: PicturePart
  readonly count: number
  /** How often it tells real from generated among them; about one half: it cannot. */
  readonly accuracy: number
}
export interface InspectedPicture {
  /** File name, or the picture's or sample's id. */
  readonly name: string
  /** Of being real, in [0,1]. */
  readonly probability: number
  readonly logit: number
  /** The class it was asked about, or fits best; null without classes. */
  readonly className: string | null
}
export interface Inspection {
  readonly imagesSeen: number
  readonly pictures: readonly InspectedPicture[]
  readonly calibration: InspectionCalibration
}

/** A class that the discriminator, or its nearest neighbours, give a picture without one, for a person to decide on. */
export interface ProposedLabel {
  readonly pictureId: string
  /** Where it came from. */
  readonly name: string
  readonly classId: string
  readonly className: string
  readonly probability: number
  /** What it would be else; null where there is no other class. */
  readonly second: { readonly className: string; readonly probability: number } | null
}
export interface LabelProposal {
  /** Whose discriminator was asked; null: the nearest labelled pictures were. */
  readonly runId: string | null
  readonly datasetId: string
  readonly imagesSeen: number | null
  /** The most doubtful first. */
  readonly labels: readonly ProposedLabel[]
  /** Pictures without a class that were not looked at: too many at once. */
  readonly left: number
  /** `accuracy`: share of these labelled pictures that get their own class. */
  readonly calibration: InspectionCalibration
}

/** A generated picture and the training picture it is most like. */
export interface NearestPair {
  readonly sampleId: string
  readonly pictureId: string
  /** The training picture is most like the mirrored one. */
  readonly mirrored: boolean
  /** Distance ÷ the median distance between training pictures and their nearest others; well below 1: a copy. */
  readonly ratio: number
}

// ---------------------------------------------------------------- advice

/** `level`: no gain now, but its learning rate has yet to fall; `rested`: it has fallen to the end, and no gain is left in it. */
export const adviceKinds = ['few-pictures', 'unbalanced', 'overfitting', 'collapsing', 'plateau', 'level', 'rested', 'worse', 'improving', 'done', 'early'] as const
export type AdviceKind = (typeof adviceKinds)[number]

/** One sentence for a person, what it rests on, and the one change that would help. */
export interface Advice {
  readonly kind: AdviceKind
  readonly tone: 'good' | 'note' | 'warning'
  readonly said: Message
  readonly evidence: readonly Message[]
  readonly action: AdviceAction | null
}
/** Applied with one click: each is an argument of a method of the contract. */
export type AdviceAction = { readonly label: Message } & (
  | { readonly kind: 'stop'; readonly runId: string; readonly save: true }
  /** Without a budget: with what is left of its own. */
  | { readonly kind: 'resume'; readonly runId: string; readonly budget?: TimeBudget }
  /** `stops`: a run that trains and has to be stopped and saved first. */
  | { readonly kind: 'start'; readonly stops: string | null; readonly request: RunRequest }
  | { readonly kind: 'score'; readonly runId: string }
  /** Opens the data set for more pictures. */
  | { readonly kind: 'add-pictures'; readonly datasetId: string }
)
