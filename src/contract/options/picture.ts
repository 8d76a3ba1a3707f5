/** What the pictures are. */
import { aspects } from '../data/picture-size.ts'
import type { OptionSpec } from '../option-spec.ts'

export const pictureOptions = {
  resolution: {
    type: 'choice', group: 'picture', choices: [16, 32, 64, 128, 256], default: 64,
    label: { en: 'Resolution', zh: '分辨率' },
    help: { en: 'Longer side of the generated pictures in pixels. Twice the side costs about four times the time.', zh: '生成图片较长一边的像素数。边长加倍，耗时约为四倍。' },
  },
  aspect: {
    type: 'choice', group: 'picture', choices: aspects, default: '1:1',
    choiceLabels: {
      '1:1': { en: 'Square', zh: '正方形' }, '4:3': { en: '4:3, wide', zh: '4:3 横向' }, '3:4': { en: '3:4, tall', zh: '3:4 纵向' },
      '2:1': { en: '2:1, wide', zh: '2:1 横向' }, '1:2': { en: '1:2, tall', zh: '1:2 纵向' },
    },
    label: { en: 'Aspect', zh: '宽高比' },
    help: { en: 'Width to height of the generated pictures. The longer side has the resolution.', zh: '生成图片的宽与高之比。较长的一边为所选分辨率。' },
  },
  fit: {
    type: 'choice', group: 'picture', choices: ['crop', 'fit', 'pad'], default: 'crop',
    choiceLabels: { crop: { en: 'Cut the middle out', zh: '裁取中间' }, fit: { en: 'Squeeze', zh: '缩放变形' }, pad: { en: 'Add borders', zh: '加边' } },
    label: { en: 'Fitting', zh: '适配方式' },
    help: { en: 'How pictures come to that shape: cut the middle out, squeeze, or add borders.', zh: '图片如何变成该形状：裁取中间、缩放变形或加边。' },
  },
  channels: {
    type: 'choice', group: 'picture', choices: ['auto', 'grey', 'rgb', 'rgba'], default: 'auto',
    choiceLabels: {
      auto: { en: 'From the pictures', zh: '由图片决定' }, grey: { en: 'Grey', zh: '灰度' },
      rgb: { en: 'Colour', zh: '彩色' }, rgba: { en: 'Colour with transparency', zh: '带透明度的彩色' },
    },
    label: { en: 'Channels', zh: '通道' },
    help: {
      en: 'Grey, colour, or colour with transparency. From the pictures: grey where all are, with transparency where more than one in twenty has some.',
      zh: '灰度、彩色，或带透明度的彩色。“由图片决定”：全部为灰度时用灰度；超过二十分之一的图片含透明度时保留透明度。',
    },
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
  output: {
    type: 'choice', group: 'picture', choices: ['auto', 'continuous', 'binary', 'palette'], default: 'auto',
    choiceLabels: {
      auto: { en: 'From the pictures', zh: '由图片决定' }, continuous: { en: 'Any colour', zh: '任意颜色' },
      binary: { en: 'Black and white', zh: '黑白' }, palette: { en: 'Palette', zh: '调色板' },
    },
    label: { en: 'Colours', zh: '颜色' },
    help: {
      en: 'Any colour, or each pixel one colour of a palette, so that pixel art gets its own colours and no others. From the pictures: a palette where they have no more colours than it may hold.',
      zh: '任意颜色，或每个像素取调色板中的一种颜色，使像素画只出现自己的颜色。“由图片决定”：图片颜色数不超过调色板上限时使用调色板。',
    },
  },
  colourDetail: {
    type: 'choice', group: 'picture', choices: ['full', 'half'], default: 'full',
    choiceLabels: { full: { en: 'Each pixel', zh: '逐像素' }, half: { en: 'Half, as in JPEG', zh: '减半（同 JPEG）' } },
    label: { en: 'Detail of colour', zh: '色彩细节' },
    help: {
      en: 'Photographs kept as JPEG have fine detail in light, not in colour. With half, the generator smooths its colours the same way, which spares it coloured specks. Palettes and grey pictures ignore it.',
      zh: 'JPEG 照片只在明暗上保留精细细节，色彩较平滑。选择减半时，生成器同样平滑色彩，从而避免彩色噪点。调色板和灰度图片不受影响。',
    },
  },
  colours: {
    type: 'integer', group: 'picture', min: 2, max: 64, default: 32, unit: 'colours',
    label: { en: 'Colours of a palette', zh: '调色板颜色数' },
    help: { en: 'At most so many. Pictures with fewer get exactly their own; those with more are reduced where you ask for a palette.', zh: '调色板最多包含的颜色数。颜色较少的图片保留原有颜色；颜色较多而指定调色板时会减色。' },
  },
  palettePixels: {
    type: 'choice', group: 'picture', choices: ['mixture', 'straight-through'], default: 'mixture',
    choiceLabels: { 'mixture': { en: 'Mixture', zh: '混合色' }, 'straight-through': { en: 'Likeliest colour', zh: '最可能的颜色' } },
    label: { en: 'Palette while training', zh: '训练时的调色板' },
    help: {
      en: 'What the discriminator sees of generated pixels: the mixture of the palette\'s colours, which shows it how sure the generator is, or the likeliest colour with a straight-through gradient. What you are shown is always the likeliest.',
      zh: '判别器看到的生成像素：调色板颜色的混合（体现生成器的把握程度），或最可能的颜色（直通梯度）。展示给您的始终是最可能的颜色。',
    },
  },
} as const satisfies Record<string, OptionSpec>
