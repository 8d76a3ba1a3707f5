/** Proposals for real datasets and engines: gathers what the pure proposal needs. */
import { totalmem } from 'node:os'
import { StudioError } from '../base/errors.ts'
import type { Dataset, Proposal, RunRequest, TransferMatch } from '../contract/data.ts'
import type { NetworkDescription } from '../contract/networks.ts'
import { parseOptions, type TrainingOptions } from '../contract/options.ts'
import { describeNetworks } from '../engine/describe.ts'
import { matchTransfer } from '../training/transfer.ts'
import { requiredCheckpoint } from './checkpoints.ts'
import { runFolder } from './folders.ts'
import { propose, transferOf } from './proposal.ts'
import type { RunsOptions } from './runs-service.ts'

export class Proposals {
  readonly #options: Pick<RunsOptions, 'store' | 'engines' | 'pictures' | 'dataFolder'>

  constructor(options: Pick<RunsOptions, 'store' | 'engines' | 'pictures' | 'dataFolder'>) {
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
    const { engines, pictures } = this.#options
    const request = given.set === undefined ? given : { ...given, set: parseOptions(given.set) }
    const dataset = this.dataset(request.datasetId)
    await engines.ensureMeasured(request.engine)
    const engine = request.engine ?? engines.order()[0] ?? 'cpu'
    const channels = pictures.channels({ datasetId: dataset.id, classIds: request.classIds, revision: dataset.revision })
    const proposal = propose({ dataset, request, channels, engine, referenceSpeed: engines.speed(engine), memoryBytes: totalmem() })
    const transfer = request.from === undefined ? null : await this.#transfer(request.from, proposal.options, proposal.classNames, channels)
    return { ...proposal, transfer }
  }

  /** Needs no engine: what is proposed about networks does not depend on speed. */
  describe(given: RunRequest): NetworkDescription {
    const request = given.set === undefined ? given : { ...given, set: parseOptions(given.set) }
    const dataset = this.dataset(request.datasetId)
    const channels = this.#options.pictures.channels({ datasetId: dataset.id, classIds: request.classIds, revision: dataset.revision })
    const { options, classNames } = propose({ dataset, request, channels, engine: 'cpu', referenceSpeed: null, memoryBytes: totalmem() })
    return describeNetworks(options, classNames.length, channels)
  }

  async #transfer(runId: string, options: TrainingOptions, classNames: readonly string[], channels: 1 | 3 | 4): Promise<TransferMatch> {
    const run = this.#options.store.runs.get(runId)
    if (run === null) throw new StudioError('not-found', `There is no run ${runId} to start from; it may have been deleted.`)
    const { file } = await requiredCheckpoint(runFolder(this.#options.dataFolder, run.id), run, 'start from')
    return transferOf(runId, await matchTransfer(file, options, classNames, channels))
  }
}
