/** The person's settings, and what the studio says of itself. */
import type { EngineId } from './engines.ts'
import type { TimeBudget } from './runs.ts'

export interface Settings {
  readonly language: 'system' | 'en' | 'zh'
  readonly theme: 'system' | 'light' | 'dark'
  readonly engine: 'auto' | EngineId
  readonly gallerySize: number
  readonly budget: TimeBudget
}
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  engine: 'auto',
  gallerySize: 128,
  budget: { kind: 'minutes', minutes: 10 },
}

export interface StudioInfo {
  readonly version: string
  readonly dataFolder: string
  readonly protocol: number
  readonly cores: number
  readonly memoryBytes: number
  readonly diskFreeBytes: number
  /** What the studio before this one left when it ended without closing; null where it closed. */
  readonly cutShort: CutShort | null
}

/** A studio that crashed, was killed or lost its power: what that meant for a person's work. */
export interface CutShort {
  /** About when, in ms since 1970. */
  readonly at: number
  /** What was training, each now at its newest checkpoint. */
  readonly runs: readonly { readonly id: string; readonly name: string; readonly imagesSeen: number }[]
  /** Imports under way: what had come is kept, and they can go on. */
  readonly imports: number
}
