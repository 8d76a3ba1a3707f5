/** Proposals for real datasets and engines: gathers what the pure proposal needs. */
import { totalmem } from 'node:os'
import { StudioError } from '../base/errors.ts'
import type { Dataset, Proposal, RunRequest, TransferMatch } from '../contract/data.ts'
import type { NetworkDescription } from '../contract/networks.ts'
import type { ProposedOutput } from '../contract/previews.ts'
import { parseOptions, type TrainingOptions } from '../contract/options.ts'
import { describeNetworks } from '../engine/describe.ts'
import { matchTransfer } from '../training/transfer.ts'
import { requiredCheckpoint } from './checkpoints.ts'
import { runFolder } from './folders.ts'
import { outputReason, propose, transferOf } from './proposal.ts'
import type { RunsOptions } from './runs-service.ts'

type ProposalsOptions = Pick<RunsOptions, 'store' | 'engines' | 'pictures' | 'palettes' | 'dataFolder'>

interface Found {
  readonly request: RunRequest
  readonly proposal: ReturnType<typeof propose>
  readonly output: ProposedOutput
  readonly channels: 1 | 3 | 4
}

export class Proposals {
  readonly #options: ProposalsOptions

  constructor(options: ProposalsOptions) {
    this.#options = options
  }

  /** @throws `not-found`; `busy` while its pictures are still coming in */
  dataset(id: string): Dataset {
    const dataset = this.#options.store.datasets.get(id)
    if (dataset === null) throw new StudioError('not-found', `There is no dataset ${id}; it may have been deleted.`)
    if (dataset.state === 'importing') throw new StudioError('busy', `"${dataset.name}" is still being imported. Wait until that is done.`)
    return dataset
  }

  /** Measures the engines first where that has not been done: speed decides engine and expectations. */
  async propose(given: RunRequest): Promise<Proposal> {
    const { request, proposal, output, channels } = await this.#found(given)
    const transfer = request.from === undefined ? null : await this.#transfer(request.from, proposal.options, proposal.classNames, channels)
    const reasons = request.set?.output === undefined ? { ...proposal.reasons, output: outputReason(output, proposal.pictureCount) } : proposal.reasons
    return { ...proposal, output, transfer, reasons }
  }

  /** The networks as training would make them: their width may follow from the engine's speed. */
  async describe(given: RunRequest): Promise<NetworkDescription> {
    const { proposal: { options, classNames }, output, channels } = await this.#found(given)
    return describeNetworks(options, classNames.length, channels, output.palette.length === 0 ? null : output.palette)
  }

  async #found(given: RunRequest): Promise<Found> {
    const { engines, pictures, palettes } = this.#options
    const request = given.set === undefined ? given : { ...given, set: parseOptions(given.set) }
    const dataset = this.dataset(request.datasetId)
    await engines.ensureMeasured(request.engine)
    const engine = request.engine ?? engines.order()[0] ?? 'cpu'
    const wanted = { datasetId: dataset.id, classIds: request.classIds, revision: dataset.revision }
    const channels = pictures.channels(wanted)
    const proposal = propose({ dataset, request, channels, engine, referenceSpeed: engines.speed(engine), memoryBytes: totalmem() })
    const { options } = proposal
    const output = await palettes.find({ ...wanted, resolution: options.resolution, fit: options.fit, channels }, options)
    return { request, channels, proposal, output }
  }

  async #transfer(runId: string, options: TrainingOptions, classNames: readonly string[], channels: 1 | 3 | 4): Promise<TransferMatch> {
    const run = this.#options.store.runs.get(runId)
    if (run === null) throw new StudioError('not-found', `There is no run ${runId} to start from; it may have been deleted.`)
    const { file } = await requiredCheckpoint(runFolder(this.#options.dataFolder, run.id), run, 'start from')
    return transferOf(runId, await matchTransfer(file, options, classNames, channels))
  }
}
