/** Files that people take for pictures of a kind that is read, by their first bytes. */
const kinds: readonly (readonly [name: string, at: number, mark: string])[] = [
  ['BMP', 0, 'BM'], ['Photoshop', 0, '8BPS'], ['PDF', 0, '%PDF-'], ['JPEG XL', 0, '\xff\x0a'], ['JPEG XL', 4, 'JXL \r\n'], ['JPEG 2000', 4, 'jP  \r\n'], ['ICO', 0, '\0\0\x01\0'], ['OpenEXR', 0, 'v/1\x01'],
  ['GIMP', 0, 'gimp xcf'], ['Canon RAW', 8, 'CR\x02'], ['Canon RAW', 4, 'ftypcrx'], ['Fuji RAW', 0, 'FUJIFILMCCD-RAW'], ['MP4', 4, 'ftypisom'], ['MP4', 4, 'ftypmp4'], ['QuickTime', 4, 'ftypqt'], ['WebM', 0, '\x1a\x45\xdf\xa3'],
]

/** null: it is none that is known. */
export function otherFormat(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 24)).toString('latin1')
  return kinds.find(([, at, mark]) => head.startsWith(mark, at))?.[0] ?? null
}
