/** Runs whose generator turns pictures of one class into another. */
import type { OptionSpec } from '../option-spec.ts'

export const translatingOptions = {
  translate: {
    type: 'switch', group: 'picture', default: false,
    label: { en: 'Translate between classes', zh: '在类别之间转换' },
    help: {
      en: 'Learn to turn pictures of each class into the other classes instead of inventing new ones. No pairs are needed.',
      zh: '学习把每个类别的图片转换成其他类别，而不是生成全新的图片。不需要成对的图片。',
    },
  },
  translateCycle: {
    type: 'number', group: 'objective', only: 'translate', min: 0, max: 100, default: 10, log: true,
    label: { en: 'Translator: there and back', zh: '转换：往返一致' },
    help: {
      en: 'When translating: weight of coming back to the same picture (cycle consistency, Zhu 2017). More keeps more of the picture.',
      zh: '转换时：转换后再转回来应得到原图的权重（循环一致性，Zhu 2017）。越大保留的原图内容越多。',
    },
  },
  translateIdentity: {
    type: 'number', group: 'objective', only: 'translate', min: 0, max: 100, default: 5, log: true,
    label: { en: 'Translator: leave alone', zh: '转换：保持不变' },
    help: {
      en: 'When translating: weight of leaving a picture as it is that has the class already. Keeps colours.',
      zh: '转换时：已属于目标类别的图片应保持不变的权重。有助于保留颜色。',
    },
  },
} as const satisfies Record<string, OptionSpec>
