/** Convolutions of each channel by itself, as the pretrained network has them, and their gradient by the pictures; tfjs' have no place for what follows. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { infoOf, isPlain, type CallAttributes, type ConvolutionInfo as Info, type Shape4 } from '../convolution-calls.ts'
import { tf } from '../tf.ts'
import { endingFunction, mostGroups, noEnding, writeEnded, type Program, type Snippet, type WebgpuBackend } from './binding.ts'

const threads = 64

/** `read` adds to `sum` what the tap (ky, kx) sees for the place (y, x) of the picture, four channels from `channel` on. */
function program(name: string, [height, width, channels]: readonly [number, number, number], info: Info, shape: readonly number[], read: string, ending: Snippet): Program {
  const groups = Math.ceil(tf.util.sizeFromShape([...shape]) / 4 / threads)
  const key = [height, width, channels, info.inHeight, info.inWidth, info.outHeight, info.outWidth, info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left].join(',')
  return {
    variableNames: ['A', 'B', ...ending.leaves],
    variableComponents: [4, 4, ...ending.leaves.map(() => 1)],
    outputComponent: 4,
    outputShape: shape,
    dispatchLayout: { x: shape.map((_, i) => i) },
    dispatch: [groups, 1, 1],
    workgroupSize: [threads, 1, 1],
    uniforms: '',
    shaderKey: `${name}_${key}_${ending.code}`,
    size: true,
    around: { reads: false, program: (_, next) => program(name, [height, width, channels], info, shape, read, next) },
    getUserCode: () => `
${endingFunction(ending)}
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let at = 4 * index;
  let channel = at % ${channels};
  let place = at / ${channels};
  let x = place % ${width};
  let y = (place / ${width}) % ${height};
  let picture = place / ${width * height};
  var sum = vec4<f32>(0.0);
  for (var ky = 0; ky < ${info.filterHeight}; ky++) {
    for (var kx = 0; kx < ${info.filterWidth}; kx++) {
      let weights = B[((ky * ${info.filterWidth} + kx) * ${channels} + channel) / 4];
      ${read}
    }
  }
  ${writeEnded(true, 'at', 'sum')}
}`,
  }
}

function forward(info: Info): Program {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo, outShape } = info
  return program('depthwise', [outHeight, outWidth, inChannels], info, outShape, `
      let iy = y * ${strideHeight} + ky - ${padInfo.top};
      let ix = x * ${strideWidth} + kx - ${padInfo.left};
      if (iy >= 0 && iy < ${inHeight} && ix >= 0 && ix < ${inWidth}) { sum += vec4<f32>(A[(((picture * ${inHeight} + iy) * ${inWidth} + ix) * ${inChannels} + channel) / 4]) * weights; }`, noEnding)
}

function byInput(info: Info): Program {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo, inShape } = info
  return program('depthwiseInput', [inHeight, inWidth, inChannels], info, inShape, `
      let oy = y + ${padInfo.top} - ky;
      let ox = x + ${padInfo.left} - kx;
      if (oy >= 0 && ox >= 0 && oy % ${strideHeight} == 0 && ox % ${strideWidth} == 0 && oy / ${strideHeight} < ${outHeight} && ox / ${strideWidth} < ${outWidth}) {
        sum += vec4<f32>(A[(((picture * ${outHeight} + oy / ${strideHeight}) * ${outWidth} + ox / ${strideWidth}) * ${inChannels} + channel) / 4]) * weights;
      }`, noEnding)
}

const replaced = (picturesName: 'x' | 'dy', programOf: (info: Info) => Program) => (own: KernelFunc): KernelFunc => (call) => {
  const { [picturesName]: pictures, filter } = call.inputs as Readonly<Record<string, TensorInfo>> as { readonly x: TensorInfo; readonly dy: TensorInfo; readonly filter: TensorInfo }
  const attributes = call.attrs as unknown as CallAttributes & { readonly inputShape?: Shape4 }
  if (!isPlain(attributes, pictures, filter)) return own(call)
  const info = infoOf(attributes.inputShape ?? pictures.shape, filter.shape, attributes, true)
  const groups = Math.ceil(tf.util.sizeFromShape(info.inShape) / 4 / threads)
  const byFours = info.inChannels === info.outChannels && info.inChannels % 4 === 0 && groups <= mostGroups
  return byFours ? (call.backend as unknown as WebgpuBackend).runWebGPUProgram(programOf(info), [pictures, filter], 'float32', []) : own(call)
}

export const depthwiseKernels: Readonly<Record<string, (own: KernelFunc) => KernelFunc>> =
  { DepthwiseConv2dNative: replaced('x', forward), DepthwiseConv2dNativeBackpropInput: replaced('dy', byInput) }
