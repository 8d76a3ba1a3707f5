/** Archives by their first bytes: none is opened inside of another, and of those named only ZIP. */
const kinds = [['ZIP', '504b0304'], ['ZIP', '504b0506'], ['RAR', '526172211a07'], ['7-Zip', '377abcaf271c'], ['gzip', '1f8b'], ['bzip2', '425a68'], ['xz', 'fd377a585a00'], ['Zstandard', '28b52ffd']] as const
const tarMark = { at: 257, text: 'ustar' } as const

/** null: it is none that is known. */
export function archiveKind(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, tarMark.at + tarMark.text.length))
  const found = kinds.find(([, mark]) => head.subarray(0, mark.length / 2).toString('hex') === mark)
  return found?.[0] ?? (head.subarray(tarMark.at).toString('latin1') === tarMark.text ? 'tar' : null)
}
