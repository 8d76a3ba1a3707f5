/** A convolution and its two gradients as products of matrices (`tile-program.ts`): patches are read where they are, never written out. */
import type { ConvolutionInfo as Info } from '../convolution-calls.ts'
import type { tf } from '../tf.ts'
import type { Product } from './tile-program.ts'

/** Geometry as WGSL constants; the number of pictures is left to the sizes of the product. */
const keyOf = ({ inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: Info): string =>
  [inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left].join(',')

const byFours = (count: number): boolean => count % 4 === 0

/** Index of what tap (ky, kx) sees at channel `channel` for the place `place` of the output, in `x`. */
const patch = ({ inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo }: Info): string => `
  let ox = place % ${outWidth};
  let line = place / ${outWidth};
  let y = (line % ${outHeight}) * ${strideHeight} + ky - ${padInfo.top};
  let x = ox * ${strideWidth} + kx - ${padInfo.left};
  if (y >= 0 && y < ${inHeight} && x >= 0 && x < ${inWidth}) { at = (((line / ${outHeight}) * ${inHeight} + y) * ${inWidth} + x) * ${inChannels} + channel; }`

const tapOf = (number: string, { inChannels, filterWidth }: Info): string => `
  let channel = ${number} % ${inChannels};
  let tap = ${number} / ${inChannels};
  let kx = tap % ${filterWidth};
  let ky = tap / ${filterWidth};`

/** Rows: places of the output. Inner: taps and channels of the input. Columns: channels of the output. */
export function convolution(x: tf.TensorInfo, filter: tf.TensorInfo, info: Info): Product {
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth, outShape } = info
  return {
    key: `convolution_${keyOf(info)}`,
    rows: batchSize * outHeight * outWidth, inner: filterHeight * filterWidth * inChannels, columns: outChannels, depth: 1, shape: outShape,
    a: { tensor: x, along: 'inner', wide: byFours(inChannels), index: `${tapOf('inner', info)} let place = outer; ${patch(info)}` },
    b: { tensor: filter, along: 'outer', wide: byFours(outChannels), index: `at = inner * ${outChannels} + outer;` },
    into: `at = row * ${outChannels} + column;`,
  }
}

/** Rows: taps and channels of the input. Inner: places of the output. Columns: channels of the output. */
export function filterGradient(x: tf.TensorInfo, dy: tf.TensorInfo, info: Info): Product {
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth, filterShape } = info
  return {
    key: `filterGradient_${keyOf(info)}`,
    rows: filterHeight * filterWidth * inChannels, inner: batchSize * outHeight * outWidth, columns: outChannels, depth: 1, shape: filterShape,
    a: { tensor: x, along: 'outer', wide: byFours(inChannels), index: `${tapOf('outer', info)} let place = inner; ${patch(info)}` },
    b: { tensor: dy, along: 'outer', wide: byFours(outChannels), index: `at = inner * ${outChannels} + outer;` },
    into: `at = row * ${outChannels} + column;`,
  }
}

/**
 * A step of stride s backwards is s×s dense phases, each with the taps that meet its places. Rows: places of the input
 * in one phase. Inner: taps of the phase and channels of the output. Columns: channels of the input.
 */
export function inputGradient(dy: tf.TensorInfo, filter: tf.TensorInfo, info: Info): Product {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight: sy, strideWidth: sx, padInfo, inShape } = info
  const [rowsIn, columnsIn] = [Math.ceil(inHeight / sy), Math.ceil(inWidth / sx)]
  const [tapsY, tapsX] = [Math.ceil(filterHeight / sy), Math.ceil(filterWidth / sx)]
  const tap = `
  let channel = inner % ${outChannels};
  let number = inner / ${outChannels};
  let ky = (z / ${sx} + ${padInfo.top}) % ${sy} + ${sy} * (number / ${tapsX});
  let kx = (z % ${sx} + ${padInfo.left}) % ${sx} + ${sx} * (number % ${tapsX});`
  const place = (of: string): string => `
  let line = ${of} / ${columnsIn};
  let y = (line % ${rowsIn}) * ${sy} + z / ${sx};
  let x = (${of} % ${columnsIn}) * ${sx} + z % ${sx};
  let picture = line / ${rowsIn};`
  return {
    key: `inputGradient_${keyOf(info)}`,
    rows: batchSize * rowsIn * columnsIn, inner: tapsY * tapsX * outChannels, columns: inChannels, depth: sy * sx, shape: inShape,
    a: {
      tensor: dy, along: 'inner', wide: byFours(outChannels),
      index: `${tap} ${place('outer')}
  // Divisible where the tap is one of the phase.
  let oy = y + ${padInfo.top} - ky;
  let ox = x + ${padInfo.left} - kx;
  if (ky < ${filterHeight} && kx < ${filterWidth} && oy >= 0 && ox >= 0 && oy < ${sy * outHeight} && ox < ${sx * outWidth}) { at = ((picture * ${outHeight} + oy / ${sy}) * ${outWidth} + ox / ${sx}) * ${outChannels} + channel; }`,
    },
    b: {
      tensor: filter, along: 'inner', wide: byFours(outChannels),
      index: `${tap} if (ky < ${filterHeight} && kx < ${filterWidth}) { at = ((ky * ${filterWidth} + kx) * ${inChannels} + outer) * ${outChannels} + channel; }`,
    },
    into: `${place('row')} if (y < ${inHeight} && x < ${inWidth}) { at = ((picture * ${inHeight} + y) * ${inWidth} + x) * ${inChannels} + column; }`,
  }
}
