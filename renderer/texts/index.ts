/** Every text of the interface: key: [English, 简体中文], a file a screen. */
import { compositionTexts } from './composition.ts'
import { dataTexts } from './data.ts'
import { enlargingTexts } from './enlarging.ts'
import { errorTexts } from './errors.ts'
import { explorerTexts } from './explorer.ts'
import { frameTexts } from './frame.ts'
import { galleryTexts } from './gallery.ts'
import { headTexts } from './heads.ts'
import { insightTexts } from './insight.ts'
import { looksTexts } from './looks.ts'
import { placesTexts } from './places.ts'
import { runTexts } from './run.ts'
import { settingsTexts } from './settings.ts'
import { trainTexts } from './train.ts'
import { translatingTexts } from './translating.ts'

export type Texts = Readonly<Record<string, readonly [string, string]>>

export const table = { ...frameTexts, ...dataTexts, ...compositionTexts, ...trainTexts, ...runTexts, ...enlargingTexts, ...translatingTexts, ...insightTexts, ...looksTexts, ...headTexts, ...galleryTexts, ...explorerTexts, ...settingsTexts, ...placesTexts, ...errorTexts } as const satisfies Texts
export type TextKey = keyof typeof table
