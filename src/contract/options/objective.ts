/** What the networks are trained to do, and what holds the discriminator back. */
import type { OptionSpec } from '../option-spec.ts'

export const objectiveOptions = {
  loss: {
    type: 'choice', group: 'objective', choices: ['hinge', 'non-saturating', 'minimax', 'least-squares', 'wasserstein', 'relativistic'], default: 'hinge',
    choiceLabels: {
      'hinge': { en: 'Hinge', zh: '合页' }, 'non-saturating': { en: 'Non-saturating', zh: '非饱和' }, 'minimax': { en: 'Minimax', zh: '极小极大' },
      'least-squares': { en: 'Least squares', zh: '最小二乘' }, 'wasserstein': { en: 'Wasserstein', zh: 'Wasserstein' }, 'relativistic': { en: 'Relativistic', zh: '相对' },
    },
    label: { en: 'Loss', zh: '损失函数' },
    help: {
      en: 'How generator and discriminator compete. Wasserstein needs the unit-slope penalty, relativistic works best with R1+R2; both without spectral norm.',
      zh: '生成器与判别器的竞争方式。Wasserstein 需配合单位梯度惩罚，相对损失宜配合 R1+R2；两者都不用谱归一化。',
    },
  },
  labelSmoothing: {
    type: 'number', group: 'objective', min: 0, max: 0.4, default: 0,
    label: { en: 'Label smoothing', zh: '标签平滑' },
    help: { en: 'Asks the discriminator for this much less than certainty on real pictures (one-sided). Wasserstein has none.', zh: '要求判别器对真实图片的把握减少这么多（单侧）。Wasserstein 不适用。' },
  },
  featureMatching: {
    type: 'number', group: 'objective', min: 0, max: 100, default: 0, log: true,
    label: { en: 'Feature matching', zh: '特征匹配' },
    help: { en: "Weight of a second aim of the generator: the same mean features in the discriminator as real pictures (Salimans 2016).", zh: '生成器附加目标的权重：在判别器中与真实图片有相同的平均特征（Salimans 2016）。' },
  },
  energy: {
    type: 'number', group: 'objective', min: 0, max: 20, default: 0, log: true,
    label: { en: 'Energy score', zh: '能量评分' },
    help: {
      en: 'Weight of a second aim of the generator: seen small, its pictures of a class are spread in light, colour and outline as the real ones are (Gneiting & Raftery 2007). Keeps a class from becoming one picture.',
      zh: '生成器附加目标的权重：缩小来看，每个类别的图片在明暗、颜色与轮廓上的分布应与真实图片一致（Gneiting & Raftery 2007），避免一个类别只生成一张图。',
    },
  },
  projected: {
    type: 'number', group: 'objective', min: 0, max: 4, default: 0,
    label: { en: 'Projected discriminators', zh: '投影判别器' },
    help: {
      en: 'Weight of further discriminators that read features of a pretrained network, MobileNetV2 (Sauer 2021, Kumari 2022), beside the one that is trained from nothing. They know what things look like from the start.',
      zh: '附加判别器的权重：它们读取预训练网络 MobileNetV2 的特征（Sauer 2021，Kumari 2022），与从零训练的判别器并行，一开始就认识物体的样子。',
    },
  },
  featureEnergy: {
    type: 'number', group: 'objective', min: 0, max: 20, default: 0, log: true,
    label: { en: 'Energy score of features', zh: '特征能量评分' },
    help: {
      en: 'Weight of a further aim of the generator: what a pretrained network, MobileNetV2, sees in its pictures of a class is as varied as what it sees in the real ones.',
      zh: '生成器附加目标的权重：预训练网络 MobileNetV2 在同类生成图片中看到的内容，应与真实图片一样多样。',
    },
  },
  teachPixels: {
    type: 'number', group: 'objective', only: 'taught', min: 0, max: 100, default: 5, log: true,
    label: { en: 'Teacher: pixels', zh: '教师：像素' },
    help: { en: 'With teachers: weight of making, from the same latent and class, the same pixels as the teacher.', zh: '有教师模型时：由相同潜在向量和类别生成与教师相同像素的权重。' },
  },
  teachFeatures: {
    type: 'number', group: 'objective', only: 'taught', min: 0, max: 100, default: 1, log: true,
    label: { en: 'Teacher: features', zh: '教师：特征' },
    help: { en: "With teachers: weight of making pictures that the student's own discriminator sees as it sees the teacher's.", zh: '有教师模型时：使学生判别器对生成图片与教师图片看到相同特征的权重。' },
  },
  penaltyGamma: {
    type: 'number', group: 'objective', min: 0, max: 200, default: 0, log: true,
    label: { en: 'Gradient penalty γ', zh: '梯度惩罚 γ' },
    help: { en: "Strength of the penalty on the discriminator's slope; 0 turns it off.", zh: '对判别器梯度的惩罚强度；0 为关闭。' },
  },
  finalGamma: {
    type: 'number', group: 'objective', min: 0.01, max: 1, default: 1, log: true, unit: '× start',
    label: { en: 'Final γ', zh: '最终 γ' },
    help: { en: "The penalty's γ falls to this share of its start along the run; R3GAN's falls to a tenth. 1 leaves it as it is.", zh: '惩罚系数 γ 在训练过程中平滑降至起始值的这一比例；R3GAN 降至十分之一。1 为不变。' },
  },
  penalty: {
    type: 'choice', group: 'objective', choices: ['first-order', 'r1+r2', 'r1', 'unit-slope'], default: 'first-order',
    choiceLabels: {
      'first-order': { en: 'R1+R2, approximate', zh: 'R1+R2（近似）' }, 'r1+r2': { en: 'R1+R2, exact', zh: 'R1+R2（精确）' },
      'r1': { en: 'R1, exact', zh: 'R1（精确）' }, 'unit-slope': { en: 'Unit slope (WGAN-GP)', zh: '单位梯度（WGAN-GP）' },
    },
    label: { en: 'Penalty', zh: '惩罚方式' },
    help: {
      en: 'Which slope is punished: on real and generated pictures (R1+R2), on real ones (R1), or any other than 1 between them (WGAN-GP). The approximation measures it by a small random step and is cheaper.',
      zh: '惩罚哪里的梯度：真实与生成图片处（R1+R2）、仅真实图片处（R1），或两者之间不为 1 的梯度（WGAN-GP）。近似方式用随机小步估计，更省时。',
    },
  },
  penaltyEvery: {
    type: 'integer', group: 'objective', min: 1, max: 32, default: 1, unit: 'steps',
    label: { en: 'Penalty every', zh: '惩罚间隔' },
    help: { en: 'Applies the penalty in one of so many discriminator steps, as many times stronger (StyleGAN2): cheaper, and the same on average.', zh: '每隔若干判别器步施加一次惩罚，强度按倍数放大（StyleGAN2）：更省时，平均效果相同。' },
  },
  spectralNorm: {
    type: 'switch', group: 'objective', default: true,
    label: { en: 'Spectral norm', zh: '谱归一化' },
    help: { en: 'Keeps the discriminator smooth by limiting each layer (Miyato 2018).', zh: '限制每层的谱范数，使判别器保持平滑（Miyato 2018）。' },
  },
} as const satisfies Record<string, OptionSpec>
