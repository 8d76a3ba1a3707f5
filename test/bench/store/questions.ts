/** What pages ask, method by method: a new one does not compile before it is measured, or said why not. */
import type { Argument, MethodName } from '../../../src/contract/api.ts'
import { measures } from '../../../src/contract/data.ts'
import type { Filled } from './fill.ts'

/** Asked anew each turn, so that nothing is answered from the answer before. */
type Asked<M extends MethodName> = Readonly<Record<string, (turn: number) => Argument<M>>>
export type Questions = { readonly [M in MethodName]: string | Asked<M> }

const changes = 'changes something; what it costs grows with what it changes'
const engine = 'an engine process does it'
const activity = 'work of its own, with progress'
const files = 'reads files of the disk, not the database'

/** Grids answer within this many milliseconds of the processor's time, everything else within `pageLimitMs`. */
export const gridLimitMs = 10
export const pageLimitMs = 50
export const gridMethods: readonly MethodName[] = ['datasets.pictures', 'gallery.list']

export function questionsOf({ datasetId: id, classIds, runIds, sampleIds, pictureIds }: Filled): Questions {
  const [runId = '', otherRun = ''] = [runIds[0], runIds[500 % runIds.length]]
  const limit = 100
  const within = (turn: number) => [{ measure: 'pixels', from: turn - 10, to: 1e9 }] as const
  const nothing = (): undefined => undefined
  const one = <A>(arg: A): { readonly '': () => A } => ({ '': () => arg })
  return {
    'studio.info': { '': nothing }, 'studio.report': { '': nothing }, 'settings.get': { '': nothing }, 'settings.set': changes,
    'storage.use': { '': nothing }, 'storage.clearCaches': changes, 'storage.unused': { '': nothing }, 'storage.purge': changes, 'storage.planMove': files, 'storage.move': activity, 'storage.leftPlaces': files, 'storage.removeLeftPlaces': changes,
    'activities.list': { '': nothing }, 'activities.cancel': changes,
    'engines.list': { '': nothing }, 'engines.measure': engine, 'engines.install': changes,
    'datasets.list': { '': nothing }, 'datasets.get': one({ id }), 'datasets.import': activity, 'datasets.previewClasses': { 'by folders': () => ({ of: { id }, rule: { kind: 'auto' } }) },
    'datasets.resumeImport': activity, 'datasets.endImport': changes, 'datasets.importSamplePictures': activity,
    'datasets.report': one({ id }), 'datasets.leftOut': one({ id }), 'datasets.retryLeftOut': activity, 'datasets.whereabouts': one({ id }), 'datasets.check': activity, 'datasets.relink': activity, 'datasets.copyIn': activity, 'datasets.update': changes, 'datasets.delete': changes, 'datasets.restore': changes,
    'datasets.pictures': {
      ...Object.fromEntries([0, 100_000, 199_900].map((offset) => [`at ${offset}`, () => ({ id, offset, limit })])),
      'of a class': () => ({ id, classId: classIds[3] ?? null, offset: 15_000, limit }),
      'unlabelled': () => ({ id, classId: null, offset: 10_000, limit }),
      'excluded, of a class': () => ({ id, classId: classIds[3] ?? null, excluded: true, offset: 0, limit }),
      ...Object.fromEntries(measures.map((by) => [`sorted by ${by}`, (turn: number) => ({ id, within: within(turn), sort: { by, descending: turn % 2 === 0 }, offset: 100_000, limit })])),
      'next page of the same': () => ({ id, sort: { by: 'bytes', descending: false }, offset: 150_000, limit }),
      'class, two ranges, sorted': (turn) => ({ id, classId: classIds[turn % 10] ?? null, within: [{ measure: 'brightness', from: 0.2, to: 0.8 }, { measure: 'sharpness', from: 10, to: 1000 }], sort: { by: 'date', descending: true }, offset: 2000, limit }),
      'of a part of the split': (turn) => ({ id, part: 'validation', within: within(turn), offset: 1000, limit }),
      'some by id': (turn) => ({ id, within: within(turn), ids: pictureIds, offset: 0, limit }),
      'copies': (turn) => ({ id, copies: true, within: within(turn), offset: 1000, limit }),
      'outliers': (turn) => ({ id, within: within(turn), sort: { by: 'oddness', descending: true }, offset: 0, limit }),
      'searched for what few have': (turn) => ({ id, search: `er/19${turn + 11}9`, offset: 0, limit }),
      'searched for what all have': (turn) => ({ id, search: 'folder/'.slice(turn % 5), within: within(turn), offset: 100_000, limit }),
    },
    'datasets.pictureIds': { 'all': () => ({ id }), 'of a class': () => ({ id, classId: classIds[3] ?? null }), 'in a range': (turn) => ({ id, within: [{ measure: 'brightness', from: 0.8 + turn / 1000, to: 0.9 }] }) },
    'datasets.histograms': { 'of all measures': (turn) => ({ id, within: within(turn), of: measures }), 'of one': (turn) => ({ id, within: within(turn), of: ['brightness'] }) },
    'datasets.measure': activity, 'datasets.lookState': one({ id }), 'datasets.look': activity, 'datasets.map': one({ id }), 'datasets.proposeLabels': activity, 'datasets.trainHead': activity, 'datasets.exportHead': activity,
    'datasets.edit': changes, 'datasets.undo': changes, 'datasets.redo': changes, 'datasets.history': one({ id }), 'datasets.duplicates': activity, 'datasets.composition': one({ id }),
    'datasets.split': activity, 'datasets.expand': activity, 'datasets.previewExpansion': files, 'datasets.export': activity,
    'runs.list': { '': nothing }, 'runs.get': one({ id: runId }), 'runs.propose': engine, 'runs.describe': engine, 'runs.previewAugment': engine, 'runs.start': engine, 'runs.distil': engine, 'runs.distilled': files,
    'runs.pause': changes, 'runs.resume': changes, 'runs.stop': changes, 'runs.rename': changes, 'runs.delete': changes, 'runs.restore': changes,
    'runs.ticks': { 'of 80 minutes': () => ({ id: runId }), 'the last of them': () => ({ id: runId, afterImages: 990_000 }) }, 'runs.snapshots': one({ id: runId }), 'runs.scores': one({ id: runId }),
    'runs.score': engine, 'runs.inspect': engine, 'runs.proposeLabels': engine, 'runs.encode': engine, 'runs.invert': engine, 'runs.trainEncoder': engine, 'runs.advice': one({ id: runId }),
    'runs.enlarge': engine, 'runs.translate': engine, 'runs.checkpoints': files, 'runs.adopt': changes,
    'models.list': { '': nothing }, 'models.recognise': files, 'models.add': changes, 'models.remove': changes, 'models.restore': changes,
    'gallery.generate': engine,
    'gallery.list': {
      ...Object.fromEntries([0, 500_000, 999_900].map((offset) => [`at ${offset}`, () => ({ offset, limit })])),
      'of a run': () => ({ runId: otherRun, offset: 500, limit }),
      'of a class': () => ({ className: 'class 4', offset: 90_000, limit }),
      'favourites': () => ({ favourite: true, offset: 15_000, limit }),
      'favourites of a class': () => ({ favourite: true, className: 'class 0', offset: 1000, limit }),
      'favourites of a run and class': () => ({ favourite: true, runId: otherRun, className: 'class 0', offset: 0, limit }),
    },
    'gallery.ids': { 'of a run': () => ({ runId: otherRun }), 'favourites': () => ({ favourite: true }) },
    'gallery.favourite': changes, 'gallery.delete': changes, 'gallery.restore': changes, 'gallery.point': { '': (turn) => ({ id: sampleIds[turn % sampleIds.length] ?? '' }) },
    'explorer.open': engine, 'explorer.draw': engine, 'explorer.keep': engine, 'explorer.close': engine, 'gallery.nearest': engine, 'export.start': activity, 'export.model': activity,
  }
}
