/** What the grid and the charts of a data set ask: pages of it filtered and sorted by anything, and how its measures spread. */
import type { Page } from '../contract/api.ts'
import type { Histogram, Measure, Picture, PictureFilter, PictureSort } from '../contract/data.ts'
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
    if (isPlain(filter, sort)) return this.#pictures.ids(datasetId, filter)
    return this.#pictures.idsOf((await this.#columns.of(datasetId)).page(filter, sort, 0, Infinity).seqs)
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
const isPlain = ({ search = '', within = [], part, copies }: PictureFilter, sort: PictureSort | null): boolean =>
  sort === null && search === '' && within.length === 0 && part === undefined && copies === undefined
