/** How the weights move. */
import type { OptionSpec } from '../option-spec.ts'

export const optimiserOptions = {
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
  precision: {
    type: 'choice', group: 'optimiser', choices: ['auto', 'float32', 'bfloat16'], default: 'auto',
    choiceLabels: { auto: { en: 'Automatic', zh: '自动' } },
    label: { en: 'Precision', zh: '计算精度' },
    help: {
      en: 'Numbers that convolutions are computed in; weights and updates are always float32. Automatic: bfloat16 where the processor has units for it and a step has no gradient penalty.',
      zh: '卷积计算所用的数值精度；权重与更新始终为 float32。自动：处理器支持且该步没有梯度惩罚时用 bfloat16。',
    },
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
  stepsD: {
    type: 'integer', group: 'optimiser', min: 1, max: 10, default: 1, unit: 'steps',
    label: { en: 'Discriminator steps', zh: '判别器步数' },
    help: { en: 'Updates of the discriminator, each with its own batch, for one of the generator. WGAN-GP takes 5.', zh: '生成器每更新一次，判别器更新的次数（各用一批数据）。WGAN-GP 取 5。' },
  },
  weightDecay: {
    type: 'number', group: 'optimiser', min: 0, max: 1, default: 0, log: true,
    label: { en: 'Weight decay', zh: '权重衰减' },
    help: { en: 'Shrinks the weights by this times the learning rate in each update (AdamW); biases are left alone.', zh: '每次更新按此值乘以学习率缩小权重（AdamW）；偏置不变。' },
  },
  gradientClip: {
    type: 'number', group: 'optimiser', min: 0, max: 1000, default: 0, log: true,
    label: { en: 'Gradient clipping', zh: '梯度裁剪' },
    help: { en: "Longest gradient of a network; longer ones are shortened to it. 0 turns it off.", zh: '每个网络梯度的最大长度，超出则缩短至此。0 为关闭。' },
  },
} as const satisfies Record<string, OptionSpec>
