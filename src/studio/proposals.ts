/** Proposals for real datasets and engines: gathers what the pure proposal needs. */
import { StudioError } from '../base/errors.ts'
import { pictureSize, type Dataset, type EngineId, type Proposal, type RunRequest, type TransferMatch } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import type { NetworkDescription } from '../contract/networks.ts'
import type { ProposedOutput } from '../contract/previews.ts'
import { channelsOf, colourOptions } from '../contract/colour-modes.ts'
import type { CheckpointChoice } from '../contract/judgement.ts'
import { type Message, message } from '../contract/messages.ts'
import { parseOptions } from '../contract/options.ts'
import { describeNetworks } from '../engine/describe.ts'
import { architectureOf, type Architecture } from '../engine/architecture.ts'
import type { ReferenceSpeed } from '../engine/expected-speed.ts'
import { bfloat16Units } from '../engine/processor.ts'
import { checkBlockRates } from '../training/block-rates.ts'
import { readDonorHead, type DonorHead } from '../training/transfer/donor.ts'
import { countMatches, matchedBlocks } from '../training/transfer/transfer.ts'
import { chosenCheckpoint } from './checkpoints.ts'
import { runFolder } from './folders.ts'
import { memoryHere } from './machine.ts'
import { outputReason, propose } from './proposal.ts'
import type { RunsOptions } from './runs-service.ts'
import { settled } from './tasks.ts'

type ProposalsOptions = Pick<RunsOptions, 'store' | 'engines' | 'pictures' | 'palettes' | 'traits' | 'models' | 'dataFolder'>

interface Found {
  readonly request: RunRequest
  readonly proposal: ReturnType<typeof propose>
  readonly output: ProposedOutput
  readonly channels: 1 | 3 | 4
  /** What it starts from; null: nothing. */
  readonly donor: NamedDonor | null
}
interface NamedDonor {
  readonly id: string
  readonly name: string
  readonly head: DonorHead
}

export class Proposals {
  readonly #options: ProposalsOptions

  constructor(options: ProposalsOptions) {
    this.#options = options
  }

  /** @throws `not-found`; `busy` while its pictures are still coming in */
  dataset(id: string): Dataset {
    const dataset = this.#options.store.datasets.get(id)
    if (dataset === null) throw refusal('not-found', message('refused.setGone', { id }))
    if (dataset.state === 'importing') throw new StudioError('busy', `"${dataset.name}" is ${dataset.unfinished === null ? 'still being imported. Wait until that is done.' : 'not whole: its import was cut short. Go on with it, or keep what has come.'}`)
    return dataset
  }

  /** Measures the engines first where that has not been done: speed decides engine and expectations. */
  async propose(given: RunRequest): Promise<Proposal> {
    const { request, proposal, output, channels, donor } = await this.#found(given)
    const palette = output.palette.length === 0 ? null : output.palette
    const architecture = architectureOf(proposal.options, proposal.classNames.length, channels, { palette })
    checkBlockRates(proposal.options, architecture)
    const transfer = donor === null ? null : transferOf(donor, architecture, proposal.classNames)
    const reasons = request.set?.output === undefined ? { ...proposal.reasons, output: this.#fixesColours(request) ? message('reason.output.dataset') : outputReason(output, proposal.pictureCount) } : proposal.reasons
    return { ...proposal, output, transfer, reasons, warnings: [...this.#elsewhere(request), ...proposal.warnings] }
  }

  /** The networks as training would make them: their width may follow from the engine's speed. */
  async describe(given: RunRequest): Promise<NetworkDescription> {
    const { proposal: { options, classNames }, output, channels } = await this.#found(given)
    return describeNetworks(options, classNames.length, channels, output.palette.length === 0 ? null : output.palette)
  }

  /** As last looked at: training looks again when it begins. */
  #elsewhere({ datasetId }: RunRequest): readonly Message[] {
    const of = this.#options.store.referenced.whereabouts(datasetId)
    const lost = of === null ? 0 : of.gone + of.changed + of.unreadable
    return of === null || lost === 0 ? [] : [message('warning.elsewhere', { lost, pictures: of.pictures })]
  }

  /** The data set itself says which colours come. */
  #fixesColours({ datasetId }: RunRequest): boolean {
    return colourOptions(this.dataset(datasetId)).output !== undefined
  }

  async #found(given: RunRequest): Promise<Found> {
    const { engines, pictures, palettes, traits } = this.#options
    const request = settled(given.set === undefined ? given : { ...given, set: parseOptions(given.set) })
    const dataset = this.dataset(request.datasetId)
    await engines.ensureMeasured(request.engine)
    const engine = request.engine ?? engines.order()[0] ?? 'cpu'
    const wanted = { datasetId: dataset.id, classIds: request.classIds, revision: dataset.revision }
    const channels = channelsOf(request.set?.channels ?? colourOptions(dataset).channels ?? 'auto') ?? pictures.channels(wanted)
    const side = request.set?.resolution ?? dataset.resolution
    const found = await traits.find({ ...wanted, size: { height: side, width: side }, fit: request.set?.fit ?? dataset.fit, channels })
    const donor = request.from === undefined ? null : await this.#donor(request.from, request.fromCheckpoint)
    const proposal = propose({ dataset, request, channels, engine, referenceSpeed: referenceSpeed(engine, engines.speed(engine)), memoryBytes: memoryHere(), traits: found, donor: donor?.head ?? null })
    const { options } = proposal
    const output = await palettes.find({ ...wanted, size: pictureSize(options), fit: options.fit, channels }, options)
    return { request, channels, proposal, output, donor }
  }

  /** The file a run starts from. @throws `not-found`; `bad-input` for a checkpoint of what is no run */
  async donorFile(id: string, checkpoint?: CheckpointChoice | number): Promise<string> {
    const { store, models, dataFolder } = this.#options
    const run = store.runs.get(id)
    if (run !== null) return (await chosenCheckpoint(runFolder(dataFolder, id), run, 'start', checkpoint ?? 'best')).file
    if (checkpoint !== undefined && !id.startsWith('run_')) throw refusal('bad-input', message('refused.modelState', { id }))
    if (id.startsWith('run_')) throw refusal('not-found', message('refused.startGone', { id }))
    return await models.file(id)
  }

  async #donor(id: string, checkpoint: RunRequest['fromCheckpoint']): Promise<NamedDonor> {
    const head = await readDonorHead(await this.donorFile(id, checkpoint))
    return { id, head, name: this.#options.store.runs.get(id)?.name ?? (await this.#options.models.get(id)).name }
  }
}

function transferOf({ id, name, head }: NamedDonor, architecture: Architecture, classNames: readonly string[]): TransferMatch {
  const { tensors, totalTensors, parameters, totalParameters } = countMatches(architecture, classNames, head)
  return {
    from: id, name, imagesSeen: head.imagesSeen, hasDiscriminator: head.networks.includes('D'), blocks: matchedBlocks(architecture, classNames, head),
    matchedTensors: tensors, totalTensors, matchedParameters: parameters, totalParameters,
  }
}

/** @param imagesPerSecond as measured; null where that was not possible */
const referenceSpeed = (engine: EngineId, imagesPerSecond: number | null): ReferenceSpeed | null =>
  imagesPerSecond === null ? null : { imagesPerSecond, bfloat16: engine === 'tensorflow' ? bfloat16Units() ?? 'none' : 'none', graphics: engine === 'webgpu' }
