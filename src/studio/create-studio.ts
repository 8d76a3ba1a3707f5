/** The composition root: every service behind the contract, wired by hand. */
import { mkdir } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { fromSystemError, StudioError, unreachable } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { protocolVersion, type HostApi, type Media, type MethodName, type Studio, type StudioApi, type StudioEvents } from '../contract/api.ts'
import type { CutShort, Reference } from '../contract/data.ts'
import { parseMediaPath } from '../contract/media.ts'
import type { SpawnEngineProcess } from '../contract/trainer.ts'
import { Decoders, type SpawnDecoder } from '../dataset/decoders.ts'
import { Originals } from '../dataset/originals.ts'
import { openStore } from '../store/store.ts'
import { AdoptedModels } from './adopted-models.ts'
import { Activities } from './activities.ts'
import { ClassHeads } from './class-heads.ts'
import { ClassPreviews } from './class-previews.ts'
import { DatasetDuplicates } from './dataset-duplicates.ts'
import { DatasetEdits } from './dataset-edits.ts'
import { DatasetExpansions } from './dataset-expansions.ts'
import { DatasetExports } from './dataset-exports.ts'
import { DatasetLooks } from './dataset-looks.ts'
import { DatasetMeasures } from './dataset-measures.ts'
import { DatasetPlaces } from './dataset-places.ts'
import { DatasetService } from './dataset-service.ts'
import { DatasetSplits } from './dataset-splits.ts'
import { freeBytes } from './disk.ts'
import { Distillation } from './distillation.ts'
import { Downloads } from './downloads.ts'
import { EncodeService } from './encode-service.ts'
import { EncoderTraining } from './encoder-training.ts'
import { EnginesService } from './engines-service.ts'
import { Emitter } from './events.ts'
import { ExplorerService } from './explorer-service.ts'
import { ExportJournal } from './export-journal.ts'
import { ExportService } from './export-service.ts'
import { GalleryService } from './gallery-service.ts'
import { FeatureFiles } from './feature-files.ts'
import { Generator } from './generator.ts'
import { MeanPictures } from './mean-pictures.ts'
import { markOpen, type OpenMark } from './open-mark.ts'
import { ModelExports } from './model-exports.ts'
import { ModelsService } from './models-service.ts'
import { Palettes } from './palettes.ts'
import { TraitsOfPictures } from './picture-traits.ts'
import { LabelService } from './label-service.ts'
import { PreviewService } from './preview-service.ts'
import { recover } from './recovery.ts'
import { applicationFolder, reportText } from './report.ts'
import { GivenPictures } from './given-pictures.ts'
import { InversionService } from './inversion-service.ts'
import { InspectionService } from './inspection-service.ts'
import { RedrawService } from './redraw-service.ts'
import { RunsService } from './runs-service.ts'
import { ScoreService } from './score-service.ts'
import { ShownSheets } from './shown-sheets.ts'
import { SettingsService } from './settings-service.ts'
import { SnapshotPictures } from './snapshot-pictures.ts'
import { StorageService } from './storage-service.ts'
import { Tickets } from './tickets.ts'
import { DatasetPictures } from './training-pictures.ts'

export interface StudioDeps {
  /** Exists, absolute; owned by this process. */
  readonly dataFolder: string
  /** Of this user, for engines. */
  readonly cacheFolder: string
  readonly assetsFolder: string
  readonly spawnEngineProcess: SpawnEngineProcess
  readonly spawnDecoder: SpawnDecoder
  readonly log: Log
  readonly version: string
}
export interface StudioCore extends Studio, HostApi {
  /** For a host that moves the data folder: the path behind a ticket, which stays good. */
  peekTarget(ticket: string): string
  /** @throws `busy` */
  ensureAtRest(before: string): void
  /** Saves and leaves resumable what trains, cancels the rest, closes the database. */
  close(): Promise<void>
}

/** What answers each method; a method without an answer does not compile. */
type Answers = { readonly [M in MethodName]: (...arg: Parameters<StudioApi[M]>) => ReturnType<StudioApi[M]> | Promise<ReturnType<StudioApi[M]>> }

/** @throws what opening the database throws: `newer-version`, `corrupt`, `no-permission`, `disk-full` */
export async function createStudio({ dataFolder, cacheFolder, assetsFolder, spawnEngineProcess: spawn, spawnDecoder, log, version }: StudioDeps): Promise<StudioCore> {
  await mkdir(dataFolder, { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, 'making the data folder')
  })
  const store = openStore(join(dataFolder, 'studio.db'), log)
  const journal = new ExportJournal(dataFolder)
  const emitter = new Emitter<StudioEvents>(log)
  const activities = new Activities((activity) => emitter.emit('activity.changed', activity), log)
  const tickets = new Tickets()
  const settings = new SettingsService(store, (changed) => {
    emitter.emit('settings.changed', changed)
    engines.announce()
  })
  const engines: EnginesService = new EnginesService({
    store, activities, spawn, log, cacheFolder, assetsFolder, version,
    settings: () => settings.get(),
    isTraining: () => runs.isTraining(),
    changed: (reports) => emitter.emit('engines.changed', reports),
  })
  const referenceOf = (sha256: string): Reference | null => store.referenced.get(sha256)
  const originals = new Originals(dataFolder, referenceOf)
  const decoders = new Decoders({ spawn: spawnDecoder, dataFolder, referenceOf })
  const datasets = new DatasetService({ store, emitter, activities, tickets, log, originals, decoders, dataFolder, assetsFolder })
  const classPreviews = new ClassPreviews({ store, tickets, dataset: (id) => datasets.get(id) })
  const edits = new DatasetEdits({ store, editable: (id) => datasets.editable(id), changed: (id) => void datasets.announce(id) })
  const duplicates = new DatasetDuplicates({ store, activities, decoders, log, ready: (id) => datasets.editable(id) })
  const sheets = new ShownSheets()
  const expansions = new DatasetExpansions({ store, decoders, sheets, dataFolder, ready: (id) => datasets.editable(id), grow: (id, start, work) => datasets.grow(id, start, work) })
  const splits = new DatasetSplits({ store, activities, duplicates, ready: (id) => datasets.editable(id), changed: (id) => void datasets.announce(id) })
  const features = new FeatureFiles(dataFolder)
  const looks = new DatasetLooks({ store, activities, engines, spawn, decoders, files: features, log, ready: (id) => datasets.editable(id), changed: (id) => void datasets.announce(id) })
  const means = new MeanPictures(store, decoders)
  const measures = new DatasetMeasures({ store, activities, decoders, log, ready: (id) => datasets.editable(id) })
  const places = new DatasetPlaces({ store, activities, decoders, originals, tickets, ready: (id) => datasets.editable(id), grow: (id, start, work) => datasets.grow(id, start, work), changed: (id) => void datasets.announce(id), log })
  const pictures = new DatasetPictures({ store, decoders, log, dataFolder, lookAtPlaces: (id, signal) => places.look(id, signal) })
  const palettes = new Palettes(pictures)
  const traits = new TraitsOfPictures(pictures)
  const models = new ModelsService({ dataFolder, assetsFolder, tickets, log })
  const runs: RunsService = new RunsService({ store, models, emitter, engines, pictures, palettes, traits, spawn, log, dataFolder, ended: (run) => scores.scoreEnded(run) })
  const adopted = new AdoptedModels({ store, emitter, models, engines, dataFolder })
  const heads = new ClassHeads({ store, activities, engines, spawn, files: features, looks, runs, ready: (id) => datasets.editable(id) })
  const distillation = new Distillation({ store, runs })
  const generator = new Generator({ engines, spawn, log })
  const gallery = new GalleryService({ store, emitter, activities, runs, generator, dataFolder })
  const downloads = new Downloads(dataFolder)
  const modelExports = new ModelExports({ store, activities, runs, tickets, journal, downloads, assetsFolder, version })
  const datasetExports = new DatasetExports({ store, activities, tickets, journal, downloads, originals, dataFolder, ready: (id) => datasets.editable(id) })
  const scores: ScoreService = new ScoreService({ store, emitter, activities, runs, engines, spawn })
  const given = new GivenPictures({ store, gallery, decoders })
  const inspections = new InspectionService({ store, activities, runs, given, engines, tickets, spawn })
  const previews = new PreviewService({ store, runs, pictures, palettes, engines, sheets, spawn })
  const inversions = new InversionService({ activities, runs, engines, tickets, given, sheets, spawn })
  const redrawing = new RedrawService({ activities, runs, engines, tickets, given, downloads, spawn })
  const exports = new ExportService({ store, activities, runs, gallery, generator, tickets, journal, downloads, filled: (id) => inversions.filled(id), redrawn: (id) => redrawing.stream(id) })
  const encoders = new EncoderTraining({ activities, runs, engines, spawn })
  const explorer = new ExplorerService({ runs, engines, gallery, sheets, spawn })
  const labelling = new LabelService({ store, activities, runs, engines, decoders, spawn })
  const encoding = new EncodeService({ activities, runs, engines, tickets, journal, spawn, decoders })
  const snapshots = new SnapshotPictures(store, dataFolder)
  const storage = new StorageService({ store, activities, originals, dataFolder, isTraining: () => runs.isTraining() })

  const { mark, cutShort } = await putRight().catch((error: unknown) => {
    store.close()
    throw error
  })
  async function putRight(): Promise<{ readonly mark: OpenMark; readonly cutShort: CutShort | null }> {
    const mark = await markOpen(dataFolder)
    const at = mark.cutShortAt
    const runs = await recover({ store, log, dataFolder, journal, cutShort: at !== null })
    const imports = await datasets.recover(at !== null)
    await features.sweep((id) => store.datasets.find(id) !== null)
    return { mark, cutShort: at === null ? null : { at, runs: runs.map(({ id, name, imagesSeen }) => ({ id, name, imagesSeen })), imports } }
  }

  /** Its host's: a studio cannot move the folder that it has open. */
  const notHere = (): never => {
    throw new StudioError('unsupported', 'This studio cannot move its data folder. Close it and use: gan-studio move-data FOLDER')
  }
  const answers: Answers = {
    'studio.info': async () => ({ version, dataFolder, protocol: protocolVersion, cores: availableParallelism(), memoryBytes: totalmem(), diskFreeBytes: await freeBytes(dataFolder), cutShort }),
    'studio.report': async () => ({ text: await reportText({ version, dataFolder, cacheFolder, applicationFolder: applicationFolder(), open: { store, engines: engines.list(), activities: activities.list(), cutShort } }) }),
    'settings.get': () => settings.get(),
    'settings.set': (change) => settings.set(change),
    'storage.use': () => storage.use(),
    'storage.clearCaches': () => storage.clearCaches(),
    'storage.unused': () => storage.unused(),
    'storage.purge': () => storage.purge(),
    'storage.planMove': notHere,
    'storage.move': notHere,
    'storage.leftPlaces': notHere,
    'storage.removeLeftPlaces': notHere,
    'activities.list': () => activities.list(),
    'activities.cancel': ({ id }) => activities.cancel(id),
    'engines.list': () => engines.list(),
    'engines.measure': () => ({ activityId: engines.measure().id }),
    'engines.install': ({ engine }) => ({ activityId: engines.install(engine).id }),
    'datasets.list': () => datasets.list(),
    'datasets.get': ({ id }) => datasets.get(id),
    'datasets.import': (request) => datasets.import(request),
    'datasets.previewClasses': (request) => classPreviews.preview(request),
    'datasets.resumeImport': ({ id }) => datasets.resumeImport(id),
    'datasets.endImport': ({ id, keep }) => datasets.endImport(id, keep),
    'datasets.importSamplePictures': () => datasets.importSamplePictures(),
    'datasets.report': ({ id }) => datasets.report(id),
    'datasets.leftOut': ({ id }) => datasets.leftOut(id),
    'datasets.retryLeftOut': ({ id }) => datasets.retryLeftOut(id),
    'datasets.whereabouts': ({ id }) => places.shown(datasets.get(id).id),
    'datasets.check': ({ id }) => ({ activityId: places.check(id).id }),
    'datasets.relink': (request) => ({ activityId: places.relink(request).id }),
    'datasets.copyIn': ({ id }) => places.copyIn(id),
    'datasets.update': (change) => datasets.update(change),
    'datasets.delete': ({ id }) => datasets.delete(id),
    'datasets.restore': ({ id }) => datasets.restore(id),
    'datasets.pictures': (page) => datasets.pictures(page),
    'datasets.pictureIds': (filter) => datasets.pictureIds(filter),
    'datasets.histograms': (request) => datasets.histograms(request),
    'datasets.measure': ({ id }) => ({ activityId: measures.start(id).id }),
    'datasets.lookState': ({ id }) => looks.state(id),
    'datasets.look': (request) => ({ activityId: looks.look(request).id }),
    'datasets.map': ({ id }) => looks.map(id),
    'datasets.proposeLabels': ({ id, by = 'nearest', runId }) => ({ activityId: (by === 'head' ? heads : looks).proposeLabels(id, runId).id }),
    'datasets.trainHead': (request) => ({ activityId: heads.train(request).id }),
    'datasets.edit': (request) => edits.edit(request),
    'datasets.undo': ({ id }) => edits.undo(id),
    'datasets.redo': ({ id }) => edits.redo(id),
    'datasets.history': ({ id }) => edits.history(datasets.get(id).id),
    'datasets.duplicates': ({ id }) => ({ activityId: duplicates.find(id).id }),
    'datasets.composition': ({ id }) => store.pictureQueries.composition(datasets.get(id)),
    'datasets.split': (request) => ({ activityId: splits.start(request).id }),
    'datasets.expand': (request) => expansions.start(request),
    'datasets.previewExpansion': (request) => expansions.preview(request),
    'datasets.export': (request) => ({ activityId: datasetExports.start(request).id }),
    'runs.list': () => runs.list(),
    'runs.get': ({ id }) => runs.get(id),
    'runs.propose': (request) => runs.propose(request),
    'runs.describe': (request) => runs.describe(request),
    'runs.previewAugment': (request) => previews.augment(request),
    'runs.start': (request) => runs.start(request),
    'runs.distil': (request) => distillation.start(request),
    'runs.distilled': ({ id }) => distillation.report(id),
    'runs.pause': ({ id }) => runs.pause(id),
    'runs.resume': ({ id, budget, batchSize }) => runs.resume(id, { budget, batchSize }),
    'runs.stop': ({ id, save }) => runs.stop(id, save),
    'runs.rename': ({ id, name }) => runs.rename(id, name),
    'runs.delete': ({ id }) => runs.delete(id),
    'runs.restore': ({ id }) => runs.restore(id),
    'runs.ticks': ({ id, ...wanted }) => runs.ticks(id, wanted),
    'runs.snapshots': ({ id }) => runs.snapshots(id),
    'runs.scores': ({ id }) => scores.list(id),
    'runs.score': (request) => ({ activityId: scores.score(request).id }),
    'runs.inspect': (request) => ({ activityId: inspections.inspect(request).id }),
    'runs.proposeLabels': (request) => ({ activityId: labelling.propose(request).id }),
    'runs.encode': (request) => ({ activityId: encoding.encode(request).id }),
    'runs.enlarge': (request) => ({ activityId: redrawing.enlarge(request).id }),
    'runs.translate': (request) => ({ activityId: redrawing.translate(request).id }),
    'runs.invert': (request) => ({ activityId: inversions.invert(request).id }),
    'runs.trainEncoder': (request) => ({ activityId: encoders.start(request).id }),
    'runs.adopt': (request) => adopted.adopt(request),
    'runs.checkpoints': ({ id }) => runs.checkpoints(id),
    'runs.advice': ({ id }) => scores.advice(id),
    'models.list': () => models.list(),
    'models.recognise': ({ ticket }) => models.recognise(ticket),
    'models.add': ({ ticket }) => models.add(ticket),
    'models.remove': ({ id }) => models.remove(id),
    'models.restore': ({ id }) => models.restore(id),
    'gallery.generate': (request) => ({ activityId: gallery.generate(request).id }),
    'gallery.list': (page) => gallery.list(page),
    'gallery.ids': (filter) => gallery.ids(filter),
    'gallery.favourite': ({ ids, favourite }) => gallery.favourite(ids, favourite),
    'gallery.delete': ({ ids }) => gallery.delete(ids),
    'gallery.restore': ({ ids }) => gallery.restore(ids),
    'gallery.point': ({ id }) => gallery.point(id),
    'explorer.open': (request) => explorer.open(request),
    'explorer.draw': (request) => explorer.draw(request),
    'explorer.keep': (request) => explorer.keep(request),
    'explorer.close': (request) => explorer.closeOne(request),
    'gallery.nearest': (request) => ({ activityId: inspections.nearest(request).id }),
    'export.start': (request) => ({ activityId: exports.start(request).id }),
    'export.model': (request) => ({ activityId: modelExports.start(request).id }),
  }

  const readMedia = async (path: string): Promise<Media | null> => {
    const ref = parseMediaPath(path)
    switch (ref?.kind) {
      case undefined:
        return null
      case 'picture':
        return await datasets.readPicture(ref.id, ref.size)
      case 'snapshot':
        return await snapshots.read(ref.runId, ref.imagesSeen)
      case 'sample':
        return await gallery.media(ref.id)
      case 'download':
        return await downloads.read(ref.id)
      case 'preview':
        return sheets.media(ref.id)
      case 'mean':
        return await means.read(ref.datasetId, ref.classId, ref.revision)
      default:
        return unreachable(ref)
    }
  }

  let closing: Promise<void> | null = null
  const end = async (): Promise<void> => {
    await Promise.all([runs.close(), activities.close(), previews.close(), means.close(), explorer.close(), places.close()])
    decoders.close()
    emitter.clear()
    store.close()
    await mark.remove().catch((error: unknown) => log('warn', 'The mark of an open studio could not be removed', { error: String(error) }))
  }

  return {
    call: async (method, ...arg) => {
      if (closing !== null) throw new StudioError('disconnected', 'The studio is closing.')
      return await answers[method](...arg)
    },
    on: (event, listener) => emitter.on(event, listener),
    registerSources: (paths) => tickets.registerSources(paths),
    neededSources: () => Promise.resolve(store.imports.neededPaths()),
    goOn: () => runs.goOn(),
    registerTarget: (choice) => tickets.registerTarget(choice),
    peekTarget: (ticket) => tickets.peekTarget(ticket).path,
    ensureAtRest: (before) => storage.ensureAtRest(before),
    readMedia,
    close: () => (closing ??= end()),
  }
}
