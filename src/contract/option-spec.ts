/** What describes one training option. Text is English and Simplified Chinese. */
export interface Words {
  readonly en: string
  readonly zh: string
}
/** In the order in which a person sees them. */
export const optionGroups = ['picture', 'network', 'labels', 'objective', 'optimiser', 'augmentation', 'schedule', 'fineTuning'] as const
export type OptionGroup = (typeof optionGroups)[number]
export const optionGroupWords: Readonly<Record<OptionGroup, Words>> = {
  picture: { en: 'Pictures', zh: '图片' },
  network: { en: 'Networks', zh: '网络' },
  labels: { en: 'Labels', zh: '标签' },
  objective: { en: 'Objective', zh: '目标函数' },
  optimiser: { en: 'Optimiser', zh: '优化器' },
  augmentation: { en: 'Augmentation', zh: '数据增强' },
  schedule: { en: 'Schedule', zh: '进程' },
  fineTuning: { en: 'Fine-tuning', zh: '微调' },
}

/** What numbers count. */
export const unitWords = {
  'pictures': { en: 'pictures', zh: '张' }, 'channels': { en: 'channels', zh: '通道' }, 'dimensions': { en: 'dimensions', zh: '维' }, 'colours': { en: 'colours', zh: '种颜色' },
  'more per stage': { en: 'more per stage', zh: '每级增加' }, 'steps': { en: 'steps', zh: '步' }, 'kimg': { en: 'kimg', zh: '千张' }, 'degrees': { en: 'degrees', zh: '度' },
  'share': { en: 'share', zh: '占比' }, 'chance': { en: 'chance', zh: '概率' }, '× side': { en: '× side', zh: '× 边长' }, '× start': { en: '× start', zh: '× 起始值' },
} as const satisfies Record<string, Words>

/** Of what kind a run has to be that reads an option: one that enlarges, translates, or learns from teachers. */
export type OptionReader = 'enlarge' | 'translate' | 'taught'

interface Common {
  readonly group: OptionGroup
  /** Left out: every run reads it. */
  readonly only?: OptionReader
  readonly label: Words
  readonly help: Words
}
export interface NumberOption extends Common {
  readonly type: 'number' | 'integer'
  readonly min: number
  readonly max: number
  readonly default: number
  readonly unit?: keyof typeof unitWords
  /** Slider and arrow-key steps go by factors. */
  readonly log?: boolean
}
export interface ChoiceOption extends Common {
  readonly type: 'choice'
  readonly choices: readonly (string | number)[]
  /** For choices whose value is no word a person reads. */
  readonly choiceLabels?: Readonly<Record<string, Words>>
  readonly default: string | number
}
export interface SwitchOption extends Common {
  readonly type: 'switch'
  readonly default: boolean
}
/** Learning rates of blocks by name, as `block-rates.ts` reads them. */
export interface RatesOption extends Common {
  readonly type: 'rates'
  readonly default: ''
}
export type OptionSpec = NumberOption | ChoiceOption | SwitchOption | RatesOption
