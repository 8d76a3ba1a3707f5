/** A pair of networks as a person sees it before training: layers, shapes and what they cost. */
import type { Words } from './option-spec.ts'

export const layerWords = {
  'embedding': { en: 'Class embedding', zh: '类别嵌入' },
  'dense': { en: 'Fully connected', zh: '全连接' },
  'reshape': { en: 'Reshape', zh: '变形' },
  'basis': { en: 'Learned basis', zh: '可学习基底' },
  'basis-sum': { en: 'Sum over learned basis', zh: '基底加权求和' },
  'convolution-same': { en: 'Convolution', zh: '卷积' },
  'convolution-up': { en: 'Upsampling convolution', zh: '上采样卷积' },
  'convolution-down': { en: 'Convolution and pooling', zh: '卷积并池化' },
  'convolution-blur-up': { en: 'Smooth upsampling convolution', zh: '平滑上采样卷积' },
  'convolution-strided': { en: 'Strided convolution', zh: '步幅卷积' },
  'convolution-transposed': { en: 'Transposed convolution', zh: '转置卷积' },
  'pool': { en: 'Pooling', zh: '池化' },
  'sum': { en: 'Sum over all pixels', zh: '全图求和' },
  'upsample': { en: 'Nearest upsampling', zh: '最近邻上采样' },
  'normalisation': { en: 'Normalisation', zh: '归一化' },
  'modulation': { en: 'Modulation by class', zh: '按类别调制' },
  'activation': { en: 'Activation', zh: '激活函数' },
  'gated': { en: 'Gated linear unit', zh: '门控线性单元' },
  'dropout': { en: 'Dropout', zh: '随机失活' },
  'residual': { en: 'Sum with the skip', zh: '与跳接相加' },
  'excitation': { en: 'Skip-layer excitation', zh: '跳层激励' },
  'attention': { en: 'Self-attention', zh: '自注意力' },
  'frozen': { en: 'Pretrained, stays as it is', zh: '预训练网络（冻结）' },
  'head': { en: 'Real or generated', zh: '真假判别' },
  'output': { en: 'Colours', zh: '输出颜色' },
} as const satisfies Record<string, Words>
export type LayerKind = keyof typeof layerWords

export interface NetworkLayer {
  readonly kind: LayerKind
  /** As its tensors are called in checkpoints; empty where it has none. */
  readonly name: string
  /** Such as `3×3`, `batch` or `leaky ReLU`; empty where there is nothing to add. */
  readonly detail: Words
  /** What comes out: `channels` on height × width pixels; a vector where both are 1. */
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly parameters: number
  /** Forward, for one picture. */
  readonly multiplyAdds: number
  /** Where it stands: in the main line, in a residual branch, or on the skip beside it. */
  readonly path: 'main' | 'branch' | 'skip'
}
export const networkNames = { G: { en: 'Generator', zh: '生成器' }, D: { en: 'Discriminator', zh: '判别器' }, projected: { en: 'On pretrained features', zh: '基于预训练特征' }, decoder: { en: "Discriminator's decoder", zh: '判别器的解码器' }, E: { en: 'Encoder', zh: '编码器' } } as const satisfies Record<string, Words>
export type NetworkName = keyof typeof networkNames

export interface NetworkTable {
  readonly network: NetworkName
  readonly layers: readonly NetworkLayer[]
  readonly parameters: number
  readonly multiplyAdds: number
}
export interface NetworkDescription {
  readonly networks: readonly NetworkTable[]
  readonly batchSize: number
  /** Of a whole training step, for one picture of the batch. */
  readonly stepMultiplyAdds: number
  /** Bytes a training run is expected to need, the engine included. */
  readonly memoryBytes: number
}
