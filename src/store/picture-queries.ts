/** What the grid and the charts of a data set ask: pages of it filtered and sorted by anything, and how its measures spread. */
import type { Page } from '../contract/api.ts'
import type { ClassComposition, Dataset, Histogram, Look, Measure, Picture, PictureFilter, PictureMap, PictureSort } from '../contract/data.ts'
import type { ColumnsCache } from './columns-cache.ts'
import { histogramOf } from './histogram.ts'
import type { PicturesTable } from './pictures.ts'

export class PictureQueries {
  readonly #pictures: PicturesTable
  readonly #columns: ColumnsCache

  constructor(pictures: PicturesTable, columns: ColumnsCache) {
    this.#pictures = pictures
    this.#columns = columns
  }

  /** In import order where `sort` is null; `total` counts what matches. */
  async page(datasetId: string, filter: PictureFilter, sort: PictureSort | null, offset: number, limit: number): Promise<Page<Picture>> {
    if (isPlain(filter, sort)) return this.#pictures.page(datasetId, filter, offset, limit)
    const { seqs, total } = (await this.#columns.of(datasetId)).page(filter, sort, offset, limit)
    return { items: this.#pictures.some(seqs), total }
  }

  /** Of all that match, in the same order. */
  async ids(datasetId: string, filter: PictureFilter, sort: PictureSort | null): Promise<string[]> {
    return (await this.#columns.of(datasetId)).ids(filter, sort)
  }

  /** What takes part, by class in the order of their names; those without one last. */
  async composition({ id, classes }: Dataset): Promise<ClassComposition[]> {
    const found = (await this.#columns.of(id)).composition()
    return [...classes.map((one) => one.id), null].flatMap((classId) => {
      const counts = found.get(classId)
      return counts === undefined ? [] : [{ classId, ...counts }]
    })
  }

  /** Where the latest look put what takes part. */
  async map({ id, classes }: Dataset): Promise<Omit<PictureMap, keyof Look>> {
    const columns = await this.#columns.of(id)
    const indices = new Map<string | null, number>(classes.map((one, i) => [one.id, i]))
    const { pictureIds, classIndices, places } = columns.placed((classId) => indices.get(classId) ?? -1)
    return { pictureIds: pictureIds.join(' '), classIndices: new Uint8Array(classIndices.buffer), places: new Uint8Array(places.buffer) }
  }

  /** Of each measure, over what matches all else than a range of itself: so that a range can be seen within the rest, and moved. */
  async histograms(datasetId: string, filter: PictureFilter, wanted: readonly Measure[]): Promise<Histogram[]> {
    const columns = await this.#columns.of(datasetId)
    const { within = [], ...rest } = filter
    return wanted.map((measure) => {
      const others = within.filter((range) => range.measure !== measure)
      return histogramOf(measure, columns.values(measure, others.length === 0 ? rest : { ...rest, within: others }))
    })
  }
}

/** The database answers it from an index. */
const isPlain = ({ search = '', within = [], part, copies, ids }: PictureFilter, sort: PictureSort | null): boolean =>
  sort === null && search === '' && within.length === 0 && part === undefined && copies === undefined && ids === undefined
