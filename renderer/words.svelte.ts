/** Every text of the interface in both languages; `t` follows the language in place. */
import type { Words } from '../src/contract/options.ts'
import { table, type TextKey } from './texts.ts'

export type Language = 'en' | 'zh'

class LanguageState {
  current = $state<Language>('en')
}
export const language = new LanguageState()

/** `{0}` and `{1}` in a text stand for the values. */
export function t(key: TextKey, ...values: readonly (string | number)[]): string {
  return table[key][language.current === 'en' ? 0 : 1].replace(/\{(\d)\}/g, (_, n: string) => String(values[Number(n)] ?? ''))
}
export const said = (words: Words): string => words[language.current]

const locale = (): string => (language.current === 'en' ? 'en' : 'zh-CN')
export const number = (value: number, digits = 0): string => value.toLocaleString(locale(), { maximumFractionDigits: digits })
export const date = (time: number): string => new Date(time).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return t('seconds', seconds)
  if (seconds < 3600) return t('minutes', Math.round(seconds / 60))
  return t('hours', number(seconds / 3600, 1))
}
export function bytes(count: number): string {
  return count < 1e6 ? `${number(count / 1e3)} kB` : count < 1e9 ? `${number(count / 1e6)} MB` : `${number(count / 1e9, 1)} GB`
}
