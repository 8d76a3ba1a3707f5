/** Relative paths from a browser, made into names that are safe on every file system. */
import { unseenCharacters } from '../../base/text.ts'

const maxSegments = 32
const maxPathCharacters = 4096
const maxNameBytes = 200
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** Null for what is no relative path: empty, absolute, with `..`, or far too long. */
export function safeUploadPath(path: string): readonly string[] | null {
  if (path === '' || path.length > maxPathCharacters) return null
  const segments = path.split('/')
  if (segments.length > maxSegments || segments.some((part) => part === '' || part === '.' || part === '..')) return null
  return segments.map(safeName)
}

function safeName(name: string): string {
  const clean = name
    .toWellFormed()
    .replace(/[<>:"|?*\\]/g, '_')
    .replace(unseenCharacters, '_')
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length))
  return shorten(reserved.test(clean) ? `_${clean}` : clean)
}

/** At most `maxNameBytes` of UTF-8, the extension kept. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxNameBytes) return name
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  let stem = ''
  let bytes = Buffer.byteLength(extension)
  for (const char of name.slice(0, name.length - extension.length)) {
    bytes += Buffer.byteLength(char)
    if (bytes > maxNameBytes) break
    stem += char
  }
  return stem + extension
}

/** `photo.jpg` → `photo (2).jpg`, for a name that is taken. */
export function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`
}
