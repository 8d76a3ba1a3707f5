/** What the discriminator sees of a picture. */
import type { OptionSpec } from '../option-spec.ts'

export const augmentationOptions = {
  augment: {
    type: 'choice', group: 'augmentation', choices: ['none', 'translation', 'colour+translation', 'colour+translation+cutout'], default: 'colour+translation',
    choiceLabels: {
      'none': { en: 'None', zh: '无' }, 'translation': { en: 'Place', zh: '位置' },
      'colour+translation': { en: 'Colour, place', zh: '颜色、位置' }, 'colour+translation+cutout': { en: 'Colour, place, parts', zh: '颜色、位置、局部' },
    },
    label: { en: 'Augmentation', zh: '数据增强' },
    help: { en: 'Changes shown to the discriminator on real and generated pictures alike, so that few pictures go further (DiffAugment, Zhao 2020).', zh: '对真实与生成图片同样施加的变化，让少量图片发挥更大作用（DiffAugment，Zhao 2020）。' },
  },
  mirror: {
    type: 'switch', group: 'augmentation', default: false,
    label: { en: 'Mirror', zh: '左右镜像' },
    help: { en: 'Also learn from mirrored pictures. Leave off for text and logos.', zh: '同时学习镜像图片。文字与标志请关闭。' },
  },
} as const satisfies Record<string, OptionSpec>
