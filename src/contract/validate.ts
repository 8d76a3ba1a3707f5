/**
 * Checks what arrives from outside before it reaches the studio: one strict schema a method,
 * with caps on every size. The types make it complete: a missing method or field does not compile.
 */
import { z } from 'zod'
import { StudioError } from '../base/errors.ts'
import type { Argument, HostApi, MethodName } from './api.ts'
import { aspects, colourModes, datasetLayouts, datasetPackings, engineIds, expansionLimits, exportFormats, folderLevels, labellers, leastCropShare, measures, modelFormats, modelNetworks, modelPrecisions, mostToRedraw, networkFormats, resolutions, setNotesUses, splitFolderMeanings, splitParts, studentSizes } from './data.ts'
import type {
  ClassRule, CropBox, DatasetEdit, DistilRequest, ExpansionAmount, ExpansionRecipe, ExpansionTarget, ExportRequest, ExportSource, GalleryFilter, GenerateRequest, HeadExportRequest, MeasureRange, ModelExportRequest, PictureFilter, PictureSort, RunRequest, Settings, TimeBudget,
} from './data.ts'
import { mostDrawn, mostKeys, type LatentPath, type LatentPoint } from './explorer.ts'
import { checkpointChoices, pictureParts } from './judgement.ts'
import { refusal } from './failure.ts'
import { message } from './messages.ts'
import { optionTable, parseOptions } from './options.ts'
import type { TrainingOptions } from './options.ts'
import type { AugmentPreviewRequest } from './previews.ts'
import { describeIssue } from './validation-words.ts'

export type SchemaOf<T> = z.ZodType<T, unknown>
/** Every key of T, the optional ones too; unknown keys are refused. */
export const strict = <T extends object>(shape: { readonly [K in keyof T]-?: SchemaOf<T[K]> }): SchemaOf<T> =>
  z.strictObject(shape) as unknown as SchemaOf<T>

const maxItems = 100_000
/** All of a large data set at once; as much as one message carries. */
const maxEdited = 500_000
const text = (max = 4096): z.ZodString => z.string().max(max)
const name = z.string().trim().min(1).max(200).regex(/^[^\u0000-\u001f\u007f]*$/, { message: 'expected.plainText' })
const licence = z.string().trim().max(200).regex(/^[^\u0000-\u001f\u007f]*$/, { message: 'expected.plainText' })
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { message: 'expected.id' })
const ids = z.array(id).max(maxItems)
const offset = z.int().min(0).max(1e9)
const limit = z.int().min(1).max(1000)
const count = z.int().min(1).max(maxItems)
export const seed = z.int().min(0).max(0xffffffff)
const truncation = z.number().gt(0).max(2)
const engine = z.enum(engineIds)
const resolution = z.literal(resolutions)
export const fit = z.enum(['crop', 'fit', 'pad'])

const budget: SchemaOf<TimeBudget> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('minutes'), minutes: z.number().min(0.01).max(1e6) }),
  z.strictObject({ kind: z.literal('images'), images: z.int().min(1).max(1e12) }),
  z.strictObject({ kind: z.literal('open') }),
])
const options: SchemaOf<Partial<TrainingOptions>> = z
  .record(text(64), z.union([text(2000), z.number(), z.boolean()]))
  .transform((values) => parseOptions(values))
const teacherIds = z.array(id).max(8)
const runRequest = strict<RunRequest>({
  datasetId: id,
  name: name.optional(),
  classIds: ids.optional(),
  budget,
  from: id.optional(),
  fromCheckpoint: z.union([z.enum(checkpointChoices), z.int().min(0).max(Number.MAX_SAFE_INTEGER)]).optional(),
  compare: z.boolean().optional(),
  teachers: teacherIds.optional(),
  engine: engine.optional(),
  set: options.optional(),
})
const augmentPreviewRequest: SchemaOf<AugmentPreviewRequest> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request'), request: runRequest, seed }),
  z.strictObject({ kind: z.literal('run'), runId: id, seed }),
])
const galleryFilter = {
  runId: id.optional(),
  className: text().optional(),
  favourite: z.boolean().optional(),
} satisfies { readonly [K in keyof GalleryFilter]-?: unknown }
const measure = z.enum(measures)
const sort = strict<PictureSort>({ by: measure, descending: z.boolean() }).optional()
const pictureFilter = {
  classId: id.nullable().optional(),
  excluded: z.boolean().optional(),
  search: text(200).optional(),
  part: z.enum(splitParts).optional(),
  copies: z.boolean().optional(),
  ids: z.array(id).max(1000).optional(),
  within: z.array(strict<MeasureRange>({ measure, from: z.number(), to: z.number() })).max(measures.length).optional(),
} satisfies { readonly [K in keyof PictureFilter]-?: unknown }
const splitFolders = z.enum(splitFolderMeanings).optional()
const classRule: SchemaOf<ClassRule> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto'), splitFolders, setNotes: z.enum(setNotesUses).optional() }),
  z.strictObject({ kind: z.literal('none'), splitFolders }),
  z.strictObject({ kind: z.literal('folders'), level: z.enum(folderLevels), splitFolders }),
  z.strictObject({ kind: z.literal('pattern'), pattern: text(300).min(1), splitFolders }),
])
const editedPictures = z.array(id).max(maxEdited)
export const share = z.number().min(0).max(1)
const cropSide = z.number().min(leastCropShare).max(1)
/** A rounding error beyond the edge is none. */
export const cropBox = strict<CropBox>({ x: share, y: share, width: cropSide, height: cropSide })
  .refine(({ x, y, width, height }) => x + width <= 1 + 1e-6 && y + height <= 1 + 1e-6, 'expected.boxInside')
const edit: SchemaOf<DatasetEdit> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rename-class'), classId: id, name }),
  z.strictObject({ kind: z.literal('merge-classes'), classIds: ids.min(1), into: id }),
  z.strictObject({ kind: z.literal('delete-class'), classId: id }),
  z.strictObject({ kind: z.literal('new-class'), name, pictureIds: editedPictures }),
  z.strictObject({ kind: z.literal('relabel'), pictureIds: editedPictures.min(1), classId: id.nullable() }),
  z.strictObject({ kind: z.literal('classify'), rule: classRule }),
  z.strictObject({ kind: z.enum(['exclude', 'include']), pictureIds: editedPictures.min(1) }),
  z.strictObject({ kind: z.literal('crop'), pictureIds: editedPictures.min(1), box: cropBox.nullable() }),
  z.strictObject({ kind: z.literal('prepare'), resolution: resolution.optional(), aspect: z.literal(aspects).optional(), fit: fit.optional(), colour: z.enum(colourModes).optional(), colours: z.int().min(2).max(64).optional() }),
  z.strictObject({ kind: z.literal('unsplit') }),
])
const upTo = (amount: ExpansionAmount): z.ZodNumber => z.number().min(0).max(expansionLimits[amount])
export const recipeShape = {
  rotation: upTo('rotation'), scale: upTo('scale'), crop: upTo('crop'), brightness: upTo('brightness'), contrast: upTo('contrast'), noise: upTo('noise'), mirror: z.boolean(), flip: z.boolean(),
} satisfies { readonly [K in keyof ExpansionRecipe]: unknown }
const recipe = strict<ExpansionRecipe>(recipeShape)
const target = strict<ExpansionTarget>({ classId: id, count: z.int().min(0).max(10_000_000) })
const heldOutShare = z.number().min(0).max(0.5)
const checkpoint = z.enum(checkpointChoices).optional()
const generateRequest = strict<GenerateRequest>({ runId: id, count, className: text().optional(), seed, truncation, checkpoint })
const numbers = z.array(z.number().min(-1e4).max(1e4))
/** As many numbers as the largest latent has, and as many classes as there can be. */
const latentPoint: SchemaOf<LatentPoint> = z.strictObject({ latent: numbers.min(1).max(4096), mix: numbers.max(4096), style: numbers.min(1).max(4096).nullable() })
const latentPath: SchemaOf<LatentPath> = z.strictObject({
  keys: z.array(z.strictObject({ point: latentPoint, seconds: z.number().min(0.05).max(600) })).min(1).max(mostKeys),
  loop: z.boolean(), spherical: z.boolean(),
})
const exportSource: SchemaOf<ExportSource> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('samples'), ids: ids.min(1) }),
  z.strictObject({ kind: z.literal('run'), runId: id, count, seed, className: text().optional(), truncation, checkpoint }),
  z.strictObject({ kind: z.literal('path'), runId: id, path: latentPath, truncation, checkpoint }),
  z.strictObject({ kind: z.literal('filled'), id }),
  z.strictObject({ kind: z.literal('redrawn'), id }),
])
const exportTarget: SchemaOf<ExportRequest['target']> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ticket'), ticket: id }),
  z.strictObject({ kind: z.literal('download') }),
])
const settings = strict<Partial<Settings>>({
  language: z.enum(['system', 'en', 'zh']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  engine: z.enum(['auto', ...engineIds]).optional(),
  gallerySize: z.number().min(16).max(4096).optional(),
  budget: budget.optional(),
})
const tickets = z.array(id).min(1).max(1000)
const path = text(32_768).min(1)
const nothing = z.undefined()
const byId = strict<{ readonly id: string }>({ id })
const byIds = strict<{ readonly ids: readonly string[] }>({ ids })

export const argumentSchemas: { readonly [M in MethodName]: SchemaOf<Argument<M>> } = {
  'studio.info': nothing,
  'studio.report': nothing,
  'settings.get': nothing,
  'settings.set': settings,
  'storage.use': nothing,
  'storage.clearCaches': nothing,
  'storage.unused': nothing,
  'storage.purge': nothing,
  'storage.planMove': strict<Argument<'storage.planMove'>>({ target: id }),
  'storage.move': strict<Argument<'storage.move'>>({ target: id }),
  'storage.leftPlaces': nothing,
  'storage.removeLeftPlaces': nothing,
  'activities.list': nothing,
  'activities.cancel': byId,
  'engines.list': nothing,
  'engines.measure': nothing,
  'engines.install': strict<Argument<'engines.install'>>({ engine }),
  'datasets.list': nothing,
  'datasets.get': byId,
  'datasets.import': strict<Argument<'datasets.import'>>({ tickets, name: name.optional(), into: id.optional(), rule: classRule.optional(), inPlace: z.boolean().optional() }),
  'datasets.previewClasses': strict<Argument<'datasets.previewClasses'>>({ of: z.union([z.strictObject({ tickets }), byId]), rule: classRule }),
  'datasets.resumeImport': byId,
  'datasets.endImport': strict<Argument<'datasets.endImport'>>({ id, keep: z.boolean() }),
  'datasets.importSamplePictures': strict<Argument<'datasets.importSamplePictures'>>({ name }),
  'datasets.report': byId,
  'datasets.leftOut': byId,
  'datasets.retryLeftOut': byId,
  'datasets.whereabouts': byId,
  'datasets.check': byId,
  'datasets.relink': strict<Argument<'datasets.relink'>>({ id, tickets }),
  'datasets.copyIn': byId,
  'datasets.update': strict<Argument<'datasets.update'>>({ id, name }),
  'datasets.delete': byId,
  'datasets.restore': byId,
  'datasets.pictures': strict<Argument<'datasets.pictures'>>({ id, ...pictureFilter, sort, offset, limit }),
  'datasets.pictureIds': strict<Argument<'datasets.pictureIds'>>({ id, ...pictureFilter, sort }),
  'datasets.histograms': strict<Argument<'datasets.histograms'>>({ id, ...pictureFilter, of: z.array(measure).min(1).max(measures.length) }),
  'datasets.measure': byId,
  'datasets.lookState': byId,
  'datasets.look': strict<Argument<'datasets.look'>>({ id, sample: z.int().min(2).max(1e7).optional() }),
  'datasets.map': byId,
  'datasets.proposeLabels': strict<Argument<'datasets.proposeLabels'>>({ id, by: z.enum(labellers).optional(), runId: id.optional() }),
  'datasets.trainHead': strict<Argument<'datasets.trainHead'>>({ id, seed: seed.optional(), runId: id.optional() }),
  'datasets.exportHead': strict<HeadExportRequest>({
    id, seed: seed.optional(), runId: id.optional(), format: z.enum(networkFormats), precision: z.enum(modelPrecisions).optional(), licence: licence.optional(), target: exportTarget,
  }),
  'datasets.edit': strict<Argument<'datasets.edit'>>({ id, edit }),
  'datasets.undo': byId,
  'datasets.redo': byId,
  'datasets.history': byId,
  'datasets.duplicates': byId,
  'datasets.composition': byId,
  'datasets.split': strict<Argument<'datasets.split'>>({ id, validation: heldOutShare, test: heldOutShare, seed }),
  'datasets.expand': strict<Argument<'datasets.expand'>>({ id, targets: z.array(target).min(1).max(maxItems), recipe, seed }),
  'datasets.previewExpansion': strict<Argument<'datasets.previewExpansion'>>({ id, classId: id.optional(), recipe, seed }),
  'datasets.export': strict<Argument<'datasets.export'>>({ id, layout: z.enum(datasetLayouts), copies: z.boolean().optional(), parts: z.boolean().optional(), packing: z.enum(datasetPackings), target: exportTarget }),
  'runs.list': nothing,
  'runs.get': byId,
  'runs.propose': runRequest,
  'runs.describe': runRequest,
  'runs.previewAugment': augmentPreviewRequest,
  'runs.start': runRequest,
  'runs.distil': strict<DistilRequest>({ teachers: teacherIds.min(1), datasetId: id.optional(), size: z.enum(studentSizes), budget, name: name.optional() }),
  'runs.distilled': byId,
  'runs.pause': byId,
  'runs.resume': strict<Argument<'runs.resume'>>({ id, budget: budget.optional(), batchSize: z.int().min(optionTable.batchSize.min).max(optionTable.batchSize.max).optional() }),
  'runs.stop': strict<Argument<'runs.stop'>>({ id, save: z.boolean() }),
  'runs.rename': strict<Argument<'runs.rename'>>({ id, name }),
  'runs.delete': byId,
  'runs.restore': byId,
  'runs.ticks': strict<Argument<'runs.ticks'>>({ id, afterImages: z.number().min(0).max(1e15).optional(), most: z.int().min(2).max(1_000_000).optional() }),
  'runs.snapshots': byId,
  'runs.scores': byId,
  'runs.score': strict<Argument<'runs.score'>>({ id, count: z.int().min(20).max(50_000).optional(), part: z.enum(pictureParts).optional(), checkpoint }),
  'runs.inspect': strict<Argument<'runs.inspect'>>({ id, tickets: z.array(id).max(256).optional(), pictureIds: z.array(id).max(256).optional(), sampleIds: z.array(id).max(256).optional(), className: text().optional(), checkpoint }),
  'runs.proposeLabels': strict<Argument<'runs.proposeLabels'>>({ id, checkpoint }),
  'runs.encode': strict<Argument<'runs.encode'>>({ id, tickets: z.array(id).min(1).max(1000), target: id, format: z.enum(['json', 'sheet']), className: name.optional(), checkpoint }),
  'runs.invert': strict<Argument<'runs.invert'>>({
    id, tickets: z.array(id).max(16).optional(), sampleIds: z.array(id).max(64).optional(), pictureIds: z.array(id).max(64).optional(), again: id.optional(), className: text().optional(),
    mask: z.string().max(90_000).regex(/^[A-Za-z0-9+/]*={0,2}$/, { message: 'expected.base64' }).optional(), maskTicket: id.optional(), steps: z.int().min(0).max(5000).optional(), start: z.enum(['auto', 'encoder', 'mean']).optional(), checkpoint,
  }),
  'runs.enlarge': strict<Argument<'runs.enlarge'>>({ id, tickets: z.array(id).max(16).optional(), sampleIds: z.array(id).max(mostToRedraw).optional(), pictureIds: z.array(id).max(mostToRedraw).optional(), checkpoint }),
  'runs.translate': strict<Argument<'runs.translate'>>({ id, to: text(), full: z.boolean().optional(), again: id.optional(), tickets: z.array(id).max(16).optional(), sampleIds: z.array(id).max(mostToRedraw).optional(), pictureIds: z.array(id).max(mostToRedraw).optional(), checkpoint }),
  'runs.trainEncoder': strict<Argument<'runs.trainEncoder'>>({ id, minutes: z.number().min(0.01).max(1440).optional(), checkpoint }),
  'runs.checkpoints': byId,
  'runs.adopt': strict<Argument<'runs.adopt'>>({ modelId: id, name: name.optional() }),
  'runs.advice': byId,
  'models.list': nothing,
  'models.recognise': strict<Argument<'models.recognise'>>({ ticket: id }),
  'models.add': strict<Argument<'models.add'>>({ ticket: id }),
  'models.remove': byId,
  'models.restore': byId,
  'gallery.generate': generateRequest,
  'gallery.list': strict<Argument<'gallery.list'>>({ ...galleryFilter, offset, limit }),
  'gallery.ids': strict<GalleryFilter>(galleryFilter),
  'gallery.favourite': strict<Argument<'gallery.favourite'>>({ ids, favourite: z.boolean() }),
  'gallery.delete': byIds,
  'gallery.restore': byIds,
  'gallery.point': byId,
  'explorer.open': strict<Argument<'explorer.open'>>({ runId: id, checkpoint }),
  'explorer.draw': strict<Argument<'explorer.draw'>>({ id, points: z.array(latentPoint).min(1).max(mostDrawn), truncation, columns: z.int().min(1).max(16).optional() }),
  'explorer.keep': strict<Argument<'explorer.keep'>>({ id, points: z.array(latentPoint).min(1).max(mostDrawn), truncation, favourite: z.boolean() }),
  'explorer.close': byId,
  'gallery.nearest': strict<Argument<'gallery.nearest'>>({ ids: z.array(id).min(1).max(256) }),
  'export.start': strict<ExportRequest>({ source: exportSource, format: z.enum(exportFormats), target: exportTarget }),
  'export.model': strict<ModelExportRequest>({
    runId: id, format: z.enum(modelFormats), network: z.enum(modelNetworks).optional(), precision: z.enum(modelPrecisions).optional(), licence: licence.optional(), checkpoint, target: exportTarget,
  }),
}

/** Host methods take one positional argument each. */
export const hostSchemas: { readonly [M in keyof HostApi]: SchemaOf<Parameters<HostApi[M]>[0]> } = {
  registerSources: z.array(path).min(1).max(maxItems),
  neededSources: nothing,
  goOn: nothing,
  registerTarget: z.union([path, z.strictObject({ path, replace: z.boolean() })]),
  readMedia: text(256),
}

export const isMethod = (value: unknown): value is MethodName =>
  typeof value === 'string' && Object.hasOwn(argumentSchemas, value)
export const isHostMethod = (value: unknown): value is keyof HostApi =>
  typeof value === 'string' && Object.hasOwn(hostSchemas, value)

/** The argument as the method takes it; throws `bad-input` naming field, expected and found. */
export function parseArgument<M extends MethodName>(method: M, value: unknown): Argument<M> {
  return parse(argumentSchemas[method], value, method)
}
export function parseHostArgument<M extends keyof HostApi>(method: M, value: unknown): Parameters<HostApi[M]>[0] {
  return parse(hostSchemas[method], value, method)
}

export function parse<T>(schema: SchemaOf<T>, value: unknown, where: string): T {
  const result = checked(schema, value)
  if (result?.success === true) return result.data
  const issue = result?.error.issues[0]
  throw refusal('bad-input', issue === undefined ? message('input.invalid', { where }) : describeIssue(issue, value, where))
}

/** Null where zod itself gives up: it compares `length` before it knows that this is a text or a list. */
function checked<T>(schema: SchemaOf<T>, value: unknown): z.ZodSafeParseResult<T> | null {
  try {
    return schema.safeParse(value)
  } catch (error) {
    // The table of options says by itself what is wrong.
    if (error instanceof StudioError) throw error
    return null
  }
}
