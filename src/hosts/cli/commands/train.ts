import { StudioError } from '../../../base/errors.ts'
import type { Studio } from '../../../contract/api.ts'
import { engineIds, fromFile, pictureSize, sidesText, sizeText } from '../../../contract/data.ts'
import type { Dataset, EngineId, Proposal, Run, RunRequest, TimeBudget, TransferMatch } from '../../../contract/data.ts'
import { counted } from '../../../contract/filled.ts'
import { phrase } from '../../../contract/messages.ts'
import { parseOption } from '../../../contract/options.ts'
import type { TrainingOptions } from '../../../contract/options.ts'
import type { ProposedOutput } from '../../../contract/previews.ts'
import type { Watch } from '../activity.ts'
import type { CheckpointChoice } from '../../../contract/judgement.ts'
import { findClass, findDataset, findRun } from '../find.ts'
import { findStart } from './models.ts'
import { byteSize, duration, table, thousands } from '../output.ts'
import { followRun } from '../follow-run.ts'

export interface BudgetOptions {
  /** False: no full score at the end. */
  readonly score?: boolean
  readonly minutes?: number
  readonly images?: number
  readonly untilStopped?: boolean
}
export interface TrainOptions extends BudgetOptions {
  readonly name?: string
  readonly classes?: string
  readonly resolution?: string
  readonly aspect?: string
  readonly from?: string
  readonly fromCheckpoint?: CheckpointChoice | number
  /** Afterwards the same from nothing. */
  readonly compare?: boolean
  readonly engine?: string
  readonly set?: readonly string[]
  readonly seed?: string
  readonly dryRun?: boolean
}

/** What the options of the command line ask of the studio. */
export async function requestOf(studio: Watch['studio'], datasetName: string, options: TrainOptions): Promise<{ readonly dataset: Dataset; readonly request: RunRequest }> {
  const dataset = await findDataset(studio, datasetName)
  const request: RunRequest = {
    datasetId: dataset.id,
    budget: budgetOf(options) ?? (await studio.call('settings.get')).budget,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.classes === undefined ? {} : { classIds: classIdsOf(dataset, options.classes) }),
    ...(options.from === undefined ? {} : { from: await findStart(studio, options.from) }),
    ...(options.fromCheckpoint === undefined ? {} : { fromCheckpoint: options.fromCheckpoint }),
    ...(options.compare === true ? { compare: true } : {}),
    ...(options.engine === undefined ? {} : { engine: engineOf(options.engine) }),
    set: optionsOf(options),
  }
  return { dataset, request }
}

export async function train(watch: Watch, datasetName: string, options: TrainOptions): Promise<void> {
  const { studio, output } = watch
  const { dataset, request } = await requestOf(studio, datasetName, options)
  const proposal = await studio.call('runs.propose', request)
  for (const warning of proposal.warnings) output.note(phrase(warning, 'en'))
  if (options.dryRun === true) {
    output.result({ id: null, proposal }, describeProposal(proposal))
    return
  }
  output.note(sentence(dataset, proposal))
  const run = await studio.call('runs.start', request)
  await followRun(watch, run, { score: options.score !== false })
  const twin = (await studio.call('runs.list')).find(({ follows, state }) => follows === run.id && state !== 'waiting')
  if (twin === undefined) return
  output.note(`The same from nothing, as long: ${twin.name}.`)
  await followRun(watch, twin, { score: options.score !== false })
}

export interface ResumeOptions extends BudgetOptions {
  readonly batch?: number
}

export async function resume(watch: Watch, runName: string, { batch, ...options }: ResumeOptions): Promise<void> {
  const run = await findRun(watch.studio, runName)
  const budget = budgetOf(options)
  const change = { ...(budget === null ? {} : { budget }), ...(batch === undefined ? {} : { batchSize: batch }) }
  await followRun(watch, await watch.studio.call('runs.resume', { id: run.id, ...change }), { score: options.score !== false })
}

export function budgetOf(options: BudgetOptions): TimeBudget | null {
  const given = [options.minutes !== undefined, options.images !== undefined, options.untilStopped === true].filter(Boolean)
  if (given.length > 1) throw new StudioError('bad-input', 'Expected one of --minutes, --images and --until-stopped, found several.')
  if (options.minutes !== undefined) return { kind: 'minutes', minutes: options.minutes }
  if (options.images !== undefined) return { kind: 'images', images: options.images }
  return options.untilStopped === true ? { kind: 'open' } : null
}

/** `a,b` by name or id; a class whose name has a comma can be given by id. */
const classIdsOf = (dataset: Dataset, list: string): readonly string[] =>
  list.split(',').map((part) => part.trim()).filter((part) => part !== '').map((wanted) => findClass(dataset, wanted).id)

function engineOf(text: string): EngineId {
  const found = engineIds.find((id) => id === text)
  if (found === undefined) throw new StudioError('bad-input', `--engine: expected one of ${engineIds.join(', ')}, found "${text}".`)
  return found
}

function optionsOf(options: TrainOptions): Partial<TrainingOptions> {
  const pairs = (options.set ?? []).map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new StudioError('bad-input', `--set: expected option=value, found "${pair}".`)
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  if (options.resolution !== undefined) pairs.push(['resolution', options.resolution])
  if (options.aspect !== undefined) pairs.push(['aspect', options.aspect])
  if (options.seed !== undefined) pairs.push(['seed', options.seed])
  return Object.fromEntries(pairs.map(([key, value]) => [key, parseOption(key, value)]))
}

function sentence(dataset: Dataset, proposal: Proposal): string {
  const classes = proposal.classNames.length === 0 ? 'without classes' : counted(proposal.classNames.length, 'class', 'classes')
  const speed = proposal.expectedImagesPerSecond === null ? '' : `, about ${thousands(proposal.expectedImagesPerSecond)} images/s`
  const time = proposal.expectedMs === null ? '' : `, ${duration(proposal.expectedMs)}`
  const { kind, palette } = proposal.output
  const colours = kind === 'continuous' ? '' : kind === 'binary' ? ', black and white' : `, ${palette.length} colours`
  return `Training on ${dataset.name}: ${counted(proposal.pictureCount, 'picture')}, ${classes}${colours}, ${sizeText(pictureSize(proposal.options))}, engine ${proposal.engine}${speed}${time}. Ctrl-C stops and saves.`
}

function describeProposal(proposal: Proposal): string {
  const rows = Object.entries(proposal.options).map(([key, value]) => {
    const reason = proposal.reasons[key]
    return [key, String(value), reason === undefined ? '' : phrase(reason, 'en')]
  })
  return [
    table(['Option', 'Value', 'Why'], rows),
    coloursLine(proposal.output),
    `Engine ${proposal.engine}, memory about ${byteSize(proposal.expectedMemoryBytes)}`,
    ...(proposal.transfer === null ? [] : [transferTable(proposal.transfer)]),
  ].join('\n')
}

function transferTable({ name, imagesSeen, blocks, matchedParameters, totalParameters, hasDiscriminator }: TransferMatch): string {
  const copied = ({ copied: count, parameters, whole }: TransferMatch['blocks'][number]): string => (whole ? 'all' : count === 0 ? 'new' : `${((100 * count) / parameters).toFixed(0)} %`)
  return [
    `${thousands(matchedParameters)} of ${thousands(totalParameters)} parameters come from ${name} at ${thousands(imagesSeen)} images seen${hasDiscriminator ? '' : ', which holds a generator alone'}`,
    table(['Block', 'Parameters', 'Copied'], blocks.map((block) => [block.block, block.parameters, copied(block)])),
  ].join('\n')
}

const hex = (colour: readonly number[]): string => {
  const [first = 0] = colour
  const channels = colour.length === 1 ? [first, first, first] : colour
  return `#${channels.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function coloursLine({ kind, palette, looked }: ProposedOutput): string {
  if (kind === 'continuous') return 'Colours: any'
  const from = looked === 0 ? '' : `, from ${counted(looked, 'picture')}`
  return `Colours: ${kind === 'binary' ? 'black and white' : `a palette of ${palette.length}${from}: ${palette.map(hex).join(' ')}`}`
}

/** What a run is called in a list and in `runs show`. */
export const runRow = (run: Run): readonly (string | number)[] => [
  run.id, run.name, fromFile(run) ? 'from a file' : run.datasetName, run.state, sidesText(pictureSize(run.options)), run.imagesSeen, duration(run.elapsedMs), run.engine,
]
export const runHead = ['Id', 'Name', 'Data set', 'State', 'Pixels', 'Images seen', 'Time', 'Engine'] as const

export async function showRun(studio: Studio, name: string): Promise<{ readonly run: Run; readonly text: string }> {
  const run = await findRun(studio, name)
  const lines: readonly (readonly [string, string])[] = [
    ['Name', run.name], ['Id', run.id], ['Data set', fromFile(run) ? 'none: opened from a file' : `${run.datasetName} (${run.datasetId})${run.datasetRevision === null ? '' : `, revision ${run.datasetRevision}`}`],
    ['Classes', run.classNames.length === 0 ? 'none' : run.classNames.join(', ')],
    ['State', run.error === null ? run.state : `${run.state}: ${run.error.message}`],
    ['Engine', run.engine], ['Created', new Date(run.createdAt).toLocaleString('sv')],
    ['Images seen', run.totalImages === null ? thousands(run.imagesSeen) : `${thousands(run.imagesSeen)} of ${thousands(run.totalImages)}`],
    ['Training time', duration(run.elapsedMs)],
    ['Checkpoint', run.checkpointAt === null ? 'none yet' : `at ${thousands(run.checkpointAt)} images`],
    ...(run.initialisedFrom === null ? [] : [['Started from', run.initialisedAt === undefined ? run.initialisedFrom : `${run.initialisedFrom} at ${thousands(run.initialisedAt)} images seen`] as const]),
    ...Object.entries(run.options).map(([key, value]) => [`  ${key}`, String(value)] as const),
  ]
  return { run, text: table(['', ''], lines).trim() }
}
