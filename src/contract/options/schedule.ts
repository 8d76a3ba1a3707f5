/** How things change along a run. */
import type { OptionSpec } from '../option-spec.ts'

export const scheduleOptions = {
  bootstrap: {
    type: 'number', group: 'schedule', min: 0, max: 0.9, default: 0, unit: 'share',
    label: { en: 'Bootstrap phase', zh: '自助阶段' },
    help: {
      en: 'Share of the run in which both networks learn side by side from the same batches, before the discriminator goes first and the generator answers.',
      zh: '训练的前一部分（占比）：两个网络用同一批数据同时更新；之后进入对抗阶段，先判别器、后生成器。',
    },
  },
  warmup: {
    type: 'number', group: 'schedule', min: 0, max: 0.2, default: 0, unit: 'share',
    label: { en: 'Warm-up', zh: '预热' },
    help: { en: 'Share of the run in which both learning rates rise from near 0.', zh: '两个学习率从接近 0 升起所占的训练比例。' },
  },
  scheduleG: {
    type: 'choice', group: 'schedule', choices: ['cosine', 'step', 'constant'], default: 'cosine',
    choiceLabels: { 'cosine': { en: 'Cosine', zh: '余弦' }, 'step': { en: 'Two steps', zh: '两级下降' }, 'constant': { en: 'Constant', zh: '恒定' } },
    label: { en: 'Generator schedule', zh: '生成器学习率曲线' },
    help: { en: 'How its learning rate falls to the final one: smoothly, at one half and three quarters of the run, or not at all.', zh: '学习率降至最终值的方式：平滑、在一半和四分之三处分级，或不变。' },
  },
  scheduleD: {
    type: 'choice', group: 'schedule', choices: ['cosine', 'step', 'constant'], default: 'cosine',
    choiceLabels: { 'cosine': { en: 'Cosine', zh: '余弦' }, 'step': { en: 'Two steps', zh: '两级下降' }, 'constant': { en: 'Constant', zh: '恒定' } },
    label: { en: 'Discriminator schedule', zh: '判别器学习率曲线' },
    help: { en: 'The same for the discriminator.', zh: '同上，用于判别器。' },
  },
  finalLearningRate: {
    type: 'number', group: 'schedule', min: 0.01, max: 1, default: 0.25, log: true, unit: '× start',
    label: { en: 'Final learning rate', zh: '最终学习率' },
    help: { en: 'Learning rates fall to this share of their start, as their schedules say.', zh: '学习率按各自的曲线降至起始值的这一比例。' },
  },
  lowerRate: {
    type: 'switch', group: 'schedule', default: true,
    label: { en: 'Slow down when losses run away', zh: '损失失控时减速' },
    help: { en: 'Halves the learning rates when the losses stay many times as large as before.', zh: '损失持续远超以往时，将学习率减半。' },
  },
  rollBack: {
    type: 'switch', group: 'schedule', default: true,
    label: { en: 'Go back when training breaks', zh: '训练崩溃时回退' },
    help: {
      en: 'Goes back to the last good checkpoint with half the learning rates when numbers are no longer finite or all pictures become one. Off: broken numbers end the run.',
      zh: '出现非有限数值或所有图片趋同时，回到最近的良好检查点并将学习率减半。关闭时：数值损坏将结束训练。',
    },
  },
  strengthen: {
    type: 'switch', group: 'schedule', default: false,
    label: { en: 'Hold back what learns by heart', zh: '死记时加强正则化' },
    help: {
      en: 'When held-out pictures show that the discriminator learns the others by heart, makes its gradient penalty four times as strong, or begins one; five times at most. Where augmentation adapts, that goes first. Needs at least 30 pictures held out to watch.',
      zh: '验证图片显示判别器在死记其余图片时，将梯度惩罚加强到四倍，没有则开始使用；最多五次。若启用自适应增强，则先加强增强。需要至少 30 张验证图片。',
    },
  },
  emaKimg: {
    type: 'number', group: 'schedule', min: 0, max: 500, default: 10, unit: 'kimg',
    label: { en: 'EMA half-life', zh: 'EMA 半衰期' },
    help: { en: 'Samples come from a moving average of the generator with this half-life, at most 1 % of the pictures seen (after StyleGAN2-ADA).', zh: '样本来自生成器的滑动平均，半衰期为此值，且不超过已看图片的 1%（参考 StyleGAN2-ADA）。' },
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
