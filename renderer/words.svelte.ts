/** Every text of the interface in both languages; `t` follows the language in place. */
import { unreachable } from '../src/base/errors.ts'
import type { ActivityKind, ColourMode, FitPolicy, Measure, Run, Size } from '../src/contract/data.ts'
import type { Failure } from '../src/contract/failure.ts'
import { filled } from '../src/contract/filled.ts'
import { detailOf, message, phrase, type Message } from '../src/contract/messages.ts'
import { optionSpec, type OptionKey, type Words } from '../src/contract/options.ts'
import { taskOf } from '../src/contract/tasks.ts'
import { table, type TextKey } from './texts/index.ts'

export type Language = keyof Words

class LanguageState {
  current = $state<Language>('en')
}
export const language = new LanguageState()

/** `{0}` and `{1}` in a text stand for the values, `{0:picture|pictures}` for the word that goes with one. */
export function t(key: TextKey, ...values: readonly (string | number)[]): string {
  return filled(table[key][language.current === 'en' ? 0 : 1], (name) => (/^\d$/.test(name) ? String(values[Number(name)] ?? '') : `{${name}}`))
}
export const said = (words: Words): string => words[language.current]
/** Long work of this kind. */
export const underWay = (kind: ActivityKind): string => tell(message(`work.${kind}`))
export const tell = (message: Message): string => phrase(message, language.current)
export const fitting = (fit: FitPolicy): string => tell(message(`fit.${fit}`))
export const colouring = (mode: ColourMode): string => tell(message(`colour.${mode}`))

const locale = (): string => (language.current === 'en' ? 'en' : 'zh-CN')
export const number = (value: number, digits = 0): string => value.toLocaleString(locale(), { maximumFractionDigits: digits })
/** Three significant digits: small learning rates and large counts alike. */
export const figure = (value: number): string => value.toLocaleString(locale(), { maximumSignificantDigits: 3 })
/** In words of scale: 1.2M, 118万. */
export const scaled = (value: number): string => value.toLocaleString(locale(), { notation: 'compact', maximumSignificantDigits: 3 })
export function date(time: number): string {
  const [then, now] = [new Date(time), new Date()]
  const year = then.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return then.toLocaleString(locale(), { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...year })
}
export const pictures = (count: number): string => t('pictures', number(count))
export const pixels = ({ height, width }: Size): string => (height === width ? t('pixels', width) : t('pixelSize', width, height))
/** Of a run that has taken its last step, too. */
export const runState = ({ state, remainingMs }: Pick<Run, 'state' | 'remainingMs'>): string => t(state === 'training' && remainingMs === 0 ? 'finishing' : state)
/** What a run learns, in a word or two. */
export function learns({ options, classNames }: Pick<Run, 'options' | 'classNames'>): string {
  const task = taskOf(options)
  if (task === 'enlarge') return t('timesLarger', options.enlarge)
  return task === 'translate' ? t('betweenClasses', classes(classNames.length)) : classes(classNames.length)
}
export const classes = (count: number): string => (count === 0 ? t('noClasses') : t('classes', number(count)))

/** To the second while short, so that a person sees it move. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms > 0 && seconds === 0) return t('underSecond')
  if (seconds < 60) return t('seconds', seconds)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10 && seconds % 60 > 0) return t('minutesSeconds', minutes, seconds % 60)
  if (minutes < 60) return t('minutes', Math.round(seconds / 60))
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? t('hours', hours) : t('hoursMinutes', hours, minutes % 60)
}
/** Where there is little room: 9:56, 1:02:30. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const two = (part: number): string => String(part).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
export function bytes(count: number): string {
  if (count < 1e3) return `${number(count)} B`
  return count < 1e6 ? `${number(count / 1e3)} kB` : count < 1e9 ? `${number(count / 1e6)} MB` : `${number(count / 1e9, 1)} GB`
}

/** A measure's value as a person reads it. */
export function measured(measure: Measure, value: number): string {
  switch (measure) {
    case 'pixels':
      return `${value < 1e6 ? number(value) : scaled(value)} px`
    case 'bytes':
      return bytes(value)
    case 'date':
      return new Date(value).toLocaleDateString(locale(), { dateStyle: 'medium' })
    case 'hue':
      return `${number(value)}°`
    case 'brightness':
    case 'saturation':
      return t('percent', number(100 * value))
    case 'oddness':
      return t('percent', number(100 * value, 1))
    case 'aspect':
    case 'sharpness':
    case 'distance':
      return figure(value)
    default:
      return unreachable(measure)
  }
}

/** A training option's value as a person reads it. */
export function optionValue(key: OptionKey, value: string | number | boolean): string {
  if (typeof value === 'boolean') return t(value ? 'on' : 'off')
  const spec = optionSpec(key)
  if (spec.type === 'choice') {
    const label = spec.choiceLabels?.[String(value)]
    return label === undefined ? String(value) : said(label)
  }
  return spec.type === 'rates' ? String(value) || '–' : figure(Number(value))
}

/** An engine's name says in English how it runs here: "TensorFlow 2.21 (CPU, 2 threads)". */
export const engineName = (label: string): string =>
  language.current === 'en' ? label : label.replace('Plain JavaScript', '纯 JavaScript').replace(/, (\d+) threads?/, '，$1 个线程')

/** An error in the person's language, with the studio's own words where they say more. */
export function explain({ code, message, why }: Failure): { readonly text: string; readonly detail: string | null } {
  if (language.current === 'zh') return why === undefined ? { text: t(`error-${code}`), detail: message } : { text: tell(why), detail: detailOf(why) }
  const [text = message, ...rest] = message.split('\n')
  const detail = rest.length > 0 ? rest.join('\n') : why === undefined ? null : detailOf(why)
  return { text, detail: detail !== null && text.includes(detail) ? null : detail }
}
