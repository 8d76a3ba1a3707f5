/** Tells a small JPEG or PNG by its first bytes, so that it need not be opened twice. */

/** A 128 pixel square: decoding all of it costs less than asking for its size first. */
const smallPixels = 128 ** 2

/** The format of a picture that says it is small; null for any other, and for what only looks like one. */
export function smallPicture(bytes: Uint8Array): 'jpeg' | 'png' | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === ihdr)
    return isSmall(view.getUint32(16), view.getUint32(20)) ? 'png' : null
  return view.byteLength >= 4 && view.getUint16(0) === 0xffd8 && isSmallJpeg(view) ? 'jpeg' : null
}

const ihdr = 0x49484452
const isSmall = (width: number, height: number): boolean => width * height <= smallPixels

/** Walks the segments up to the frame header: marker, length, precision, height, width. */
function isSmallJpeg(view: DataView): boolean {
  for (let at = 2; at + 9 <= view.byteLength; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at) !== 0xff) return false
    const marker = view.getUint8(at + 1)
    if (isFrame(marker)) return isSmall(view.getUint16(at + 7), view.getUint16(at + 5))
  }
  return false
}

/** C0…CF but the tables of Huffman codes (C4), JPEG extensions (C8) and arithmetic codes (CC). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
