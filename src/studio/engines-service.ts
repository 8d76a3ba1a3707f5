/** The engines of this machine: which work, how fast each is, which one is taken. */
import { existsSync } from 'node:fs'
import { StudioError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { engineIds, type Activity, type EngineId, type EngineReport, type Settings } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { tensorflowFolder } from '../engine/engine-folder.ts'
import { ownKernelsName } from '../engine/own-kernels.ts'
import { tensorflowRelease } from '../engine/tensorflow-release.ts'
import type { EngineMeasurement } from '../store/engine-measurements.ts'
import type { Store } from '../store/store.ts'
import type { Activities, ActivityProgress } from './activities.ts'
import { EngineSession } from './engine-session.ts'
import { machineKey } from './machine.ts'

export interface EnginesOptions {
  readonly store: Store
  readonly activities: Activities
  readonly spawn: SpawnEngineProcess
  readonly log: Log
  readonly cacheFolder: string
  readonly assetsFolder: string
  readonly version: string
  readonly settings: () => Settings
  /** Training shares the processor: speeds measured beside it would be wrong. */
  readonly isTraining: () => boolean
  readonly changed: (reports: readonly EngineReport[]) => void
}

const labels: Readonly<Record<EngineId, string>> = { tensorflow: 'TensorFlow', webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'Plain JavaScript' }
/** A reference step of the slowest engine blocks its process for long. */
const measureLimits = { openingSeconds: 90, silentSeconds: 90 }

export class EnginesService {
  readonly #options: EnginesOptions
  readonly #measuring = new Map<EngineId, Promise<void>>()

  constructor(options: EnginesOptions) {
    this.#options = options
  }

  list(): readonly EngineReport[] {
    const found = this.#measured()
    const chosen = this.#order(found)[0]
    return engineIds.map((id) => {
      const known = found.get(id)
      if (known !== undefined) {
        const { measuredWith: _measuredWith, ...report } = known
        return { ...report, chosen: id === chosen }
      }
      const reason = this.#missing(id)
      return { id, label: labels[id], usable: reason === null, reason, imagesPerSecond: null, measuredAt: null, chosen: id === chosen }
    })
  }

  /** Engines to try, in order: the one asked for or chosen, then the others from fast to slow. */
  order(wanted?: EngineId): readonly EngineId[] {
    return this.#order(this.#measured(), wanted)
  }

  speed(engine: EngineId): number | null {
    return this.#measured().get(engine)?.imagesPerSecond ?? null
  }
  label(engine: EngineId): string {
    return this.#measured().get(engine)?.label ?? labels[engine]
  }

  /** @throws `engine-unavailable` with the reason, where the person asked for an engine that cannot be used */
  assertUsable(engine: EngineId): void {
    const report = this.list().find(({ id }) => id === engine)
    if (report?.usable === false) throw new StudioError('engine-unavailable', report.reason ?? `The ${labels[engine]} engine cannot be used here.`)
  }

  /** Measures every engine anew, as an activity. */
  measure(): Activity {
    if (this.#options.isTraining())
      throw refusal('busy', message('engine.measureBusy'))
    const running = this.#options.activities.running('measure-engines')
    if (running !== undefined) return running
    return this.#start(engineIds.filter((id) => this.#missing(id) === null), true)
  }

  /**
   * Resolves once the engines that come into question have been measured or found unusable; at
   * once where all are known, or where a run trains. Plain JavaScript, always the slowest, is
   * measured only where it is asked for.
   */
  async ensureMeasured(wanted?: EngineId): Promise<void> {
    const setting = this.#options.settings().engine
    const asked = wanted ?? (setting === 'auto' ? undefined : setting)
    const candidates = asked === undefined ? engineIds.filter((id) => id !== 'cpu') : [asked]
    const unknown = candidates.filter((id) => !this.#measured().has(id) && this.#missing(id) === null)
    const fresh = unknown.filter((id) => !this.#measuring.has(id))
    if (fresh.length > 0 && !this.#options.isTraining()) this.#start(fresh, false)
    await Promise.all(unknown.map((id) => this.#measuring.get(id)))
  }

  /** Downloads and builds an engine into the user's cache, then measures it. */
  install(engine: EngineId): Activity {
    const { activities, cacheFolder, assetsFolder, log } = this.#options
    if (engine !== 'tensorflow') throw refusal('bad-input', message('engine.comesWith', { engine: labels[engine] }))
    const running = activities.running('install-engine')
    if (running !== undefined) return running
    return activities.start({ kind: 'install-engine', title: 'Install TensorFlow', subjectId: engine }, async (progress) => {
      const { installTensorflow } = await import('../engine/install-tensorflow.ts')
      await installTensorflow({ cache: cacheFolder, assetsFolder, signal: progress.signal, log, onProgress: (report) => progress.report(report) })
      this.#options.changed(this.list())
      if (!this.#options.isTraining()) await this.#measureOne('tensorflow', progress)
      return { kind: 'none' }
    })
  }

  /** Settings or installed engines have changed. */
  announce(): void {
    this.#options.changed(this.list())
  }

  #start(engines: readonly EngineId[], anew: boolean): Activity {
    const gates = new Map(engines.map((id) => [id, Promise.withResolvers<void>()]))
    for (const [id, gate] of gates) this.#measuring.set(id, gate.promise)
    return this.#options.activities.start({ kind: 'measure-engines', title: 'Measure engines', subjectId: null }, async (progress) => {
      try {
        progress.report({ done: 0, total: engines.length })
        for (const [index, id] of engines.entries()) {
          progress.report({ done: index, detail: labels[id] })
          if (anew || !this.#measured().has(id)) await this.#measureOne(id, progress)
          gates.get(id)?.resolve()
        }
        return { kind: 'none' }
      } finally {
        for (const [id, gate] of gates) {
          this.#measuring.delete(id)
          gate.resolve()
        }
      }
    })
  }

  /** In a process of its own: an engine that takes the process down takes nothing else with it. */
  async #measureOne(id: EngineId, { signal }: Pick<ActivityProgress, 'signal'>): Promise<void> {
    signal.throwIfAborted()
    if (id === 'tensorflow') await this.#prepareKernels(signal)
    let measured = false
    const session = new EngineSession({
      spawn: this.#options.spawn,
      job: { kind: 'measure', engines: [id] },
      limits: measureLimits,
      onMessage: (message) => {
        if (message.type !== 'measured') return
        measured = true
        this.#keep(message.report)
      },
    })
    const cancel = (): void => session.stop(false)
    signal.addEventListener('abort', cancel)
    const end = await session.ended
    signal.removeEventListener('abort', cancel)
    signal.throwIfAborted()
    if (measured) return
    const reason = 'message' in end ? end.message : 'The engine ended without a result.'
    this.#keep({ id, label: labels[id], usable: false, reason, imagesPerSecond: null, measuredAt: Date.now() })
  }

  /** A newer studio may bring other kernels to an engine that was installed before. */
  async #prepareKernels(signal: AbortSignal): Promise<void> {
    const { cacheFolder, assetsFolder, log } = this.#options
    const { prepareOwnKernels } = await import('../engine/install/own-kernels.ts')
    await prepareOwnKernels(tensorflowFolder(cacheFolder), { assetsFolder, signal, log })
  }

  #keep(report: Omit<EngineReport, 'chosen'>): void {
    this.#options.log('info', `Engine ${report.id}: ${report.usable ? `${report.imagesPerSecond?.toFixed(1) ?? '?'} img/s` : (report.reason ?? 'not usable')}`)
    this.#options.store.engineMeasurements.put({ ...report, measuredWith: this.#key(report.id) })
    this.#options.changed(this.list())
  }

  /** Findings that still hold for this version, machine and installation. */
  #measured(): ReadonlyMap<EngineId, EngineMeasurement> {
    const all = this.#options.store.engineMeasurements.list()
    return new Map(all.filter((found) => found.measuredWith === this.#key(found.id) && this.#missing(found.id) === null).map((found) => [found.id, found]))
  }

  #key(engine: EngineId): string {
    const engineVersion = engine === 'tensorflow' && this.#missing(engine) === null ? `${tensorflowRelease().folderName} with ${ownKernelsName}` : this.#options.version
    return `${engineVersion}; ${machineKey()}`
  }

  #order(found: ReadonlyMap<EngineId, EngineMeasurement>, wanted?: EngineId): readonly EngineId[] {
    const setting = this.#options.settings().engine
    const first = wanted ?? (setting === 'auto' ? null : setting)
    // Measured ones by speed, then those that nothing is known of, in their usual order of speed.
    const rank = (id: EngineId): number => found.get(id)?.imagesPerSecond ?? -1 - engineIds.indexOf(id)
    return engineIds
      .filter((id) => id === wanted || (this.#missing(id) === null && found.get(id)?.usable !== false))
      .sort((a, b) => (b === first ? 1 : 0) - (a === first ? 1 : 0) || rank(b) - rank(a))
  }

  /** Why an engine cannot be tried at all; null where it can. */
  #missing(engine: EngineId): string | null {
    if (engine !== 'tensorflow') return null
    try {
      if (existsSync(tensorflowFolder(this.#options.cacheFolder))) return null
      return 'TensorFlow is not installed. Install it from the settings page or with "gan-studio engine install tensorflow".'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
