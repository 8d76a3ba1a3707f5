/**
 * Every training option once: the form, the command line (`--set key=value`), the docs, the
 * validator and the trainer all read this table. Text is English and Simplified Chinese.
 */
import { StudioError } from '../base/errors.ts'

export interface Words {
  readonly en: string
  readonly zh: string
}
export type OptionGroup = 'picture' | 'network' | 'objective' | 'optimiser' | 'augmentation' | 'schedule'

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

export const optionTable = {
  resolution: {
    type: 'choice', group: 'picture', choices: [16, 32, 64, 128, 256], default: 64,
    label: { en: 'Resolution', zh: '分辨率' },
    help: { en: 'Side of the generated pictures in pixels. Twice the side costs about four times the time.', zh: '生成图片的边长（像素）。边长加倍，耗时约为四倍。' },
  },
  fit: {
    type: 'choice', group: 'picture', choices: ['crop', 'fit', 'pad'], default: 'crop',
    label: { en: 'Fitting', zh: '适配方式' },
    help: { en: 'How pictures become squares: cut the middle out, squeeze, or add borders.', zh: '如何变成方形：裁取中间、缩放变形或加边。' },
  },
  conditional: {
    type: 'switch', group: 'picture', default: true,
    label: { en: 'Use classes', zh: '使用类别' },
    help: { en: 'Learn each class by name, so that you can ask for one. Needs at least two classes.', zh: '按名称学习每个类别，之后可指定生成。至少需要两个类别。' },
  },
  width: {
    type: 'integer', group: 'network', min: 8, max: 256, default: 32, log: true, unit: 'channels',
    label: { en: 'Network width', zh: '网络宽度' },
    help: { en: 'Channels at full resolution; deeper stages have more. Narrower networks see more pictures in the same time.', zh: '全分辨率处的通道数，更深处更多。网络越窄，同样时间里看到的图片越多。' },
  },
  depth: {
    type: 'integer', group: 'network', min: 0, max: 4, default: 0, unit: 'residual units',
    label: { en: 'Network depth', zh: '网络深度' },
    help: { en: 'Residual units per stage below full resolution. More learn finer structure and cost time.', zh: '每个低于全分辨率的阶段所含残差单元数。越多细节越好，耗时也越长。' },
  },
  latentSize: {
    type: 'integer', group: 'network', min: 8, max: 512, default: 64, log: true, unit: 'dimensions',
    label: { en: 'Latent size', zh: '潜在空间维度' },
    help: { en: 'Numbers that describe one generated picture.', zh: '描述一张生成图片所用的数字个数。' },
  },
  loss: {
    type: 'choice', group: 'objective', choices: ['hinge', 'non-saturating', 'relativistic'], default: 'hinge',
    label: { en: 'Loss', zh: '损失函数' },
    help: { en: 'How generator and discriminator compete.', zh: '生成器与判别器的竞争方式。' },
  },
  penaltyGamma: {
    type: 'number', group: 'objective', min: 0, max: 200, default: 0, log: true,
    label: { en: 'Gradient penalty γ', zh: '梯度惩罚 γ' },
    help: { en: 'Strength of the first-order R1+R2 penalty on the discriminator; 0 turns it off.', zh: '判别器一阶 R1+R2 惩罚的强度；0 为关闭。' },
  },
  spectralNorm: {
    type: 'switch', group: 'objective', default: true,
    label: { en: 'Spectral norm', zh: '谱归一化' },
    help: { en: 'Keeps the discriminator smooth by limiting each layer (Miyato 2018).', zh: '限制每层的谱范数，使判别器保持平滑（Miyato 2018）。' },
  },
  augment: {
    type: 'choice', group: 'augmentation', choices: ['none', 'translation', 'colour+translation', 'colour+translation+cutout'], default: 'colour+translation',
    label: { en: 'Augmentation', zh: '数据增强' },
    help: { en: 'Changes shown to the discriminator on real and generated pictures alike, so that few pictures go further (DiffAugment, Zhao 2020).', zh: '对真实与生成图片同样施加的变化，让少量图片发挥更大作用（DiffAugment，Zhao 2020）。' },
  },
  mirror: {
    type: 'switch', group: 'augmentation', default: false,
    label: { en: 'Mirror', zh: '左右镜像' },
    help: { en: 'Also learn from mirrored pictures. Leave off for text and logos.', zh: '同时学习镜像图片。文字与标志请关闭。' },
  },
  batchSize: {
    type: 'integer', group: 'optimiser', min: 2, max: 256, default: 16, log: true, unit: 'pictures',
    label: { en: 'Batch size', zh: '批大小' },
    help: { en: 'Pictures per step. Larger is steadier and needs more memory.', zh: '每步的图片数。越大越稳，占用内存越多。' },
  },
  learningRateG: {
    type: 'number', group: 'optimiser', min: 1e-6, max: 0.01, default: 0.0005, log: true,
    label: { en: 'Generator learning rate', zh: '生成器学习率' },
    help: { en: 'Adam step size of the generator.', zh: '生成器的 Adam 步长。' },
  },
  learningRateD: {
    type: 'number', group: 'optimiser', min: 1e-6, max: 0.01, default: 0.0005, log: true,
    label: { en: 'Discriminator learning rate', zh: '判别器学习率' },
    help: { en: 'Adam step size of the discriminator.', zh: '判别器的 Adam 步长。' },
  },
  finalLearningRate: {
    type: 'number', group: 'schedule', min: 0.01, max: 1, default: 0.25, log: true, unit: '× start',
    label: { en: 'Final learning rate', zh: '最终学习率' },
    help: { en: 'Learning rates fall to this share of their start along a cosine.', zh: '学习率沿余弦曲线降至起始值的这一比例。' },
  },
  beta1: {
    type: 'number', group: 'optimiser', min: 0, max: 0.99, default: 0.5,
    label: { en: 'Adam β1', zh: 'Adam β1' },
    help: { en: 'Momentum of both optimisers.', zh: '两个优化器的动量。' },
  },
  beta2: {
    type: 'number', group: 'optimiser', min: 0.5, max: 0.9999, default: 0.99,
    label: { en: 'Adam β2', zh: 'Adam β2' },
    help: { en: 'Memory of squared gradients.', zh: '梯度平方的记忆系数。' },
  },
  emaKimg: {
    type: 'number', group: 'schedule', min: 0, max: 500, default: 10, unit: 'kimg',
    label: { en: 'EMA half-life', zh: 'EMA 半衰期' },
    help: { en: 'Samples come from a moving average of the generator with this half-life, at most 5 % of the pictures seen (StyleGAN2-ADA).', zh: '样本来自生成器的滑动平均，半衰期为此值，且不超过已看图片的 5%（StyleGAN2-ADA）。' },
  },
  snapshots: {
    type: 'integer', group: 'schedule', min: 4, max: 500, default: 60,
    label: { en: 'Sample sheets', zh: '样本图张数' },
    help: { en: 'How many sample sheets the time slider keeps over the whole run.', zh: '整个训练过程在时间轴上保留的样本图张数。' },
  },
  seed: {
    type: 'integer', group: 'schedule', min: 0, max: 4294967295, default: 1,
    label: { en: 'Seed', zh: '随机种子' },
    help: { en: 'The same seed on the same engine gives the same run.', zh: '同一引擎上，相同种子得到相同的训练过程。' },
  },
} as const satisfies Record<string, OptionSpec>

export type OptionKey = keyof typeof optionTable
type ValueOf<S> = S extends { type: 'choice'; choices: readonly (infer C)[] } ? C : S extends { type: 'switch' } ? boolean : number
export type TrainingOptions = { readonly [K in OptionKey]: ValueOf<(typeof optionTable)[K]> }

export const optionKeys = Object.keys(optionTable) as OptionKey[]
export const optionSpec = (key: OptionKey): OptionSpec => optionTable[key]

export const defaultOptions: TrainingOptions = Object.fromEntries(
  optionKeys.map((key) => [key, optionTable[key].default]),
) as unknown as TrainingOptions

/** Checks one value; throws `bad-input` naming the option, the range and what was found. */
export function parseOption(key: string, value: unknown): TrainingOptions[OptionKey] {
  if (!Object.hasOwn(optionTable, key))
    throw new StudioError('bad-input', `There is no training option "${key}". Known: ${optionKeys.join(', ')}.`)
  const spec = optionSpec(key as OptionKey)
  const fail = (expected: string): never => {
    throw new StudioError('bad-input', `Option ${key}: expected ${expected}, found ${JSON.stringify(value)}.`)
  }
  switch (spec.type) {
    case 'switch':
      if (value === true || value === 'true' || value === 'on') return true
      if (value === false || value === 'false' || value === 'off') return false
      return fail('on or off')
    case 'choice': {
      const found = spec.choices.find((choice) => choice === value || String(choice) === value)
      return (found ?? fail(`one of ${spec.choices.join(', ')}`)) as TrainingOptions[OptionKey]
    }
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      const whole = spec.type === 'integer'
      if (typeof number !== 'number' || !Number.isFinite(number) || (whole && !Number.isInteger(number)) || number < spec.min || number > spec.max)
        return fail(`${whole ? 'a whole number' : 'a number'} from ${spec.min} to ${spec.max}`)
      return number
    }
  }
}

/** Checks a partial set of options; unknown keys are refused. */
export function parseOptions(values: Readonly<Record<string, unknown>>): Partial<TrainingOptions> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, parseOption(key, value)]))
}
