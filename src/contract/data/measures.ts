/** What pictures can be sorted and filtered by, and what a look at all of them found. */

/**
 * `pixels`: width × height. `aspect`: width ÷ height. `date`: when the file was last changed.
 * `brightness`: mean luma in [0,1]. `sharpness`: variance of the Laplacian of the luma (0 … 255) of a
 * small copy (Pech-Pacheco 2000); blurred pictures have little. `saturation`: mean difference between
 * the strongest and the weakest channel in [0,1]. `hue`: of the mean colour, in degrees.
 * `distance`: from the centre of its class, in features of a pretrained network; 0 … 2.
 * `oddness`: share of the looked-at pictures that are less far from their nearest neighbours; in [0,1].
 */
export const measures = ['pixels', 'aspect', 'bytes', 'date', 'brightness', 'sharpness', 'saturation', 'hue', 'distance', 'oddness'] as const
export type Measure = (typeof measures)[number]
/** null: not known, or without meaning (the hue of a grey picture). */
export type PictureMeasures = Readonly<Record<Measure, number | null>>

/** Both ends belong to it; a picture without the measure is outside. */
export interface MeasureRange {
  readonly measure: Measure
  readonly from: number
  readonly to: number
}
/** Pictures without the measure come last either way; equal ones in import order. */
export interface PictureSort {
  readonly by: Measure
  readonly descending: boolean
}

export interface Histogram {
  readonly measure: Measure
  /** Ascending; one more than `counts`. Spaced evenly, or evenly in the logarithm. */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
  /** Pictures without the measure. */
  readonly missing: number
}

/** How far a data set has been looked at. */
export interface LookState {
  /** Pictures whose brightness and sharpness are not known yet: they came before the studio measured. */
  readonly unmeasured: number
  /** The latest look by features of a pretrained network; null: none. */
  readonly look: Look | null
  /** Pictures that take part, augmented copies aside, and of those how many have their features already. */
  readonly pictures: number
  readonly known: number
  /** What a look at all of them would take; null where no engine was measured yet. */
  readonly estimatedMs: number | null
}
export interface Look {
  readonly at: number
  /** The data set's revision it saw: a later one may have other classes or pictures. */
  readonly revision: number
  /** Pictures it looked at: all, or a sample. */
  readonly pictures: number
}

/** Pictures in the plane, those alike near each other, in import order; read by `readMap`. */
export interface PictureMap extends Look {
  /** With spaces between: 200,000 are sent sooner as one string. */
  readonly pictureIds: string
  /** An int16 each, of this machine's byte order: index into the data set's classes; -1: none. */
  readonly classIndices: Uint8Array
  /** Two float32 each: x and y, in [0,1]. */
  readonly places: Uint8Array
}
export interface ReadMap extends Look {
  readonly pictureIds: readonly string[]
  readonly classIndices: Int16Array
  /** x and y in turn. */
  readonly places: Float32Array
}

/** As lists that are alike in length (`places` has two numbers each). */
export function readMap({ pictureIds, classIndices, places, ...look }: PictureMap): ReadMap {
  return {
    ...look,
    pictureIds: pictureIds === '' ? [] : pictureIds.split(' '),
    classIndices: new Int16Array(new Uint8Array(classIndices).buffer),
    places: new Float32Array(new Uint8Array(places).buffer),
  }
}
