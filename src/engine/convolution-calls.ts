/** What tfjs calls kernels of convolutions with, as every engine's own kernels read it. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { tf } from './tf.ts'

export type Shape4 = [number, number, number, number]
export type ConvolutionInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>
export interface CallAttributes {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dilations?: number | [number, number]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** @param depthwise each channel by itself */
export const infoOf = (x: readonly number[], filter: readonly number[], { strides, pad, dimRoundingMode }: CallAttributes, depthwise = false): ConvolutionInfo =>
  tf.backend_util.computeConv2DInfo(x as Shape4, filter as Shape4, strides, 1, pad, dimRoundingMode, depthwise)

/** float32, channels last, no holes in the filter, and not empty. */
export const isPlain = ({ dataFormat = 'NHWC', dilations = 1 }: Pick<CallAttributes, 'dataFormat' | 'dilations'>, ...tensors: readonly TensorInfo[]): boolean =>
  dataFormat === 'NHWC' && [dilations].flat().every((by) => by === 1) && tensors.every(({ dtype, shape }) => dtype === 'float32' && tf.util.sizeFromShape(shape) > 0)
