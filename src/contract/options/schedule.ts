/** How things change along a run. */
import type { OptionSpec } from '../option-spec.ts'

export const scheduleOptions = {
  finalLearningRate: {
    type: 'number', group: 'schedule', min: 0.01, max: 1, default: 0.25, log: true, unit: '× start',
    label: { en: 'Final learning rate', zh: '最终学习率' },
    help: { en: 'Learning rates fall to this share of their start along a cosine.', zh: '学习率沿余弦曲线降至起始值的这一比例。' },
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
  scoringShare: {
    type: 'number', group: 'schedule', min: 0, max: 0.5, default: 0.05,
    label: { en: 'Time for scoring', zh: '评分时间占比' },
    help: { en: 'Share of the time spent on comparing samples with your pictures, which finds the best checkpoint; 0 turns it off.', zh: '用于将样本与你的图片比较的时间占比，以找出最佳检查点；0 为关闭。' },
  },
} as const satisfies Record<string, OptionSpec>
