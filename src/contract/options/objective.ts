/** What the networks are trained to do, and what holds the discriminator back. */
import type { OptionSpec } from '../option-spec.ts'

export const objectiveOptions = {
  loss: {
    type: 'choice', group: 'objective', choices: ['hinge', 'non-saturating', 'relativistic'], default: 'hinge',
    choiceLabels: { 'hinge': { en: 'Hinge', zh: '合页' }, 'non-saturating': { en: 'Non-saturating', zh: '非饱和' }, 'relativistic': { en: 'Relativistic', zh: '相对' } },
    label: { en: 'Loss', zh: '损失函数' },
    help: { en: 'How generator and discriminator compete.', zh: '生成器与判别器的竞争方式。' },
  },
  penaltyGamma: {
    type: 'number', group: 'objective', min: 0, max: 200, default: 0, log: true,
    label: { en: 'Gradient penalty γ', zh: '梯度惩罚 γ' },
    help: { en: 'Strength of the first-order R1+R2 penalty on the discriminator; 0 turns it off.', zh: '判别器一阶 R1+R2 惩罚的强度；0 为关闭。' },
  },
  spectralNorm: {
    type: 'switch', group: 'objective', default: true,
    label: { en: 'Spectral norm', zh: '谱归一化' },
    help: { en: 'Keeps the discriminator smooth by limiting each layer (Miyato 2018).', zh: '限制每层的谱范数，使判别器保持平滑（Miyato 2018）。' },
  },
} as const satisfies Record<string, OptionSpec>
