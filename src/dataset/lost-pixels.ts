/**
 * libjpeg decodes what it can of a damaged JPEG and warns. After some of its warnings pixels are missing or made up; others are of
 * padding and unusual headers, which harm nothing. A damaged table of quantisation or codes gives another picture without a warning:
 * nothing in the format tells which would be right.
 */

const loss = /premature end|bad (Huffman|arithmetic) code|inconsistent progression|instead of RST|extraneous bytes before marker 0x(da|c4)/i
/** Before the end: padding, or what a decoder that lost its way left over. */
const before = /(\d+) extraneous bytes before marker 0xd9/i
const end = Buffer.from([0xff, 0xd9])

/** @param warning what libjpeg said of this file first */
export function lostPixels(file: Uint8Array, warning: string): boolean {
  if (loss.test(warning)) return true
  const leftOver = before.exec(warning)
  if (leftOver === null) return false
  const at = Buffer.from(file.buffer, file.byteOffset, file.byteLength).lastIndexOf(end)
  const some = file.subarray(Math.max(0, at - Number(leftOver[1])), at)
  return some.some((byte) => byte !== some[0])
}
