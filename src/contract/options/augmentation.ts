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
    help: { en: 'Changes shown to the discriminator on real and generated pictures alike, so that few pictures go further (DiffAugment, Zhao 2020). The parts below add to it.', zh: '对真实与生成图片同样施加的变化，让少量图片发挥更大作用（DiffAugment，Zhao 2020）。下列各项在此基础上叠加。' },
  },
  augmentProbability: {
    type: 'number', group: 'augmentation', min: 0, max: 1, default: 1,
    label: { en: 'Augmentation probability', zh: '增强概率' },
    help: { en: "How often each part is applied to a picture; adaptive augmentation finds its own.", zh: '每种变化施加到一张图片上的概率；自适应增强会自行调整。' },
  },
  augmentAdapt: {
    type: 'switch', group: 'augmentation', default: false,
    label: { en: 'Adaptive augmentation', zh: '自适应增强' },
    help: {
      en: 'Raises the probability while the discriminator learns the training pictures by heart, and lowers it again, up to 0.8 (StyleGAN2-ADA).',
      zh: '判别器死记训练图片时提高概率，反之降低，最高 0.8（StyleGAN2-ADA）。',
    },
  },
  augmentRule: {
    type: 'choice', group: 'augmentation', choices: ['auto', 'held-out', 'sign'], default: 'auto',
    choiceLabels: { 'auto': { en: 'Automatic', zh: '自动' }, 'held-out': { en: 'Held-out pictures', zh: '验证图片' }, 'sign': { en: 'Sign of its output', zh: '输出符号' } },
    label: { en: 'Adaptive by', zh: '自适应依据' },
    help: {
      en: 'What tells that it learns by heart. Held-out pictures: how far its view of them has moved from training pictures to generated ones. Sign: how often it is right about training pictures. Automatic: held-out pictures where there are at least 30.',
      zh: '判断死记的依据。验证图片：判别器对它们的看法从训练图片偏向生成图片的程度；输出符号：对训练图片判断正确的比例。自动：验证图片不少于 30 张时用验证图片。',
    },
  },
  augmentTarget: {
    type: 'number', group: 'augmentation', min: 0, max: 0.95, default: 0.6,
    label: { en: 'Adaptive target', zh: '自适应目标' },
    help: { en: 'How far that may go before augmentation rises: 0 is not at all, 1 is wholly by heart.', zh: '超过此值时加强增强：0 为完全没有死记，1 为完全死记。' },
  },
  augmentTranslation: {
    type: 'number', group: 'augmentation', min: 0, max: 0.5, default: 0, unit: '× side',
    label: { en: 'Move', zh: '平移' },
    help: { en: "Moves pictures by up to this share of their side.", zh: '按边长的这一比例以内移动图片。' },
  },
  augmentFlip: {
    type: 'number', group: 'augmentation', min: 0, max: 0.4, default: 0, unit: 'chance',
    label: { en: 'Flip', zh: '翻转' },
    help: { en: "Chance that the discriminator sees a picture mirrored. Leave at 0 for text and logos.", zh: '判别器看到镜像图片的概率。文字与标志请保持 0。' },
  },
  augmentScaling: {
    type: 'number', group: 'augmentation', min: 0, max: 1, default: 0,
    label: { en: 'Scale', zh: '缩放' },
    help: { en: "Enlarges or shrinks pictures by up to this much.", zh: '按此幅度放大或缩小图片。' },
  },
  augmentCrop: {
    type: 'number', group: 'augmentation', min: 0, max: 0.5, default: 0, unit: '× side',
    label: { en: 'Crop', zh: '裁剪' },
    help: { en: "Cuts up to this share off, and fills the picture with the rest.", zh: '裁去至多这一比例，其余部分铺满画面。' },
  },
  augmentRotation: {
    type: 'number', group: 'augmentation', min: 0, max: 180, default: 0, unit: 'degrees',
    label: { en: 'Rotate', zh: '旋转' },
    help: { en: "Turns pictures by up to this angle either way.", zh: '向两侧旋转图片，不超过此角度。' },
  },
  augmentBrightness: {
    type: 'number', group: 'augmentation', min: 0, max: 1, default: 0,
    label: { en: 'Brightness', zh: '亮度' },
    help: { en: "Makes pictures brighter or darker by up to this much.", zh: '按此幅度调亮或调暗图片。' },
  },
  augmentContrast: {
    type: 'number', group: 'augmentation', min: 0, max: 1, default: 0,
    label: { en: 'Contrast', zh: '对比度' },
    help: { en: "Changes contrast by up to this share.", zh: '按此比例以内改变对比度。' },
  },
  augmentSaturation: {
    type: 'number', group: 'augmentation', min: 0, max: 1, default: 0,
    label: { en: 'Saturation', zh: '饱和度' },
    help: { en: "Changes colour strength by up to this share.", zh: '按此比例以内改变色彩浓度。' },
  },
  augmentCutout: {
    type: 'number', group: 'augmentation', min: 0, max: 0.75, default: 0, unit: '× side',
    label: { en: 'Cutout', zh: '遮挡' },
    help: { en: "Covers a square of this share of the side with grey.", zh: '用灰色方块遮住边长这一比例的区域。' },
  },
  augmentNoise: {
    type: 'number', group: 'augmentation', min: 0, max: 0.5, default: 0,
    label: { en: 'Noise', zh: '噪声' },
    help: { en: "Adds noise of up to this deviation.", zh: '添加标准差不超过此值的噪声。' },
  },
  mirror: {
    type: 'switch', group: 'augmentation', default: false,
    label: { en: 'Mirror', zh: '左右镜像' },
    help: { en: 'Also learn from mirrored pictures. Leave off for text and logos.', zh: '同时学习镜像图片。文字与标志请关闭。' },
  },
} as const satisfies Record<string, OptionSpec>
