/** Numbers in fewer bytes, in the forms that TensorFlow.js knows: half precision, or bytes over each tensor's range. */
import type { ModelPrecision as Precision } from '../../contract/data.ts'

export type { ModelPrecision as Precision } from '../../contract/data.ts'

export interface Packed {
  readonly precision: Precision
  readonly bytes: Uint8Array
  /** Of `uint8`: a value is `minimum` + byte × `scale`. */
  readonly scale: number
  readonly minimum: number
}

/** Below this many numbers, bytes save nothing that matters and biases lose much. */
const leastForBytes = 1024

export function pack(data: Float32Array, wanted: Precision): Packed {
  const precision = wanted === 'uint8' && data.length < leastForBytes ? 'float16' : wanted
  const plain = { precision, scale: 1, minimum: 0 }
  switch (precision) {
    case 'float32':
      return { ...plain, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
    case 'float16':
      return { ...plain, bytes: new Uint8Array(Uint16Array.from(data, halfBits).buffer) }
    case 'uint8': {
      const minimum = data.reduce((a, b) => Math.min(a, b), Infinity)
      const most = data.reduce((a, b) => Math.max(a, b), -Infinity)
      const scale = most === minimum ? 1 : (most - minimum) / 255
      return { precision, scale, minimum, bytes: Uint8Array.from(data, (value) => Math.round((value - minimum) / scale)) }
    }
  }
}

export function unpack({ precision, bytes, scale, minimum }: Packed): Float32Array {
  // Copied where it does not lie as its type wants it; `slice` of a Node buffer would not copy.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  // Filled by its constructor first: `from` asks an iterator for each number.
  switch (precision) {
    case 'float32':
      return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4)
    case 'float16':
      return new Float32Array(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2)).map(halfValue)
    case 'uint8':
      return new Float32Array(bytes).map((byte) => minimum + byte * scale)
  }
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)
const largestHalf = 65_504

/** IEEE 754 binary16, rounded to nearest, ties to even; beyond its range the largest. */
export function halfBits(value: number): number {
  float[0] = Math.max(-largestHalf, Math.min(largestHalf, value))
  const all = bits[0] as number
  const sign = (all >>> 16) & 0x8000
  const exponent = ((all >>> 23) & 0xff) - 112
  const mantissa = all & 0x7fffff
  if (exponent >= 1) return sign | roundedShift((exponent << 23) | mantissa, 13)
  // Subnormal: the leading one becomes a bit of the mantissa.
  return exponent < -10 ? sign : sign | roundedShift(mantissa | 0x800000, 14 - exponent)
}
function roundedShift(value: number, by: number): number {
  const half = 2 ** (by - 1)
  const whole = Math.floor(value / 2 ** by)
  const rest = value - whole * 2 ** by
  return whole + (rest > half || (rest === half && whole % 2 === 1) ? 1 : 0)
}

export function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const mantissa = half & 1023
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25))
}
