/** What describes one training option. Text is English and Simplified Chinese. */

export interface Words {
  readonly en: string
  readonly zh: string
}
/** In the order in which a person sees them. */
export const optionGroups = ['picture', 'network', 'objective', 'optimiser', 'augmentation', 'schedule'] as const
export type OptionGroup = (typeof optionGroups)[number]

interface Common {
  readonly group: OptionGroup
  readonly label: Words
  readonly help: Words
}
export interface NumberOption extends Common {
  readonly type: 'number' | 'integer'
  readonly min: number
  readonly max: number
  readonly default: number
  readonly unit?: string
  /** Slider and arrow-key steps go by factors. */
  readonly log?: boolean
}
export interface ChoiceOption extends Common {
  readonly type: 'choice'
  readonly choices: readonly (string | number)[]
  readonly default: string | number
}
export interface SwitchOption extends Common {
  readonly type: 'switch'
  readonly default: boolean
}
export type OptionSpec = NumberOption | ChoiceOption | SwitchOption
