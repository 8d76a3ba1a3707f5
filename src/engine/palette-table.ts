import type { Palette } from '../contract/palette.ts'
import { unit } from './picture-bytes.ts'

/** The colours of a palette as rows of numbers in [-1,1]. */
export const paletteTable = (palette: Palette): { readonly values: Float32Array; readonly shape: [colours: number, channels: number] } =>
  ({ values: Float32Array.from(palette.flat(), (byte) => unit[byte] ?? 0), shape: [palette.length, palette[0]?.length ?? 0] })
