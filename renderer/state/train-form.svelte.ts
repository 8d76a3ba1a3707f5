/** What a person asks for before training, and what the studio proposes for it. */
import type { Dataset, ModelFile, Proposal, RunRequest, TimeBudget } from '../../src/contract/data.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import type { CheckpointChoice, KeptCheckpoint } from '../../src/contract/judgement.ts'
import type { OptionKey, TrainingOptions } from '../../src/contract/options.ts'
import { taskOf, type RunTask } from '../../src/contract/tasks.ts'
import { studio, ticketForChoice } from '../client.ts'
import { t } from '../words.svelte.ts'
import { app } from './studio.svelte.ts'
import { TrainChoicesKeeper, type TrainChoices } from './train-choices.ts'

const settleMs = 150
const keeper = new TrainChoicesKeeper(sessionStorage)
/** Options that make a run learn it. */
const tasks: Readonly<Record<RunTask, (enlarge: TrainingOptions['enlarge']) => Partial<TrainingOptions>>> = { generate: () => ({}), enlarge: (enlarge) => ({ enlarge }), translate: () => ({ translate: true }) }
const fresh = (): TrainChoices => ({ left: [], budget: app.settings.budget, from: '', fromCheckpoint: 'best', compare: false, set: {} })

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
      ...(this.changed === 0 ? {} : { set: this.set }),
    }
  })

  /** The person's own, in all; the time given alone is no reason to offer a reset. */
  readonly choices = $derived<TrainChoices>({ left: this.left, budget: this.budget, from: this.from, fromCheckpoint: this.fromCheckpoint, compare: this.compare, set: this.set })
  readonly chosen = $derived(this.changed > 0 || this.left.length > 0 || this.from !== '')

  /**
   * Begins at a data set, at one to learn enlarging (`enlarge:<id>`) or translating (`translate:<id>`) from, or from the weights of a run
   * (`from:<id>`), with what was chosen there before; null: where the person last was.
   */
  constructor(subject: string | null) {
    const [, intent = 'any', id = keeper.latest] = /^(?:(enlarge|translate|from):)?(.+)$/.exec(subject ?? '') ?? []
    const run = intent === 'from' ? app.runs.find((one) => one.id === id) : undefined
    this.datasetId = intent === 'from' ? (run?.datasetId ?? null) : id
    this.#takeUp(this.dataset === undefined ? fresh() : keeper.of(this.dataset.id) ?? fresh())
    if (intent === 'from' && id !== null && this.from !== id) this.startFrom(id)
    const { enlarge = 1, translate: _, ...others } = this.set
    if (run !== undefined) this.set = { ...others, ...tasks[taskOf(run.options)](run.options.enlarge) }
    else if (intent === 'enlarge' || intent === 'translate') this.set = { ...others, ...tasks[intent](enlarge === 1 ? 4 : enlarge) }
  }

  /** Classes, starting point and options as they are proposed. @returns the toast that takes it back */
  reset(): number {
    const { choices } = this
    this.#takeUp({ ...fresh(), budget: this.budget })
    return app.undoable(() => t('choicesReset'), () => this.#takeUp(choices))
  }
  /** So that the person finds them again; until the run begins. */
  keep(): void {
    if (this.dataset === undefined || this.starting) return
    if (this.chosen || JSON.stringify(this.budget) !== JSON.stringify(app.settings.budget)) keeper.keep(this.dataset.id, this.choices)
    else keeper.forget(this.dataset.id)
  }
  /** Without what is no longer there. */
  #takeUp({ left, from, ...others }: TrainChoices): void {
    const there = from === '' || [...app.runs, ...app.models].some(({ id }) => id === from)
    Object.assign(this, others, { left: left.filter((id) => this.dataset?.classes.some((one) => one.id === id)), from: there ? from : '' })
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

  /** What was chosen for it before; else the rest of the sentence stays. */
  chooseDataset(id: string): void {
    this.datasetId = id
    this.#takeUp(keeper.of(id) ?? { ...this.choices, left: [] })
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
    const { datasetId } = this.request
    this.starting = true
    const run = await app.ask('runs.start', this.request)
    if (run === null) {
      this.starting = false
      return null
    }
    keeper.forget(datasetId)
    void app.ask('settings.set', { budget: this.budget })
    return run.id
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
