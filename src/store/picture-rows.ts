/** Rows of pictures as the database keeps them, and as everyone else sees them. */
import { splitParts, type CopyRecipe, type CropBox, type Picture, type SplitPart } from '../contract/data.ts'
import type { Message } from '../contract/messages.ts'
import { fromJson } from './db.ts'
import { measureColumns, measuresOfRow, type MeasureRow } from './measure-values.ts'
import { standings, type PictureState, type Standing } from './picture-changes.ts'

/** What the pixels hold, which decides the channels of a training set. */
export type PictureColour = 'grey' | 'colour' | 'transparent'

export interface PictureRecord extends Omit<Picture, 'excluded' | 'part' | 'parentId' | 'crop' | 'measures' | 'odd'> {
  readonly datasetId: string
  /** Hex; names the original in the content-addressed folder. */
  readonly sha256: string
  readonly colour: PictureColour
  /** Of an augmented copy: the picture it was made from. */
  readonly parentId?: string | null
}
export interface NewPicture extends PictureRecord {
  /** Of an augmented copy: how it was made. */
  readonly recipe?: CopyRecipe | null
  readonly crop?: CropBox | null
  readonly fileDate?: number | null
  readonly part?: SplitPart | null
  /** Absent: to be measured later. */
  readonly measured?: KeptMeasure
}
export interface KeptMeasure {
  readonly brightness: number
  readonly sharpness: number
  readonly saturation: number
  readonly meanColour: number
}
export interface KeptPicture extends PictureRecord {
  /** Row number, which is also the import order. */
  readonly seq: number
  readonly standing: Standing
  readonly part: SplitPart | null
  readonly crop: CropBox | null
  readonly parentId: string | null
}
/** What edits concern. */
export type PictureWithState = PictureState & { readonly seq: number }

export interface PictureRow {
  readonly seq: number
  readonly id: string
  readonly dataset_id: string
  readonly class_id: string | null
  readonly source_path: string
  readonly hash: string
  readonly width: number
  readonly height: number
  readonly format: string
  readonly bytes: number
  readonly colour: PictureColour
  readonly standing: number
  readonly part: number | null
  readonly crop: string | null
  readonly parent_id: string | null
}
export const pictureColumns = 'seq, id, dataset_id, class_id, source_path, lower(hex(sha256)) AS hash, width, height, format, bytes, colour, standing, part, crop, parent_id'
export type PublicRow = Pick<PictureRow, 'seq' | 'id' | 'class_id' | 'source_path' | 'format' | 'standing' | 'part' | 'crop' | 'parent_id'> & MeasureRow & { readonly reason: string | null }
export const publicColumns = `seq, id, class_id, source_path, format, standing, part, crop, parent_id, reason, ${measureColumns} FROM pictures LEFT JOIN looked_at USING (seq)`

/** Four values in the order of their columns. */
export const measureValues = (measured: KeptMeasure | undefined): readonly [number | null, number | null, number | null, number | null] =>
  measured === undefined ? [null, null, null, null] : [measured.brightness, measured.sharpness, measured.saturation, measured.meanColour]

export const partCode = (part: SplitPart | null): number | null => (part === null ? null : splitParts.indexOf(part))
export const partOf = (code: number | null): SplitPart | null => (code === null ? null : (splitParts[code] ?? null))
export const cropOf = (text: string | null): CropBox | null => (text === null ? null : fromJson<CropBox>(text))
export const cropText = (crop: CropBox | null): string | null => (crop === null ? null : JSON.stringify(crop))
export const standingOf = (code: number): Standing => standings[code] ?? 'in'
export const publicPicture = (row: PublicRow): Picture => ({
  id: row.id, classId: row.class_id, sourcePath: row.source_path, width: row.width, height: row.height, format: row.format, bytes: row.bytes, excluded: standingOf(row.standing) === 'excluded',
  part: partOf(row.part), parentId: row.parent_id, crop: cropOf(row.crop),
  measures: measuresOfRow(row), odd: row.reason === null ? null : fromJson<Message>(row.reason),
})
export const kept = (row: PictureRow): KeptPicture => ({
  id: row.id, classId: row.class_id, sourcePath: row.source_path, width: row.width, height: row.height, format: row.format, bytes: row.bytes,
  seq: row.seq, datasetId: row.dataset_id, sha256: row.hash, colour: row.colour, standing: standingOf(row.standing),
  part: partOf(row.part), parentId: row.parent_id, crop: cropOf(row.crop),
})
