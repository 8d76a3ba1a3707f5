/** Runs whose generator makes small pictures large. */
import type { OptionSpec } from '../option-spec.ts'

export const enlargingOptions = {
  enlarge: {
    type: 'choice', group: 'picture', choices: [1, 2, 4], default: 1,
    choiceLabels: { 1: { en: 'No', zh: '否' }, 2: { en: '2 times', zh: '2 倍' }, 4: { en: '4 times', zh: '4 倍' } },
    label: { en: 'Enlarge', zh: '放大' },
    help: {
      en: 'Learn to make small pictures this many times larger instead of inventing new ones. The resolution is that of the large pictures; the small ones are made from them.',
      zh: '学习把小图放大若干倍，而不是生成全新的图片。“分辨率”指放大后的图片；小图由它们缩小得到。',
    },
  },
  enlargePixels: {
    type: 'number', group: 'objective', only: 'enlarge', min: 0, max: 1000, default: 100, log: true,
    label: { en: 'Enlarger: pixels', zh: '放大：像素' },
    help: { en: 'When enlarging: weight of the same pixels as the original. More is truer and softer.', zh: '放大时：与原图像素一致的权重。越大越忠实，也越柔和。' },
  },
  enlargeFeatures: {
    type: 'number', group: 'objective', only: 'enlarge', min: 0, max: 100, default: 4, log: true,
    label: { en: 'Enlarger: features', zh: '放大：特征' },
    help: {
      en: 'When enlarging: weight of looking like the original to a pretrained network, MobileNetV2 (perceptual loss, Johnson 2016; Zhang 2018).',
      zh: '放大时：在预训练网络 MobileNetV2 看来与原图相似的权重（感知损失，Johnson 2016；Zhang 2018）。',
    },
  },
} as const satisfies Record<string, OptionSpec>
