/** The colours that pictures of a palette have. */

/** One entry a colour: a byte for each channel. */
export type Palette = readonly (readonly number[])[]
