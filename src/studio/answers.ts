/** The contract, method by method: which service answers. */
import { availableParallelism, totalmem } from 'node:os'
import { protocolVersion, type MethodName, type StudioApi } from '../contract/api.ts'
import type { CutShort } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { freeBytes } from './disk.ts'
import { applicationFolder, reportText } from './report.ts'
import type { Services, StudioDeps } from './services.ts'

/** What answers each method; a method without an answer does not compile. */
export type Answers = { readonly [M in MethodName]: (...arg: Parameters<StudioApi[M]>) => ReturnType<StudioApi[M]> | Promise<ReturnType<StudioApi[M]>> }

export interface AnswersOptions extends Pick<StudioDeps, 'dataFolder' | 'cacheFolder' | 'version'> {
  readonly services: Services
  readonly cutShort: CutShort | null
}

export function answersOf({ services, cutShort, dataFolder, cacheFolder, version }: AnswersOptions): Answers {
  const {
    store, activities, settings, engines, datasets, classPreviews, edits, duplicates, expansions, splits, looks, measures,
    places, models, runs, adopted, heads, distillation, gallery, modelExports, headExports, datasetExports, scores, inspections,
    previews, inversions, redrawing, exports, encoders, explorer, labelling, encoding, storage,
  } = services

  /** Its host's: a studio cannot move the folder that it has open. */
  const notHere = (): never => {
    throw refusal('unsupported', message('refused.cannotMove'))
  }

  return {
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
    'datasets.importSamplePictures': (arg) => datasets.importSamplePictures(arg),
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
    'datasets.exportHead': (request) => ({ activityId: headExports.start(request).id }),
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
}
