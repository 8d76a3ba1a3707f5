/** How large the networks are. */
import type { OptionSpec } from '../option-spec.ts'

export const networkOptions = {
  width: {
    type: 'integer', group: 'network', min: 8, max: 256, default: 32, log: true, unit: 'channels',
    label: { en: 'Network width', zh: '网络宽度' },
    help: { en: 'Channels at full resolution; deeper stages have more. Narrower networks see more pictures in the same time.', zh: '全分辨率处的通道数，更深处更多。网络越窄，同样时间里看到的图片越多。' },
  },
  depth: {
    type: 'integer', group: 'network', min: 0, max: 4, default: 0, unit: 'residual units',
    label: { en: 'Network depth', zh: '网络深度' },
    help: { en: 'Residual units per stage below full resolution. More learn finer structure and cost time.', zh: '每个低于全分辨率的阶段所含残差单元数。越多细节越好，耗时也越长。' },
  },
  latentSize: {
    type: 'integer', group: 'network', min: 8, max: 512, default: 64, log: true, unit: 'dimensions',
    label: { en: 'Latent size', zh: '潜在空间维度' },
    help: { en: 'Numbers that describe one generated picture.', zh: '描述一张生成图片所用的数字个数。' },
  },
} as const satisfies Record<string, OptionSpec>
