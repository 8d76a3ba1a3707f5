/** What the studio tells this page, kept up to date by its events. */
import { StudioError } from '../../src/base/errors.ts'
import type { MethodName, Result, StudioApi } from '../../src/contract/api.ts'
import { defaultSettings, type Activity, type Dataset, type EngineReport, type ImportReport, type ModelFile, type Run, type Settings, type StudioInfo } from '../../src/contract/data.ts'
import { failureOf, type Failure } from '../../src/contract/failure.ts'
import { taskOf } from '../../src/contract/tasks.ts'
import { desktop, download, studio, ticketForChoice } from '../client.ts'
import { explain, pictures, t, underWay } from '../words.svelte.ts'
import { lostText } from './lost-text.ts'
import { placesTold } from './places-told.ts'
import { at } from './place.svelte.ts'

/** Words that follow the language. */
export type Say = () => string
export interface ToastAction {
  readonly label: Say
  readonly run: () => void
  /** Ctrl/Cmd-Z does it, too. */
  readonly undoes: boolean
}
export interface Toast {
  readonly id: number
  readonly text: Say
  /** More, folded away; null: nothing. */
  readonly detail: () => string | null
  /** `lasting`: until the person closes it. */
  readonly kind: 'plain' | 'lasting' | 'error'
  readonly action: ToastAction | null
}
/** A page that keeps a history of its own: the keys for undo and redo are its own while it is open. */
export interface Undoer {
  /** False where there is nothing to take back. */
  undo(): boolean
  redo(): void
}
const toastMs = 10_000
/** Screen readers hear of long work at each quarter. */
const announcedShare = 0.25

class StudioState {
  connection = $state<'connecting' | 'connected' | 'closed'>('connecting')
  /** The first answers have come; before, empty lists mean nothing. */
  loaded = $state(false)
  info = $state<StudioInfo | null>(null)
  settings = $state<Settings>(defaultSettings)
  datasets = $state.raw<readonly Dataset[]>([])
  /** Data sets whose import failed or was cancelled: why is told once, and what had been asked about them is not. */
  readonly #cameToNothing = new Set<string>()
  runs = $state.raw<readonly Run[]>([])
  engines = $state.raw<readonly EngineReport[]>([])
  /** Model files and starter models that runs can start from. */
  models = $state.raw<readonly ModelFile[]>([])
  activities = $state.raw<readonly Activity[]>([])
  toasts = $state.raw<readonly Toast[]>([])
  /** Said by screen readers, politely. */
  announcement = $state.raw<Say>(() => '')
  /** Rises with every change of the gallery. */
  galleryRevision = $state(0)
  undoer: Undoer | null = null
  #toastId = 0
  /** Activities begun by this page: it tells how they ended. */
  readonly #mine = new Set<string>()
  /** Quarter last announced, by run or activity. */
  readonly #announced = new Map<string, number>()

  readonly running = $derived(this.activities.filter(({ state }) => state === 'running'))
  /** Runs that pictures can be generated with. */
  readonly generators = $derived(this.runs.filter(({ checkpointAt, options }) => checkpointAt !== null && taskOf(options) === 'generate'))
  readonly liveRun = $derived(this.runs.find(({ state }) => state === 'preparing' || state === 'training' || state === 'stopping') ?? null)

  constructor() {
    studio.onState((state) => {
      this.connection = state
      if (state === 'connected') void this.#load()
    })
    studio.on('settings.changed', (settings) => (this.settings = settings))
    studio.on('engines.changed', (engines) => (this.engines = engines))
    studio.on('dataset.changed', (dataset) => (this.datasets = put(this.datasets, dataset)))
    studio.on('dataset.removed', ({ id }) => {
      if (this.datasets.find((one) => one.id === id)?.state === 'importing') this.#cameToNothing.add(id)
      this.datasets = this.datasets.filter((one) => one.id !== id)
    })
    studio.on('run.changed', (run) => this.#runChanged(run))
    studio.on('run.removed', ({ id }) => (this.runs = this.runs.filter((one) => one.id !== id)))
    studio.on('gallery.changed', () => (this.galleryRevision += 1))
    studio.on('activity.changed', (activity) => this.#activityChanged(activity))
  }

  /** Null where it failed; the person has been told. */
  async ask<M extends MethodName>(method: M, ...arg: Parameters<StudioApi[M]>): Promise<Result<M> | null> {
    try {
      return await studio.call(method, ...arg)
    } catch (error) {
      this.fail(error)
      return null
    }
  }

  /** Begins long work whose end this page tells. */
  async begin(work: () => Promise<{ readonly activityId: string }>): Promise<void> {
    try {
      const { activityId } = await work()
      this.#mine.add(activityId)
      const ended = this.activities.find(({ id, state }) => id === activityId && state !== 'running')
      if (ended !== undefined) this.#tellEnd(ended)
    } catch (error) {
      this.fail(error)
    }
  }

  fail(error: unknown): void {
    if (error instanceof StudioError && (error.code === 'cancelled' || (error.code === 'not-found' && [...this.#cameToNothing].some((id) => error.message.includes(id))))) return
    this.#failed(failureOf(error))
  }

  /** Whether it was a data set whose import failed or was cancelled, which may be before its page is shown. */
  cameToNothing(id: string): boolean {
    return this.#cameToNothing.has(id)
  }

  /** Of what lies behind a ticket. */
  async addModel(ticket: string): Promise<ModelFile> {
    const model = await studio.call('models.add', { ticket })
    this.models = [...this.models.filter(({ id }) => id !== model.id), model]
    return model
  }

  /** Lets the person choose a model file, which becomes a run; null where none was chosen, or it cannot be. */
  async openModel(): Promise<Run | null> {
    try {
      const ticket = await ticketForChoice('model', () => {})
      return ticket === null ? null : await studio.call('runs.adopt', { modelId: (await this.addModel(ticket)).id })
    } catch (error) {
      this.fail(error)
      return null
    }
  }

  toast(text: Say, action: ToastAction | null = null): number {
    return this.#show({ text, detail: () => null, kind: 'plain', action })
  }
  /** Tells of something done that can be taken back. */
  undoable(text: Say, undo: () => void): number {
    return this.toast(text, { label: () => t('undo'), run: undo, undoes: true })
  }
  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
  }
  /** Takes back the newest thing that can be. */
  undoLatest(): void {
    if (this.undoer?.undo() === true) return
    const toast = this.toasts.findLast(({ action }) => action?.undoes === true)
    if (toast === undefined) return
    toast.action?.run()
    this.dismiss(toast.id)
  }

  #failed(error: Failure): void {
    this.#show({ text: () => explain(error).text, detail: () => explain(error).detail, kind: 'error', action: null })
  }
  #show(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#toastId
    this.toasts = [...this.toasts.slice(-3), { id, ...toast }]
    if (toast.kind !== 'lasting') setTimeout(() => this.dismiss(id), toastMs)
    return id
  }

  async #load(): Promise<void> {
    try {
      const [info, settings, datasets, runs, engines, activities, models] = await Promise.all([
        studio.call('studio.info'), studio.call('settings.get'), studio.call('datasets.list'), studio.call('runs.list'), studio.call('engines.list'), studio.call('activities.list'), studio.call('models.list'),
      ])
      // The studio that moved the data has ended, and the end of its work may not have come through.
      if (this.info !== null && this.info.dataFolder !== info.dataFolder) this.toast(() => t('moved', info.dataFolder))
      Object.assign(this, { info, settings, datasets, runs, engines, activities, models })
      this.loaded = true
      this.galleryRevision += 1
    } catch (error) {
      this.fail(error)
    }
  }

  #runChanged(run: Run): void {
    const before = this.runs.find(({ id }) => id === run.id)
    this.runs = put(this.runs, run)
    desktop?.setProgress(this.runShare)
    if (before === undefined || before.state === run.state) return this.#announceShare(run.id, () => run.name, this.runShare)
    this.announcement = () => `${run.name}: ${t(run.state)}`
    if (run.state !== 'finished' && run.state !== 'failed') return
    desktop?.notify(run.name, t(run.state))
    const elsewhere = at.place !== 'train'
    if (run.state === 'failed') this.toast(() => t('runFailed', run.name), { label: () => t('look'), run: () => at.go('train', run.id), undoes: false })
    else if (elsewhere) this.toast(() => t('runEnded', run.name), { label: () => t('look'), run: () => at.go('train', run.id), undoes: false })
  }

  #activityChanged(activity: Activity): void {
    this.activities = put(this.activities, activity)
    if (activity.state === 'running' && activity.total !== null && activity.total > 0) this.#announceShare(activity.id, () => underWay(activity.kind), activity.done / activity.total)
    if (activity.state !== 'running' && this.#mine.has(activity.id)) this.#tellEnd(activity)
  }

  #tellEnd({ id, kind, error, result }: Activity): void {
    this.#mine.delete(id)
    if (error !== null) this.#failed(error)
    if (result?.kind === 'import') this.#imported(result.report)
    if (result?.kind === 'whereabouts') this.toast(() => placesTold(kind, result))
    if (result?.kind === 'generate') this.toast(() => t('generated', pictures(result.sampleIds.length)))
    if (result?.kind === 'export') {
      if (result.download !== null) download(result.download)
      const { lost } = result
      if (lost !== undefined) this.#show({ text: () => t('exportedWithout', result.files[0] ?? '', pictures(lost.count)), detail: () => lostText(lost), kind: 'lasting', action: null })
      else this.toast(() => (result.files.length === 1 ? t('exported', result.files[0] ?? '') : t('exportedMany', result.files.length)))
    }
  }

  #imported({ datasetId, taken }: ImportReport): void {
    const name = this.datasets.find((one) => one.id === datasetId)?.name ?? ''
    const elsewhere = at.place !== 'data' || at.subject !== datasetId
    if (elsewhere) this.toast(() => t('importedElsewhere', pictures(taken), name), { label: () => t('look'), run: () => at.go('data', datasetId), undoes: false })
    else this.toast(() => t('imported', pictures(taken)))
  }

  #announceShare(id: string, name: Say, share: number | null): void {
    const quarter = Math.floor((share ?? 0) / announcedShare)
    if (quarter <= (this.#announced.get(id) ?? 0)) return
    this.#announced.set(id, quarter)
    this.announcement = () => t('activityDone', name(), Math.round(quarter * announcedShare * 100))
  }

  /** Of what work is done on: a data set or a run; empty where it has no name. */
  nameOf({ subjectId }: Pick<Activity, 'subjectId'>): string {
    return [...this.datasets, ...this.runs].find(({ id }) => id === subjectId)?.name ?? ''
  }

  /** How far the run that trains is; null where there is none, or no end. */
  get runShare(): number | null {
    const run = this.liveRun
    if (run === null || run.remainingMs === null) return null
    return run.elapsedMs / (run.elapsedMs + run.remainingMs)
  }
}

/** In place where it is there, else first: lists are newest first. */
function put<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some(({ id }) => id === item.id) ? list.map((one) => (one.id === item.id ? item : one)) : [item, ...list]
}

export const app = new StudioState()
