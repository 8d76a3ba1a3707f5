/** What the pictures are. */
import type { OptionSpec } from '../option-spec.ts'

export const pictureOptions = {
  resolution: {
    type: 'choice', group: 'picture', choices: [16, 32, 64, 128, 256], default: 64,
    label: { en: 'Resolution', zh: '分辨率' },
    help: { en: 'Side of the generated pictures in pixels. Twice the side costs about four times the time.', zh: '生成图片的边长（像素）。边长加倍，耗时约为四倍。' },
  },
  fit: {
    type: 'choice', group: 'picture', choices: ['crop', 'fit', 'pad'], default: 'crop',
    choiceLabels: { crop: { en: 'Cut the middle out', zh: '裁取中间' }, fit: { en: 'Squeeze', zh: '缩放变形' }, pad: { en: 'Add borders', zh: '加边' } },
    label: { en: 'Fitting', zh: '适配方式' },
    help: { en: 'How pictures become squares: cut the middle out, squeeze, or add borders.', zh: '如何变成方形：裁取中间、缩放变形或加边。' },
  },
  conditional: {
    type: 'switch', group: 'picture', default: true,
    label: { en: 'Use classes', zh: '使用类别' },
    help: { en: 'Learn each class by name, so that you can ask for one. Needs at least two classes.', zh: '按名称学习每个类别，之后可指定生成。至少需要两个类别。' },
  },
  validationShare: {
    type: 'number', group: 'picture', min: 0, max: 0.5, default: 0,
    label: { en: 'Held out to watch', zh: '验证集比例' },
    help: { en: 'Share of each class that is never trained on: tells whether the discriminator learns the pictures by heart.', zh: '每个类别中不参与训练的比例：用于判断判别器是否在死记图片。' },
  },
  testShare: {
    type: 'number', group: 'picture', min: 0, max: 0.5, default: 0,
    label: { en: 'Held out for the end', zh: '测试集比例' },
    help: { en: 'Share of each class that nothing looks at until you ask for a score on it.', zh: '每个类别中留到最后的比例：只有在要求用它评分时才会使用。' },
  },
} as const satisfies Record<string, OptionSpec>
