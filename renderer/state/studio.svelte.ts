/** What the studio tells this page, kept up to date by its events. */
import { StudioError } from '../../src/base/errors.ts'
import type { MethodName, Result, StudioApi } from '../../src/contract/api.ts'
import { defaultSettings, type Activity, type Dataset, type EngineReport, type Run, type Settings, type StudioInfo } from '../../src/contract/data.ts'
import { desktop, download, studio } from '../client.ts'
import { number, t } from '../words.svelte.ts'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'plain' | 'error'
  readonly undo: (() => void) | null
}
const toastMs = 10_000

class StudioState {
  connection = $state<'connecting' | 'connected' | 'closed'>('connecting')
  /** The first answers have come; before, empty lists mean nothing. */
  loaded = $state(false)
  info = $state<StudioInfo | null>(null)
  settings = $state<Settings>(defaultSettings)
  datasets = $state.raw<readonly Dataset[]>([])
  runs = $state.raw<readonly Run[]>([])
  engines = $state.raw<readonly EngineReport[]>([])
  activities = $state.raw<readonly Activity[]>([])
  toasts = $state.raw<readonly Toast[]>([])
  /** Rises with every change of the gallery. */
  galleryRevision = $state(0)
  #toastId = 0
  /** Activities begun by this page: it tells how they ended. */
  readonly #mine = new Set<string>()

  readonly running = $derived(this.activities.filter(({ state }) => state === 'running'))
  readonly liveRun = $derived(this.runs.find(({ state }) => state === 'preparing' || state === 'training' || state === 'stopping') ?? null)

  constructor() {
    studio.onState((state) => {
      this.connection = state
      if (state === 'connected') void this.#load()
    })
    studio.on('settings.changed', (settings) => (this.settings = settings))
    studio.on('engines.changed', (engines) => (this.engines = engines))
    studio.on('dataset.changed', (dataset) => (this.datasets = put(this.datasets, dataset)))
    studio.on('dataset.removed', ({ id }) => (this.datasets = this.datasets.filter((one) => one.id !== id)))
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
    if (error instanceof StudioError && error.code === 'cancelled') return
    this.toast(error instanceof Error ? error.message : String(error), 'error')
  }

  toast(text: string, kind: Toast['kind'] = 'plain', undo: Toast['undo'] = null): void {
    const id = ++this.#toastId
    this.toasts = [...this.toasts.slice(-3), { id, text, kind, undo }]
    setTimeout(() => this.dismiss(id), toastMs)
  }
  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id)
  }
  /** Takes back the newest thing that can be. */
  undoLatest(): void {
    const toast = this.toasts.findLast(({ undo }) => undo !== null)
    if (toast === undefined) return
    toast.undo?.()
    this.dismiss(toast.id)
  }

  async #load(): Promise<void> {
    try {
      const [info, settings, datasets, runs, engines, activities] = await Promise.all([
        studio.call('studio.info'), studio.call('settings.get'), studio.call('datasets.list'), studio.call('runs.list'), studio.call('engines.list'), studio.call('activities.list'),
      ])
      Object.assign(this, { info, settings, datasets, runs, engines, activities })
      this.loaded = true
      this.galleryRevision += 1
    } catch (error) {
      this.fail(error)
    }
  }

  #runChanged(run: Run): void {
    const before = this.runs.find(({ id }) => id === run.id)
    this.runs = put(this.runs, run)
    desktop?.setProgress(this.#share())
    if (before !== undefined && before.state !== run.state && (run.state === 'finished' || run.state === 'failed')) {
      desktop?.notify(run.name, t(run.state))
      if (run.error !== null) this.toast(run.error.message, 'error')
    }
  }

  #activityChanged(activity: Activity): void {
    this.activities = put(this.activities, activity)
    if (activity.state !== 'running' && this.#mine.has(activity.id)) this.#tellEnd(activity)
  }

  #tellEnd({ id, error, result }: Activity): void {
    this.#mine.delete(id)
    if (error !== null) this.toast(error.message, 'error')
    if (result?.kind === 'import') this.toast(t('imported', number(result.report.taken)))
    if (result?.kind === 'generate') this.toast(t('generated', number(result.sampleIds.length)))
    if (result?.kind === 'export') {
      if (result.download !== null) download(result.download)
      this.toast(t('exported', result.files.length === 1 ? (result.files[0] ?? '') : number(result.files.length)))
    }
  }

  #share(): number | null {
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
