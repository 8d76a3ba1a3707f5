/** From pictures, engine and budget to a proposal in plain words: pure, and the same each time. */
import { StudioError } from '../base/errors.ts'
import type { Dataset, DatasetClass, Proposal, RunRequest, Split } from '../contract/data.ts'
import type { EngineId } from '../contract/data.ts'
import { colourOptions } from '../contract/colour-modes.ts'
import { refusal } from '../contract/failure.ts'
import { type Message, message } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import type { ProposedOutput } from '../contract/previews.ts'
import { companionsOf, presetOf } from '../contract/options/presets.ts'
import { architectureOf } from '../engine/architecture.ts'
import { expectedSpeed, type ReferenceSpeed } from '../engine/expected-speed.ts'
import { memoryEstimate } from '../engine/memory-estimate.ts'
import { leastHeldOut } from '../training/overfit.ts'
import { proposeOptions, type PictureTraits } from '../training/recipe.ts'
import type { DonorHead } from '../training/transfer/donor.ts'
import { followed, frozenBlocks, type Wanted } from '../training/transfer/follow.ts'

export interface ProposalInput {
  readonly dataset: Dataset
  readonly request: RunRequest
  readonly channels: 1 | 3 | 4
  readonly engine: EngineId
  /** Speed of the reference step on that engine; null where not measured. */
  readonly referenceSpeed: ReferenceSpeed | null
  readonly memoryBytes: number
  /** What the pictures call for; absent: full. */
  readonly traits?: PictureTraits
  /** What it starts from; null: nothing. */
  readonly donor?: DonorHead | null
}

/** Fewer than this, and a person should know before they wait. */
const fewPictures = 200
const fewPerClass = 20
/** Passes over the data below which little can be expected. */
const fewPasses = 3

/** The classes taking part, ordered by name as the dataset has them: there is nothing to learn of an empty one. */
export function chosenClasses(dataset: Dataset, classIds: readonly string[] | undefined): readonly DatasetClass[] {
  const filled = dataset.classes.filter(({ count }) => count > 0)
  if (classIds === undefined) return filled
  const unknown = classIds.filter((id) => !dataset.classes.some((one) => one.id === id))
  if (unknown.length > 0) throw new StudioError('bad-input', `"${dataset.name}" has no class ${unknown.join(', ')}. Its classes are ${firstNames(dataset.classes) || 'none'}${dataset.classes.length > mostNamed ? ', …' : ''}.`)
  if (classIds.length === 0) throw refusal('bad-input', message('refused.noClassChosen'))
  return filled.filter(({ id }) => classIds.includes(id))
}

export function propose(input: ProposalInput): Omit<Proposal, 'transfer' | 'output'> {
  const { dataset, request, channels, engine, referenceSpeed, traits, donor = null } = input
  const classes = chosenClasses(dataset, request.classIds)
  const pictureCount = request.classIds === undefined ? dataset.pictureCount : sum(classes)
  if (pictureCount === 0) throw refusal('bad-input', message(dataset.excludedCount > 0 ? 'refused.allExcluded' : 'refused.noPictures', { name: dataset.name, excluded: dataset.excludedCount }))
  const set = request.set ?? {}
  const recipe = proposeOptions({
    pictureCount, classCounts: classes.map(({ count }) => count), resolution: set.resolution ?? dataset.resolution, channels, ...(traits === undefined ? {} : { traits }),
    imagesPerSecondReference: referenceSpeed?.imagesPerSecond ?? null, graphics: referenceSpeed?.graphics ?? false, budget: request.budget, ...(set.enlarge === undefined ? {} : { enlarge: set.enlarge }), ...(set.translate === undefined ? {} : { translate: set.translate }),
  })
  const preset = set.network === undefined ? {} : presetOf(set.network, set.resolution ?? dataset.resolution)
  const companions = set.loss === undefined ? {} : companionsOf(set.loss, set.resolution ?? dataset.resolution)
  const split = sharesOf(dataset, set)
  const alone: TrainingOptions = { ...recipe.options, aspect: dataset.aspect, fit: dataset.fit, ...colourOptions(dataset), ...preset, ...companions, ...set, ...split }
  const named = alone.conditional && classes.length >= 2 ? classes.map(({ name }) => name) : []
  const following = donor === null ? null : follow(donor, { options: alone, classNames: named, channels }, set, pictureCount)
  const options: TrainingOptions = { ...alone, ...following?.options, ...set, ...split }
  if (options.translate && classes.length < 2)
    throw refusal('bad-input', message('refused.translateClasses', { name: dataset.name, count: classes.length }))
  if (options.conditional && classes.length < 2) {
    if (set.conditional === true)
      throw refusal('bad-input', message('refused.conditionalClasses', { name: dataset.name, count: classes.length }))
  }
  const classNames = named
  const conditional = classNames.length > 0
  const speed = referenceSpeed === null ? null : expectedSpeed(options, classNames.length, channels, referenceSpeed)
  const { images, ms } = expectations(request, speed)
  const memory = Math.round(memoryEstimate(options, classNames.length, channels))
  return {
    options: { ...options, conditional },
    engine,
    classNames,
    pictureCount,
    expectedImages: images,
    expectedImagesPerSecond: speed,
    expectedMs: ms,
    expectedMemoryBytes: memory,
    reasons: Object.fromEntries(Object.entries({ ...recipe.reasons, ...(options.aspect === '1:1' ? {} : { aspect: message('reason.aspect') }), ...following?.reasons, ...(dataset.split === null ? {} : { validationShare: splitReason(dataset.split) }) }).filter(([key]) => !Object.hasOwn(set, key))),
    warnings: warnings({ ...input, classes, pictureCount, options, images, memory }),
  }
}

/** Of the data set's own split, which holds for every run on it; empty where it has none. @throws `bad-input` where the person asks for others */
function sharesOf({ split, name }: Dataset, set: Partial<TrainingOptions>): Partial<Pick<TrainingOptions, 'validationShare' | 'testShare'>> {
  if (split === null) return {}
  for (const [key, share] of [['validationShare', split.validation], ['testShare', split.test]] as const) {
    const asked = set[key]
    if (asked !== undefined && asked !== share)
      throw refusal('bad-input', message('refused.splitOption', { option: key, name, share: share ?? 0, asked: asked ?? 0 }))
  }
  return { validationShare: split.validation, testShare: split.test }
}
const splitReason = ({ validation, test }: Split): Message => message('reason.split', { validation: 100 * validation, test: 100 * test })

interface Following {
  readonly options: Partial<TrainingOptions>
  readonly reasons: Readonly<Record<string, Message>>
}

/** What a run takes over from the model it starts from, unless the person chose other networks. */
function follow(donor: DonorHead, wanted: Wanted, set: Partial<TrainingOptions>, pictureCount: number): Following {
  const taken = set.network === undefined || set.network === donor.options.network ? followed(donor, wanted) : {}
  const options = { ...wanted.options, ...taken, ...set }
  const blockRates = frozenBlocks(architectureOf(options, wanted.classNames.length, wanted.channels), wanted.classNames, donor, pictureCount)
  const changed = Object.entries(taken).filter(([key, value]) => wanted.options[key as keyof TrainingOptions] !== value).map(([key]) => key)
  return {
    options: { ...taken, blockRates },
    reasons: {
      ...Object.fromEntries(changed.map((key) => [key, message('reason.followed')])),
      ...(blockRates === '' ? {} : { blockRates: message('reason.frozen', { pictures: pictureCount }) }),
    },
  }
}

function expectations({ budget }: RunRequest, speed: number | null): { readonly images: number | null; readonly ms: number | null } {
  switch (budget.kind) {
    case 'minutes':
      return { images: speed === null ? null : Math.round(speed * budget.minutes * 60), ms: budget.minutes * 60_000 }
    case 'images':
      return { images: budget.images, ms: speed === null ? null : Math.round((budget.images / speed) * 1000) }
    case 'open':
      return { images: null, ms: null }
  }
}

interface Judged extends ProposalInput {
  readonly classes: readonly DatasetClass[]
  readonly pictureCount: number
  readonly options: TrainingOptions
  readonly images: number | null
  readonly memory: number
}

function warnings({ classes, pictureCount, options, images, memory, memoryBytes, dataset, engine }: Judged): readonly Message[] {
  const found: Message[] = []
  if (pictureCount < options.batchSize) found.push(message('warning.belowBatch', { pictures: pictureCount, batch: options.batchSize }))
  else if (pictureCount < fewPictures) found.push(message('warning.few', { pictures: pictureCount }))
  if (options.conditional && classes.length > 1) {
    const small = classes.filter(({ count }) => count < fewPerClass)
    if (small.length > 0 && small.length < classes.length) found.push(smallClasses(small))
    const largest = Math.max(...classes.map(({ count }) => count))
    const smallest = Math.min(...classes.map(({ count }) => count))
    if (options.balance !== 'off' && largest > 10 * smallest) found.push(message('warning.uneven', { largest, smallest }))
    if (dataset.unlabelledCount > 0) found.push(message('warning.unlabelled', { pictures: dataset.unlabelledCount }))
  }
  if (images !== null && images < fewPasses * pictureCount) found.push(message('warning.fewPasses', { images, passes: fewPasses }))
  const watched = Math.floor(options.validationShare * pictureCount)
  if ((options.strengthen || (options.augmentAdapt && options.augmentRule === 'held-out')) && watched < leastHeldOut) found.push(message('warning.nothingWatched', { pictures: watched, least: leastHeldOut }))
  if (memory > 0.8 * memoryBytes) found.push(message('warning.memory', { needed: gigabytes(memory), present: gigabytes(memoryBytes) }))
  if (engine === 'cpu') found.push(message('warning.slowEngine'))
  return found
}

/** Why the colours are what they are, where they come from the pictures. */
export function outputReason({ kind, palette, looked }: ProposedOutput, pictureCount: number): Message {
  if (kind === 'continuous') return message('reason.output.continuous')
  const values = { colours: palette.length, pictures: looked }
  if (kind === 'binary') return message(looked < pictureCount ? 'reason.output.someBinary' : 'reason.output.binary', values)
  return message(looked < pictureCount ? 'reason.output.somePalette' : 'reason.output.palette', values)
}

const sum = (classes: readonly DatasetClass[]): number => classes.reduce((total, { count }) => total + count, 0)
const mostNamed = 8
const firstNames = (classes: readonly DatasetClass[]): string => classes.slice(0, mostNamed).map(({ name }) => `“${name}”`).join(', ')
function smallClasses(classes: readonly DatasetClass[]): Message {
  const [names, more] = [firstNames(classes), classes.length - mostNamed]
  return more > 0 ? message('warning.manySmallClasses', { least: fewPerClass, names, more }) : message('warning.smallClasses', { least: fewPerClass, names })
}
const gigabytes = (bytes: number): number => Math.round(bytes / 1e8) / 10
