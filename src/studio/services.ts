/** Everything the studio can do, each thing in a service of its own. */
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { type StudioEvents } from '../contract/api.ts'
import type { Reference } from '../contract/data.ts'
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
import { HeadExports } from './head-exports.ts'
import { ModelExports } from './model-exports.ts'
import { ModelPlaces } from './model-places.ts'
import { ModelsService } from './models-service.ts'
import { Palettes } from './palettes.ts'
import { TraitsOfPictures } from './picture-traits.ts'
import { LabelService } from './label-service.ts'
import { PreviewService } from './preview-service.ts'
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

/** Opens the database and makes every service, wired by hand. @throws `newer-version`, `corrupt`, `no-permission`, `disk-full` */
export function openServices({ dataFolder, cacheFolder, assetsFolder, spawnEngineProcess: spawn, spawnDecoder, log, version }: StudioDeps) {
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
  const heads = new ClassHeads({ store, activities, engines, spawn, files: features, looks, runs, ready: (id) => datasets.editable(id) })
  const distillation = new Distillation({ store, runs })
  const generator = new Generator({ engines, spawn, log })
  const adopted = new AdoptedModels({ store, emitter, activities, models, engines, generator, dataFolder })
  const gallery = new GalleryService({ store, emitter, activities, runs, generator, dataFolder })
  const downloads = new Downloads(dataFolder)
  const modelPlaces = new ModelPlaces({ journal, downloads })
  const modelExports = new ModelExports({ store, activities, runs, tickets, places: modelPlaces, assetsFolder, version })
  const headExports = new HeadExports({ activities, heads, tickets, places: modelPlaces, version })
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
  return {
    store, journal, emitter, activities, tickets, settings, engines, originals, decoders, datasets, classPreviews, edits,
    duplicates, sheets, expansions, splits, features, looks, means, measures, places, pictures, palettes, traits, models,
    runs, adopted, heads, distillation, generator, gallery, downloads, modelExports, headExports, datasetExports, scores, given,
    inspections, previews, inversions, redrawing, exports, encoders, explorer, labelling, encoding, snapshots, storage,
  }
}

export type Services = ReturnType<typeof openServices>
