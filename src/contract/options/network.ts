/** Which networks, and how large they are. */
import type { OptionSpec } from '../option-spec.ts'

const own = { en: "The network's own", zh: '网络默认' }
const normalisations = {
  auto: own,
  none: { en: 'None', zh: '无' },
  batch: { en: 'Batch', zh: '批归一化' },
  instance: { en: 'Instance', zh: '实例归一化' },
  layer: { en: 'Layer', zh: '层归一化' },
  pixel: { en: 'Pixel', zh: '像素归一化' },
} as const

export const networkOptions = {
  network: {
    type: 'choice', group: 'network', choices: ['light', 'mlp', 'dcgan', 'resnet', 'fast', 'r3'], default: 'light',
    choiceLabels: {
      light: { en: 'Light', zh: '轻量' },
      mlp: { en: 'Fully connected (2014)', zh: '全连接（2014）' },
      dcgan: { en: 'DCGAN', zh: 'DCGAN' },
      resnet: { en: 'Residual (SNGAN)', zh: '残差（SNGAN）' },
      fast: { en: 'FastGAN', zh: 'FastGAN' },
      r3: { en: 'R3GAN', zh: 'R3GAN' },
    },
    label: { en: 'Network', zh: '网络' },
    help: { en: 'How both networks are built. Light sees the most pictures in the same time; the others are those of well-known papers.', zh: '两个网络的结构。“轻量”在同样时间里看到的图片最多，其余为知名论文中的结构。' },
  },
  width: {
    type: 'integer', group: 'network', min: 8, max: 256, default: 32, log: true, unit: 'channels',
    label: { en: 'Network width', zh: '网络宽度' },
    help: { en: 'Channels at full resolution; deeper stages have more. Narrower networks see more pictures in the same time.', zh: '全分辨率处的通道数，更深处更多。网络越窄，同样时间里看到的图片越多。' },
  },
  widthD: {
    type: 'integer', group: 'network', min: 0, max: 256, default: 0, unit: 'channels',
    label: { en: 'Discriminator width', zh: '判别器宽度' },
    help: { en: 'The same for the discriminator alone; 0: as wide as the generator. A wider one teaches a small generator more, and is not part of what is exported to make pictures.', zh: '仅用于判别器；0 表示与生成器同宽。较宽的判别器能教给小生成器更多，而生成图片用的导出模型不含它。' },
  },
  depth: {
    type: 'integer', group: 'network', min: 0, max: 4, default: 0, unit: 'more per stage',
    label: { en: 'Network depth', zh: '网络深度' },
    help: { en: 'Layers or residual units that each stage has beyond the least. More learn finer structure and cost time.', zh: '每个阶段在最少层数之外增加的层或残差单元数。越多细节越好，耗时也越长。' },
  },
  activation: {
    type: 'choice', group: 'network', choices: ['auto', 'relu', 'lrelu', 'silu', 'tanh'], default: 'auto',
    choiceLabels: { auto: own, relu: { en: 'ReLU', zh: 'ReLU' }, lrelu: { en: 'Leaky ReLU', zh: 'Leaky ReLU' }, silu: { en: 'SiLU', zh: 'SiLU' }, tanh: { en: 'tanh', zh: 'tanh' } },
    label: { en: 'Activation', zh: '激活函数' },
    help: { en: 'The bend between the layers of both networks.', zh: '两个网络各层之间的非线性函数。' },
  },
  normalisationG: {
    type: 'choice', group: 'network', choices: ['auto', 'none', 'batch', 'instance', 'layer', 'pixel'], default: 'auto',
    choiceLabels: normalisations,
    label: { en: 'Generator normalisation', zh: '生成器归一化' },
    help: { en: 'Keeps the size of signals even between layers. Batch norm learns fast in the first minutes and needs batches of 16 or more.', zh: '保持各层信号大小均匀。批归一化起步快，批大小宜不小于 16。' },
  },
  normalisationD: {
    type: 'choice', group: 'network', choices: ['auto', 'none', 'batch', 'instance', 'layer', 'pixel'], default: 'auto',
    choiceLabels: normalisations,
    label: { en: 'Discriminator normalisation', zh: '判别器归一化' },
    help: { en: 'The same for the discriminator. With batch norm, real and generated pictures are normalised apart.', zh: '判别器的归一化。批归一化时，真实与生成图片分开计算。' },
  },
  dropout: {
    type: 'number', group: 'network', min: 0, max: 0.9, default: 0,
    label: { en: 'Dropout', zh: '随机失活' },
    help: { en: 'Share of the discriminator\'s features left out at random in each step, so that it learns less by heart.', zh: '每步随机去掉的判别器特征比例，使其少死记硬背。' },
  },
  attention: {
    type: 'switch', group: 'network', default: false,
    label: { en: 'Self-attention', zh: '自注意力' },
    help: { en: 'At 16 px of both networks, so that distant parts of a picture agree (Zhang 2019). Costs time.', zh: '在两个网络的 16 像素层加入，使相距较远的部分协调一致（Zhang 2019）。耗时增加。' },
  },
  encoder: {
    type: 'switch', group: 'network', default: false,
    label: { en: 'Encoder', zh: '编码器' },
    help: { en: 'Also learn to find the latent of a given picture, so that the generator can rebuild and vary it. Leaves the generator as it is and takes about twice the time.', zh: '同时学习由图片求潜在向量，使生成器能够重建并变化给定的图片。不影响生成器，耗时约为两倍。' },
  },
  latentSize: {
    type: 'integer', group: 'network', min: 8, max: 512, default: 64, log: true, unit: 'dimensions',
    label: { en: 'Latent size', zh: '潜在空间维度' },
    help: { en: 'Numbers that describe one generated picture.', zh: '描述一张生成图片所用的数字个数。' },
  },
} as const satisfies Record<string, OptionSpec>
