/** `gan-studio datasets …`: what is in a data set, and mending it step by step. */
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { Studio } from '../../../contract/api.ts'
import { pictureSize, resolutions, sizeText } from '../../../contract/data.ts'
import type { Aspect, ColourMode, CropBox, Dataset, DatasetEdit, DatasetLayout, FitPolicy, HistoryStep, Picture, PictureFilter, PictureSort, SplitFolderMeaning } from '../../../contract/data.ts'
import { counted } from '../../../contract/filled.ts'
import { phrase } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { classRule, describePreview } from '../class-rule.ts'
import { findClass, findDataset, pick } from '../find.ts'
import { byteSize, table, thousands } from '../output.ts'
import { filterOf, sortOf, type FilterOptions, type SortOptions } from '../picture-filter.ts'
import { measureAll, measureText } from './looks.ts'

export interface PicturesOptions extends FilterOptions, SortOptions {
  readonly limit?: number
}

export interface DuplicatesOptions {
  readonly exclude?: boolean
}
export interface CropOptions {
  readonly box?: CropBox
  /** The whole picture again. */
  readonly reset?: boolean
}
export interface ClassifyOptions {
  readonly dryRun?: boolean
  readonly splitFolders: SplitFolderMeaning
}
export interface PrepareOptions {
  readonly resolution?: number
  readonly aspect?: Aspect
  readonly fit?: FitPolicy
  readonly colour?: ColourMode
  readonly colours?: number
}
export interface ExportDatasetOptions {
  readonly out: string
  readonly layout: DatasetLayout
  readonly copies?: boolean
  readonly parts?: boolean
  readonly force?: boolean
}

export async function showDataset({ studio, output }: Watch, name: string): Promise<void> {
  const dataset = await findDataset(studio, name)
  const { undo, redo } = await studio.call('datasets.history', { id: dataset.id })
  const lines: readonly (readonly [string, string])[] = [
    ['Name', dataset.name], ['Id', dataset.id], ['State', dataset.state], ['Created', when(dataset.createdAt)],
    ['Pictures', thousands(dataset.pictureCount)], ['Excluded', thousands(dataset.excludedCount)], ['Unlabelled', thousands(dataset.unlabelledCount)],
    ...(dataset.unfinished === null ? [] : [['Import', `cut short with ${counted(dataset.unfinished.taken, 'picture')}; go on: gan-studio datasets resume ${dataset.id}`] as const]),
    ['Pixels', `${sizeText(pictureSize(dataset))}, ${dataset.fit}`], ['Colours', coloursOf(dataset)], ['Size', byteSize(dataset.bytes)], ['Revision', String(dataset.revision)],
    ...(undo === null ? [] : [['Undo takes back', phrase(undo.what, 'en')] as const]),
    ...(redo === null ? [] : [['Redo does again', phrase(redo.what, 'en')] as const]),
  ]
  const classes = table(['Class', 'Pictures', 'Id'], dataset.classes.map(({ id, name: className, count }) => [className, count, id]))
  output.result({ id: dataset.id, dataset, undo, redo }, `${table(['', ''], lines).trim()}${dataset.classes.length === 0 ? '' : `\n\n${classes}`}`)
}

export async function listPictures(watch: Watch, name: string, options: PicturesOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const [filter, sort] = [filterOf(dataset, options), sortOf(options)]
  if (sort !== undefined || filter.within !== undefined) await measureAll(watch, dataset.id)
  const classNames = new Map<string | null, string>(dataset.classes.map((one) => [one.id, one.name]))
  const rows: string[][] = []
  let count = 0
  for await (const picture of picturesOf(studio, dataset, filter, sort)) {
    if (count === options.limit) break
    const className = classNames.get(picture.classId) ?? null
    output.item({ type: 'picture', ...picture, className }, null)
    count += 1
    if (!output.json) rows.push([picture.id, className ?? '', `${picture.width} × ${picture.height}`, ...(sort === undefined ? [] : [measureText(sort.by, picture.measures[sort.by])]), picture.sourcePath])
  }
  output.result({ id: dataset.id, count }, rows.length === 0 ? 'No pictures.' : table(['Id', 'Class', 'Size', ...(sort === undefined ? [] : [sort.by]), 'Path'], rows))
}

export async function showHistory({ studio, output }: Watch, name: string): Promise<void> {
  const dataset = await findDataset(studio, name)
  const { steps, undo, redo } = await studio.call('datasets.history', { id: dataset.id })
  for (const step of steps) output.item({ type: 'step', ...step }, null)
  const rows = steps.map((step) => [step.revision, when(step.at), phrase(step.what, 'en'), step.pictureCount, step.state])
  output.result({ id: dataset.id, count: steps.length, undo, redo }, rows.length === 0 ? `${dataset.name} is as it was imported.` : table(['Revision', 'When', 'What', 'Pictures', 'State'], rows))
}

type MakeEdit = (dataset: Dataset, choose: (wanted: readonly string[], filter: PictureFilter) => Promise<readonly string[]>) => Promise<DatasetEdit>

async function edit({ studio, output }: Watch, name: string, make: MakeEdit): Promise<void> {
  const dataset = await findDataset(studio, name)
  const step = await studio.call('datasets.edit', { id: dataset.id, edit: await make(dataset, (wanted, filter) => choose(studio, dataset, wanted, filter)) })
  await tell({ studio, output }, dataset.id, step, step === null ? 'Nothing to change: it is like that already.' : '')
}

export const renameClass = (watch: Watch, name: string, className: string, wanted: string): Promise<void> =>
  edit(watch, name, async (dataset) => ({ kind: 'rename-class', classId: findClass(dataset, className).id, name: wanted }))

export const mergeClasses = (watch: Watch, name: string, classNames: readonly string[], into: string): Promise<void> =>
  edit(watch, name, async (dataset) => ({ kind: 'merge-classes', classIds: classNames.map((one) => findClass(dataset, one).id), into: findClass(dataset, into).id }))

export const deleteClass = (watch: Watch, name: string, className: string): Promise<void> =>
  edit(watch, name, async (dataset) => ({ kind: 'delete-class', classId: findClass(dataset, className).id }))

export const newClass = (watch: Watch, name: string, className: string, pictures: readonly string[]): Promise<void> =>
  edit(watch, name, async (_dataset, chosen) => ({ kind: 'new-class', name: className, pictureIds: pictures.length === 0 ? [] : await chosen(pictures, {}) }))

export const relabel = (watch: Watch, name: string, className: string, pictures: readonly string[]): Promise<void> =>
  edit(watch, name, async (dataset, chosen) => ({ kind: 'relabel', classId: findClass(dataset, className).id, pictureIds: await chosen(pictures, {}) }))

export const unlabel = (watch: Watch, name: string, pictures: readonly string[]): Promise<void> =>
  edit(watch, name, async (_dataset, chosen) => ({ kind: 'relabel', classId: null, pictureIds: await chosen(pictures, {}) }))

export const exclude = (watch: Watch, name: string, pictures: readonly string[]): Promise<void> =>
  edit(watch, name, async (_dataset, chosen) => ({ kind: 'exclude', pictureIds: await chosen(pictures, {}) }))

export const include = (watch: Watch, name: string, pictures: readonly string[]): Promise<void> =>
  edit(watch, name, async (_dataset, chosen) => ({ kind: 'include', pictureIds: await chosen(pictures, { excluded: true }) }))

export async function crop(watch: Watch, name: string, pictures: readonly string[], { box, reset }: CropOptions): Promise<void> {
  if (box === undefined && reset !== true) throw new StudioError('bad-input', 'Expected --box <x,y,w,h> or --reset, found neither.')
  await edit(watch, name, async (_dataset, chosen) => ({ kind: 'crop', box: box ?? null, pictureIds: await chosen(pictures, {}) }))
}

export async function classify(watch: Watch, name: string, text: string, { dryRun, splitFolders }: ClassifyOptions): Promise<void> {
  const rule = classRule(text, splitFolders)
  if (dryRun !== true) return await edit(watch, name, async () => ({ kind: 'classify', rule }))
  const preview = await watch.studio.call('datasets.previewClasses', { of: { id: (await findDataset(watch.studio, name)).id }, rule })
  watch.output.result({ preview }, describePreview(preview))
}

export async function turn(watch: Watch, name: string, direction: 'undo' | 'redo'): Promise<void> {
  const { id } = await findDataset(watch.studio, name)
  await tell(watch, id, await watch.studio.call(`datasets.${direction}`, { id }), direction === 'undo' ? 'Undone: ' : 'Done again: ')
}

export async function exportDataset(watch: Watch, name: string, { out, layout, force, copies = false, parts = false }: ExportDatasetOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const packing = /\.zip$/i.test(out) ? 'zip' : 'folder'
  const path = resolve(out)
  if (packing === 'folder' && (await readdir(path).catch(() => [])).length > 0) throw new StudioError('name-taken', `--out: "${path}" is not empty. Name a new folder, or a file that ends in .zip.`)
  const target = await studio.registerTarget({ path, replace: force === true })
  const ended = await follow(watch, () => studio.call('datasets.export', { id: dataset.id, layout, copies, parts, packing, target: { kind: 'ticket', ticket: target } }))
  const lost = ended.kind === 'export' ? ended.lost : undefined
  for (const { path: picture, why } of lost?.first ?? []) {
    const message = phrase(why, 'en')
    output.item({ type: 'lost', path: picture, message }, `Left out ${picture}: ${message}`)
  }
  if (lost !== undefined && lost.first.length < lost.count) output.note(`… and ${thousands(lost.count - lost.first.length)} more.`)
  output.result({ id: dataset.id, layout, out: path, lost: lost?.count ?? 0 }, `Written: ${path}${lost === undefined ? '' : `, without ${counted(lost.count, 'picture')} that could not be read`}`)
}

export async function findDuplicates(watch: Watch, name: string, { exclude: leaveOut }: DuplicatesOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const found = await follow(watch, () => studio.call('datasets.duplicates', { id: dataset.id }))
  const groups = found.kind === 'duplicates' ? found.groups : []
  const others = groups.flatMap((group) => group.slice(1))
  for (const [n, pictureIds] of groups.entries()) output.item({ type: 'group', pictureIds }, `${n + 1}: ${pictureIds.join(' ')}`)
  if (leaveOut === true && others.length > 0) {
    const step = await studio.call('datasets.edit', { id: dataset.id, edit: { kind: 'exclude', pictureIds: others } })
    return await tell(watch, dataset.id, step, '')
  }
  output.result({ id: dataset.id, count: groups.length }, groups.length === 0 ? 'No two pictures look like copies of each other.' : `${counted(groups.length, 'group')}; ${counted(others.length, 'picture')} beside the largest of each. Exclude those: gan-studio datasets duplicates ${dataset.id} --exclude`)
}

export async function prepareDataset({ studio, output }: Watch, name: string, { resolution: side, ...rest }: PrepareOptions): Promise<void> {
  const { id } = await findDataset(studio, name)
  const resolution = side === undefined ? undefined : resolutions.find((one) => one === side)
  if (side !== undefined && resolution === undefined) throw new StudioError('bad-input', `--resolution: expected ${resolutions.join(', ')}, found ${side}.`)
  await studio.call('datasets.edit', { id, edit: { kind: 'prepare', ...rest, ...(resolution === undefined ? {} : { resolution }) } })
  const dataset = await studio.call('datasets.get', { id })
  output.result({ id, dataset }, `${dataset.name}: ${sizeText(pictureSize(dataset))}, ${dataset.fit}, ${coloursOf(dataset)}`)
}

export async function renameDataset({ studio, output }: Watch, name: string, wanted: string): Promise<void> {
  const { id } = await findDataset(studio, name)
  const dataset = await studio.call('datasets.update', { id, name: wanted })
  output.result({ id, dataset }, `Renamed to "${dataset.name}".`)
}

export async function deleteDataset({ studio, output }: Watch, name: string): Promise<void> {
  const dataset = await findDataset(studio, name)
  await studio.call('datasets.delete', { id: dataset.id })
  output.result({ id: dataset.id }, `"${dataset.name}" was deleted. For 30 days it can be had back: gan-studio datasets restore ${dataset.id}`)
}

export async function restoreDataset({ studio, output }: Watch, wanted: string): Promise<void> {
  const { datasets } = await studio.call('storage.use')
  const { id } = pick('deleted data set', 'storage', datasets.filter(({ deleted }) => deleted), wanted)
  const dataset = await studio.call('datasets.restore', { id })
  output.result({ id, dataset }, `"${dataset.name}" is back.`)
}

export async function tell({ studio, output }: Pick<Watch, 'studio' | 'output'>, id: string, step: HistoryStep | null, said: string): Promise<void> {
  const dataset = await studio.call('datasets.get', { id })
  const what = step === null ? '' : `${phrase(step.what, 'en')}${step.pictureCount === 0 ? '' : ` (pictures: ${thousands(step.pictureCount)})`}`
  output.result({ id, step, dataset }, `${said}${what}\n${dataset.name}: ${counted(dataset.pictureCount, 'picture')}, ${counted(dataset.classes.length, 'class', 'classes')}, ${thousands(dataset.excludedCount)} excluded`)
}

const pageSize = 1000
async function* picturesOf(studio: Studio, { id }: Dataset, filter: PictureFilter, sort?: PictureSort): AsyncGenerator<Picture> {
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    const page = await studio.call('datasets.pictures', { id, ...filter, ...(sort === undefined ? {} : { sort }), offset, limit: pageSize })
    total = page.total
    yield* page.items
  }
}

/** By id, path or pattern; each must name something. */
async function choose(studio: Studio, dataset: Dataset, wanted: readonly string[], filter: PictureFilter): Promise<readonly string[]> {
  const matchers = wanted.map((text) => ({ text, matches: matcher(text), found: false }))
  const ids: string[] = []
  for await (const picture of picturesOf(studio, dataset, filter)) {
    const matching = matchers.filter(({ matches }) => matches(picture))
    for (const one of matching) one.found = true
    if (matching.length > 0) ids.push(picture.id)
  }
  const [missed] = matchers.filter(({ found }) => !found)
  if (missed !== undefined) throw new StudioError('not-found', `${dataset.name} has no ${filter.excluded === true ? 'excluded ' : ''}picture "${missed.text}". Name an id, a path as imported, or a pattern such as "cats/*.jpg"; see: gan-studio datasets pictures ${dataset.id}${filter.excluded === true ? ' --excluded' : ''}`)
  return ids
}

/** `*` stands for anything within one folder, `**` for anything at all, `?` for one character. */
function matcher(text: string): (picture: Picture) => boolean {
  const wanted = text.normalize('NFC')
  if (!/[*?]/.test(wanted)) return ({ id, sourcePath }) => id === text || sourcePath.normalize('NFC') === wanted
  const pattern = wanted.replace(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part === '?' ? '[^/]' : `\\${part}`))
  const expression = new RegExp(`^${pattern}$`, 'su')
  return ({ sourcePath }) => expression.test(sourcePath.normalize('NFC'))
}

const coloursOf = ({ colour, colours }: Dataset): string => (colour === 'palette' ? `palette of ${colours}` : colour)
const when = (at: number): string => new Date(at).toLocaleString('sv')
