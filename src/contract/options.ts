/**
 * Every training option once: the form, the command line (`--set key=value`), the docs, the
 * validator and the trainer all read this table. Each group has its own file.
 */
import { blockRatesText, highestBlockRate, parseBlockRates } from './block-rates.ts'
import { refusal } from './failure.ts'
import { message, type Message } from './messages.ts'
import type { OptionSpec } from './option-spec.ts'
import { augmentationOptions } from './options/augmentation.ts'
import { enlargingOptions } from './options/enlarging.ts'
import { fineTuningOptions } from './options/fine-tuning.ts'
import { labelOptions } from './options/labels.ts'
import { networkOptions } from './options/network.ts'
import { objectiveOptions } from './options/objective.ts'
import { optimiserOptions } from './options/optimiser.ts'
import { pictureOptions } from './options/picture.ts'
import { scheduleOptions } from './options/schedule.ts'
import { translatingOptions } from './options/translating.ts'
import { shown } from './validation-words.ts'

export { optionGroups, optionGroupWords, unitWords, type ChoiceOption, type NumberOption, type OptionGroup, type OptionSpec, type SwitchOption, type Words } from './option-spec.ts'

export const optionTable = {
  ...pictureOptions,
  ...enlargingOptions,
  ...translatingOptions,
  ...networkOptions,
  ...labelOptions,
  ...objectiveOptions,
  ...optimiserOptions,
  ...augmentationOptions,
  ...scheduleOptions,
  ...fineTuningOptions,
} as const satisfies Record<string, OptionSpec>

export type OptionKey = keyof typeof optionTable
type ValueOf<S> = S extends { type: 'choice'; choices: readonly (infer C)[] } ? C : S extends { type: 'switch' } ? boolean : S extends { type: 'rates' } ? string : number
export type TrainingOptions = { readonly [K in OptionKey]: ValueOf<(typeof optionTable)[K]> }

export const optionKeys = Object.keys(optionTable) as OptionKey[]
export const optionSpec = (key: OptionKey): OptionSpec => optionTable[key]

export const defaultOptions: TrainingOptions = Object.fromEntries(
  optionKeys.map((key) => [key, optionTable[key].default]),
) as unknown as TrainingOptions

/** What a run has that was written before an option existed. */
export const earlierOptions: TrainingOptions = { ...defaultOptions, palettePixels: 'straight-through' }

/** Checks one value; throws `bad-input` naming the option, the range and what was found. */
export function parseOption(key: string, value: unknown): TrainingOptions[OptionKey] {
  if (!Object.hasOwn(optionTable, key))
    throw refusal('bad-input', message('input.noOption', { option: key, known: optionKeys.join(', ') }))
  const spec = optionSpec(key as OptionKey)
  const fail = (expected: Message): never => {
    throw refusal('bad-input', message('input.expected', { where: message('input.option', { option: key }), expected, found: shown(value) }))
  }
  switch (spec.type) {
    case 'switch':
      if (value === true || value === 'true' || value === 'on') return true
      if (value === false || value === 'false' || value === 'off') return false
      return fail(message('expected.switch'))
    case 'choice': {
      const found = spec.choices.find((choice) => choice === value || String(choice) === value)
      return (found ?? fail(message('expected.oneOf', { choices: spec.choices.join(', ') }))) as TrainingOptions[OptionKey]
    }
    case 'rates': {
      const rates = typeof value === 'string' ? parseBlockRates(value) : null
      return rates === null ? fail(message('expected.rates', { most: highestBlockRate })) : blockRatesText(rates)
    }
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      const whole = spec.type === 'integer'
      if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isInteger(number)) || number < spec.min || number > spec.max)
        return fail(message(whole ? 'expected.wholeBetween' : 'expected.between', { least: String(spec.min), most: String(spec.max) }))
      return number
    }
  }
}

/** Checks a partial set of options; unknown keys are refused. */
export function parseOptions(values: Readonly<Record<string, unknown>>): Partial<TrainingOptions> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, parseOption(key, value)]))
}
