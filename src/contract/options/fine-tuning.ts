/** What moves, and how fast, of networks that start from others' weights. */
import type { OptionSpec } from '../option-spec.ts'

export const fineTuningOptions = {
  blockRates: {
    type: 'rates', group: 'fineTuning', default: '',
    label: { en: 'Learning rates of blocks', zh: '各模块学习率' },
    help: {
      en: "Shares of the network's learning rate for its blocks, such as D.picture=0 D.stage16=0.1 G=0.5. 0 freezes: on few pictures, the discriminator's first blocks keep what they know (FreezeD, Mo 2020).",
      zh: '各模块占所在网络学习率的比例，例如 D.picture=0 D.stage16=0.1 G=0.5。0 为冻结：图片很少时，让判别器的前几个模块保持已学到的特征（FreezeD，Mo 2020）。',
    },
  },
  thaw: {
    type: 'number', group: 'fineTuning', min: 0, max: 1, default: 1, unit: 'share',
    label: { en: 'Thaw after', zh: '解冻时刻' },
    help: {
      en: "Share of the run after which blocks with a learning rate of their own come to the network's, over a twentieth of the run. 1: never.",
      zh: '训练进行到这一比例后，单独设定学习率的模块在整个训练的二十分之一时间内逐渐恢复为网络的学习率。1 为始终不恢复。',
    },
  },
} as const satisfies Record<string, OptionSpec>
