/** How pictures are made ready, and what changed of it; part of the table in messages.ts. */
import type { ColourMode, FitPolicy } from './data.ts'
import type { Words } from './option-spec.ts'

export const prepareMessages = {
  'step.prepare': { en: '{changes}', zh: '{changes}' },
  'prepare.resolution': { en: 'Resolution: {from} → {to}', zh: '分辨率：{from} → {to}' },
  'prepare.aspect': { en: 'Width to height: {from} → {to}', zh: '宽高比：{from} → {to}' },
  'prepare.fit': { en: 'Fitting: {to}', zh: '适配方式：{to}' },
  'prepare.colour': { en: 'Colours: {to}', zh: '颜色：{to}' },
  'prepare.colours': { en: 'Colours of the palette: {to}', zh: '调色板颜色数：{to}' },

  'fit.crop': { en: 'Cut the middle out', zh: '裁取中间' },
  'fit.fit': { en: 'Squeeze', zh: '缩放变形' },
  'fit.pad': { en: 'Add borders', zh: '加边' },
  'colour.as-is': { en: 'Colours as they are', zh: '保留原有颜色' },
  'colour.grey': { en: 'Grey', zh: '灰度' },
  'colour.rgb': { en: 'Colour', zh: '彩色' },
  'colour.rgba': { en: 'Colour with transparency', zh: '带透明度的彩色' },
  'colour.binary': { en: 'Black and white', zh: '黑白' },
  'colour.palette': { en: 'A palette', zh: '调色板' },
} as const satisfies Record<string, Words> & Record<`fit.${FitPolicy}` | `colour.${ColourMode}`, Words>
