/** Training runs: what may be asked of them, and those an engine process works on now. */
import { join } from 'node:path'
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Argument } from '../contract/api.ts'
import { pictureSize, pixelsOf, type Proposal, type Run, type RunRequest, type Snapshot, type Tick, type TimeBudget } from '../contract/data.ts'
import type { PackedSet } from '../contract/engine-jobs.ts'
import { refusal } from '../contract/failure.ts'
import type { CheckpointChoice, KeptCheckpoint } from '../contract/judgement.ts'
import { message } from '../contract/messages.ts'
import type { NetworkDescription } from '../contract/networks.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import type { RunRecord } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { withTicks } from '../contract/ticks.ts'
import { channelsOf } from '../contract/colour-modes.ts'
import { chosenCheckpoint, keptCheckpoints, type FoundCheckpoint } from './checkpoints.ts'
import type { TraitsOfPictures } from './picture-traits.ts'
import { ensureSpace } from './disk.ts'
import type { SessionLimits } from './engine-session.ts'
import type { EnginesService } from './engines-service.ts'
import type { StudioEmitter } from './events.ts'
import type { ModelsService } from './models-service.ts'
import type { Palettes } from './palettes.ts'
import { refuseFromFile, wantedBy, type TrainingPictures } from './pictures-wanted.ts'
import { Proposals } from './proposals.ts'
import { activeStates, budgetOnResume, checkBudget, checkName, recordOf, totalImagesOf } from './run-requests.ts'
import { publicRun, RunTracker } from './run-state.ts'
import { Supervisor } from './supervisor.ts'
import { type CheckpointUse, refuseGiven } from './tasks.ts'

export interface RunsOptions {
  readonly store: Store
  readonly emitter: StudioEmitter
  readonly engines: EnginesService
  readonly pictures: TrainingPictures
  readonly palettes: Palettes
  readonly traits: TraitsOfPictures
  readonly models: ModelsService
  readonly spawn: SpawnEngineProcess
  readonly log: Log
  readonly dataFolder: string
  readonly limits?: SessionLimits
  /** Told of each run that has come to its end; not while the studio closes. */
  readonly ended: (run: RunRecord) => void
}

/** Beside the packed pictures: two checkpoints, one being written, and the sheets. */
const spaceForRun = 200_000_000

export class RunsService {
  readonly #options: RunsOptions
  readonly #proposals: Proposals
  readonly #active = new Map<string, Supervisor>()
  /** Set between the request and the supervisor, so that two quick clicks start one run. */
  #starting = false
  #closed = false

  constructor(options: RunsOptions) {
    this.#options = options
    this.#proposals = new Proposals(options)
  }

  list(): readonly Run[] {
    return this.#options.store.runs.list().map(publicRun)
  }
  get(id: string): Run {
    return publicRun(this.record(id))
  }
  /** @throws `not-found` for none and for a deleted one */
  record(id: string): RunRecord {
    const run = this.#options.store.runs.get(id)
    if (run === null) throw refusal('not-found', message('refused.runGone', { id }))
    return run
  }
  folder(run: Pick<RunRecord, 'folder'>): string {
    return join(this.#options.dataFolder, run.folder)
  }
  ticks(id: string, { afterImages, most }: Omit<Argument<'runs.ticks'>, 'id'>): readonly Tick[] {
    const all = this.#options.store.ticks.list(this.record(id).id, afterImages)
    return most === undefined ? all : withTicks([], all, most)
  }
  snapshots(id: string): readonly Snapshot[] {
    return this.#options.store.snapshots.list(this.record(id).id).map(({ file: _file, ...snapshot }) => snapshot)
  }

  /** Whether a run uses the processor now. */
  isTraining(): boolean {
    return this.#starting || this.#busyRun() !== null
  }

  propose(request: RunRequest): Promise<Proposal> {
    return this.#proposals.propose(request)
  }

  describe(request: RunRequest): Promise<NetworkDescription> {
    return this.#proposals.describe(request)
  }

  start(request: RunRequest): Promise<Run> {
    return this.#exclusively(async () => {
      const { store, dataFolder } = this.#options
      await this.#teacherFiles({ teachers: request.teachers ?? [] })
      checkBudget(request.budget)
      if (request.engine !== undefined) this.#options.engines.assertUsable(request.engine)
      // Of this moment, as the proposal: the engines may still have to be measured.
      const dataset = this.#proposals.dataset(request.datasetId)
      const proposal = await this.#proposals.propose(request)
      await ensureSpace(dataFolder, spaceForRun + proposal.pictureCount * pixelsOf(pictureSize(proposal.options)) * 4, 'room.run')
      if (request.compare === true && request.from === undefined) throw new StudioError('bad-input', 'compare: there is nothing to compare with, for this run starts from nothing. Choose what it starts from.')
      const { from, fromCheckpoint, compare, ...alone } = request
      if (fromCheckpoint !== undefined && from === undefined) throw new StudioError('bad-input', 'Checkpoint: this run starts from nothing. Choose the run that it starts from.')
      const record = recordOf(request, { store, dataset, proposal })
      store.runs.insert(record)
      if (compare === true) {
        const name = `${record.name.slice(0, 180)}, from scratch`
        store.runs.insert({ ...recordOf({ ...alone, name }, { store, dataset, proposal: await this.#proposals.propose(alone) }), state: 'waiting', follows: record.id })
      }
      return this.#supervise(record)
    })
  }

  /** Begins the run that has waited longest for one that is over by now, if there is such a run and the engine is free. */
  async goOn(): Promise<void> {
    const { store, log } = this.#options
    const next = store.runs.waiting().find(({ follows }) => isOver(follows === null ? null : store.runs.get(follows)))
    if (next === undefined || this.#closed || this.isTraining()) return
    await this.resume(next.id).catch((error: unknown) => log('warn', 'A run that waited could not begin', { run: next.id, error: String(error) }))
  }

  async pause(id: string): Promise<Run> {
    const run = this.record(id)
    if (run.state === 'paused') return publicRun(run)
    const supervisor = this.#active.get(id)
    if (supervisor === undefined || run.state === 'stopping') throw refusal('bad-input', message('refused.pauseDead', { run: run.name, state: message(`state.${run.state}`) }))
    await supervisor.pause()
    return this.get(id)
  }

  /** @param change more time, beyond what it has trained already, also while it trains; another batch from here on */
  async resume(id: string, { budget: more, batchSize }: { readonly budget?: TimeBudget | undefined; readonly batchSize?: number | undefined } = {}): Promise<Run> {
    const run = this.record(id)
    const supervisor = this.#active.get(id)
    if (supervisor !== undefined && run.state === 'stopping') throw refusal('busy', message('refused.stillSaving', { run: run.name }))
    const asBefore = more === undefined && batchSize === undefined
    if (supervisor !== undefined && run.state !== 'paused' && asBefore) return publicRun(run)
    refuseFromFile(run)
    return this.#exclusively(async () => {
      // Refused before anything is stopped for it.
      budgetOnResume(run, more)
      if (supervisor !== undefined && asBefore) {
        supervisor.resume()
        return this.get(id)
      }
      if (supervisor !== undefined) {
        // Its process has the old budget and batch: it saves and makes room for one with the new.
        await supervisor.stop({ save: true, interrupt: true })
        await supervisor.ended
      }
      // On top of what it has trained by now.
      const budget = budgetOnResume(this.record(id), more)
      const change = { budget, totalImages: totalImagesOf(budget), state: 'preparing', finishedAt: null, error: null, notices: [], ...(batchSize === undefined ? {} : { options: { ...run.options, batchSize } }) } as const
      this.#options.store.runs.update(id, change)
      return this.#supervise(this.record(id))
    }, id)
  }

  async stop(id: string, save: boolean): Promise<Run> {
    const run = this.record(id)
    const supervisor = this.#active.get(id)
    if (supervisor !== undefined) await supervisor.stop({ save, interrupt: false })
    else if (run.state === 'interrupted' || run.state === 'waiting') {
      // Nothing works on it; the person says that it need not go on.
      this.#options.store.runs.update(id, { state: 'stopped', finishedAt: Date.now() })
      this.#announce(id)
    }
    return this.get(id)
  }

  rename(id: string, name: string): Run {
    const { store } = this.#options
    this.record(id)
    const free = store.runs.freeName(checkName(name), id)
    const supervisor = this.#active.get(id)
    if (supervisor === undefined) store.runs.update(id, { name: free })
    else supervisor.rename(free)
    this.#announce(id)
    return this.get(id)
  }

  delete(id: string): void {
    const run = this.record(id)
    if (this.#active.has(id)) throw refusal('busy', message('refused.deleteLive', { run: run.name, state: message(`state.${run.state}`) }))
    this.#options.store.runs.delete(id, Date.now())
    this.#options.emitter.emit('run.removed', { id })
  }

  restore(id: string): Run {
    if (this.#options.store.runs.find(id) === null) throw refusal('not-found', message('refused.runNotKept', { id }))
    this.#options.store.runs.restore(id)
    this.#announce(id)
    return this.get(id)
  }

  /** A checkpoint to make pictures from; `use` completes "there is nothing to … yet". @throws `unsupported` for a run that is given pictures */
  async checkpoint(id: string, use: CheckpointUse, choice: CheckpointChoice = 'best'): Promise<FoundCheckpoint> {
    refuseGiven(this.record(id), use)
    return this.anyCheckpoint(id, use, choice)
  }

  /** The same, also of a run that is given pictures. */
  async anyCheckpoint(id: string, use: CheckpointUse, choice: CheckpointChoice = 'best'): Promise<FoundCheckpoint> {
    const run = this.record(id)
    return chosenCheckpoint(this.folder(run), run, use, choice)
  }

  checkpoints(id: string): Promise<readonly KeptCheckpoint[]> {
    const run = this.record(id)
    return keptCheckpoints(this.folder(run), run)
  }

  /** Of what `pictures` prepares, before any that cannot be read is left out. */
  pictureIds(record: RunRecord): readonly string[] {
    return this.#options.pictures.pictureIds(wantedBy(record))
  }

  /** Of its classes, in the order of `classNames`. */
  classIds(record: RunRecord): readonly string[] {
    return this.#options.pictures.classIds(wantedBy(record))
  }

  /** What it trains on, prepared for its size. */
  pictures(record: RunRecord, signal: AbortSignal): Promise<PackedSet> {
    const { pictures } = this.#options
    const { options } = record
    const wanted = wantedBy(record)
    return pictures.pack({
      ...wanted, signal,
      size: pictureSize(options), fit: options.fit, channels: channelsOf(options.channels) ?? pictures.channels(wanted),
    })
  }

  /** Saves what trains and leaves it to be resumed; then ends what did not obey. */
  async close(waitMs = 20_000): Promise<void> {
    this.#closed = true
    const all = [...this.#active.values()]
    await Promise.all(all.map((supervisor) => supervisor.stop({ save: true, interrupt: true })))
    const timer = setTimeout(() => all.forEach((supervisor) => supervisor.kill()), waitMs)
    await Promise.all(all.map(({ ended }) => ended))
    clearTimeout(timer)
  }

  #supervise(record: RunRecord): Run {
    const { store, emitter, spawn, log, engines, limits } = this.#options
    const tracker = new RunTracker({ store, emitter, record, folder: this.folder(record) })
    const supervisor = new Supervisor({
      tracker, spawn, log,
      engines: engines.order(record.engine),
      prepare: (signal) => this.pictures(record, signal),
      initialiseFrom: record.initialisedFrom === null ? null : () => this.#proposals.donorFile(record.initialisedFrom ?? '', record.initialisedAt),
      teachers: () => this.#teacherFiles(record),
      ...(limits === undefined ? {} : { limits }),
    })
    this.#active.set(record.id, supervisor)
    void supervisor.ended.then(() => {
      this.#active.delete(record.id)
      const run = store.runs.get(record.id)
      if (this.#closed || run === null) return
      this.#options.ended(run)
      void this.goOn()
    })
    this.#announce(record.id)
    return this.get(record.id)
  }

  #teacherFiles({ teachers = [] }: Pick<RunRecord, 'teachers'>): Promise<readonly string[]> {
    return Promise.all(teachers.map(async (id) => (await this.checkpoint(id, 'teach')).file))
  }

  /** @param own a run that may train: the work is about it */
  async #exclusively<T>(work: () => Promise<T>, own: string | null = null): Promise<T> {
    const busy = this.#busyRun()
    if (busy !== null && busy.id !== own) throw refusal('busy', message('refused.otherRun', { run: busy.name, state: message(`state.${busy.state}`) }))
    if (this.#starting || this.#closed) throw refusal('busy', message(this.#closed ? 'refused.closing' : 'refused.aboutToStart'))
    this.#starting = true
    try {
      return await work()
    } finally {
      this.#starting = false
    }
  }

  #busyRun(): RunRecord | null {
    const ids = [...this.#active.keys()]
    return ids.map((id) => this.#options.store.runs.get(id)).find((run) => run !== null && run.state !== 'paused' && activeStates.includes(run.state)) ?? null
  }

  #announce(id: string): void {
    this.#options.emitter.emit('run.changed', this.get(id))
  }
}

/** Nothing more comes of it by itself; null: it was deleted. */
const isOver = (run: RunRecord | null): boolean => run === null || !(activeStates.includes(run.state) || run.state === 'interrupted' || run.state === 'waiting')
