import type { Palette } from '../contract/palette.ts'
import { level } from './packed-bytes.ts'

/** The colours of a palette as rows of numbers in [-1,1]. */
export const paletteTable = (palette: Palette): { readonly values: Float32Array; readonly shape: [colours: number, channels: number] } =>
  ({ values: Float32Array.from(palette.flat(), level), shape: [palette.length, palette[0]?.length ?? 0] })
