/** What a person asks for before training, and what the studio proposes for it. */
import type { Dataset, EngineId, ModelFile, Proposal, RunRequest, TimeBudget } from '../../src/contract/data.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import type { CheckpointChoice, KeptCheckpoint } from '../../src/contract/judgement.ts'
import type { OptionKey, TrainingOptions } from '../../src/contract/options.ts'
import { studio, ticketForChoice } from '../client.ts'
import { t } from '../words.svelte.ts'
import { app } from './studio.svelte.ts'

const settleMs = 150

export class TrainForm {
  datasetId = $state<string | null>(null)
  /** Classes that do not take part. */
  left = $state.raw<readonly string[]>([])
  budget = $state.raw<TimeBudget>(app.settings.budget)
  /** Run or model to start from; empty: from nothing. */
  from = $state('')
  /** Of the run it starts from: which checkpoint. */
  fromCheckpoint = $state<CheckpointChoice | number>('best')
  /** That the run keeps; empty of models. */
  checkpoints = $state.raw<readonly KeptCheckpoint[]>([])
  /** Run the same from nothing afterwards. */
  compare = $state(false)
  engine = $state<EngineId | null>(null)
  /** Options the person chose; the rest is proposed. */
  set = $state.raw<Partial<TrainingOptions>>({})
  proposal = $state.raw<Proposal | null>(null)
  /** The same without what the person chose, to compare with. */
  baseline = $state.raw<Proposal | null>(null)
  refused = $state.raw<Failure | null>(null)
  starting = $state(false)

  readonly ready = $derived(app.datasets.filter(({ state }) => state === 'ready'))
  readonly dataset = $derived<Dataset | undefined>(this.ready.find(({ id }) => id === this.datasetId) ?? this.ready[0])
  readonly sources = $derived(app.runs.filter(({ checkpointAt }) => checkpointAt !== null))
  readonly changed = $derived(Object.keys(this.set).length)
  readonly request = $derived.by<RunRequest | null>(() => {
    const { dataset } = this
    if (dataset === undefined) return null
    return {
      datasetId: dataset.id,
      budget: this.budget,
      ...(this.left.length === 0 ? {} : { classIds: dataset.classes.filter(({ id }) => !this.left.includes(id)).map(({ id }) => id) }),
      ...(this.from === '' ? {} : { from: this.from, ...(this.fromCheckpoint === 'best' ? {} : { fromCheckpoint: this.fromCheckpoint }), ...(this.compare ? { compare: true } : {}) }),
      ...(this.engine === null ? {} : { engine: this.engine }),
      ...(this.changed === 0 ? {} : { set: this.set }),
    }
  })

  /** Begins at a data set, at one to learn enlarging (`enlarge:<id>`) or translating (`translate:<id>`) from, or from the weights of a run (`from:<id>`). */
  constructor(subject: string | null) {
    if (subject?.startsWith('enlarge:') === true) this.set = { enlarge: 4 }
    if (subject?.startsWith('translate:') === true) this.set = { translate: true }
    const from = subject?.startsWith('from:') === true ? subject.slice('from:'.length) : null
    if (from !== null) this.from = from
    const run = app.runs.find(({ id }) => id === from)
    if (run?.options.translate === true) this.set = { translate: true }
    else if (run !== undefined && run.options.enlarge > 1) this.set = { enlarge: run.options.enlarge }
    this.datasetId = run?.datasetId ?? subject?.replace(/^(enlarge|translate):/, '') ?? null
  }

  startFrom(id: string): void {
    this.from = id
    this.fromCheckpoint = 'best'
  }
  /** Asks which checkpoints there are to start from. */
  async findCheckpoints(): Promise<void> {
    const { from } = this
    const kept = app.runs.some(({ id }) => id === from) ? await app.ask('runs.checkpoints', { id: from }) : []
    if (this.from === from) this.checkpoints = kept ?? []
  }

  chooseDataset(id: string): void {
    this.datasetId = id
    this.left = []
  }
  toggleClass(id: string): void {
    this.left = this.left.includes(id) ? this.left.filter((one) => one !== id) : [...this.left, id]
  }
  /** Lets the person choose a model file, and starts from it. */
  async addModel(): Promise<void> {
    try {
      const ticket = await ticketForChoice('model', () => {})
      if (ticket === null) return
      this.startFrom((await app.addModel(ticket)).id)
    } catch (error) {
      app.fail(error)
    }
  }
  async removeModel({ id, name }: ModelFile): Promise<void> {
    if ((await app.ask('models.remove', { id })) === null) return
    app.models = app.models.filter((one) => one.id !== id)
    if (this.from === id) this.startFrom('')
    app.undoable(() => t('deleted', name), () => void app.ask('models.restore', { id }).then((model) => { if (model !== null) app.models = [...app.models, model] }))
  }
  /** null: back to what is proposed. */
  change(key: OptionKey, value: TrainingOptions[OptionKey] | null): void {
    const entries = Object.entries(this.set).filter(([one]) => one !== key)
    this.set = Object.fromEntries(value === null ? entries : [...entries, [key, value]])
  }

  /** Asks for a proposal once the person has settled; returns the function that forgets the question. */
  propose(): () => void {
    const { request } = this
    // The data's own size and fitting are part of what is proposed.
    void [this.dataset?.resolution, this.dataset?.aspect, this.dataset?.fit]
    if (request === null) return () => {}
    let stale = false
    const timer = setTimeout(() => void this.#ask(request, () => stale), settleMs)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }

  async start(): Promise<string | null> {
    if (this.request === null) return null
    this.starting = true
    const run = await app.ask('runs.start', this.request)
    this.starting = false
    if (run !== null) void app.ask('settings.set', { budget: this.budget })
    return run?.id ?? null
  }

  async #ask(request: RunRequest, stale: () => boolean): Promise<void> {
    try {
      const { set, ...plain } = request
      const [proposal, baseline] = await Promise.all([
        studio.call('runs.propose', request),
        set === undefined ? null : studio.call('runs.propose', plain),
      ])
      if (!stale()) [this.proposal, this.baseline, this.refused] = [proposal, baseline ?? proposal, null]
    } catch (error) {
      if (!stale()) this.refused = failureOf(error)
    }
  }
}
