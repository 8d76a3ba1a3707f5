/**
 * Names in a ZIP. One that does not say its encoding should be in code page 437; in truth macOS writes UTF-8 there and Windows what
 * it uses in the country: GBK, Big5, Shift_JIS or CP949. What all such names of an archive fit best is taken.
 */
import * as yauzl from 'yauzl'
import { decoded, encodingOf } from './text-encoding.ts'

export type NamedEntry = Pick<yauzl.Entry, 'generalPurposeBitFlag' | 'fileNameRaw' | 'extraFields'>

const utf8Flag = 0x800
/** Info-ZIP's field with the name in UTF-8. */
const unicodePath = 0x7075

/** How the names of these entries are read, `\` as `/`. */
export function nameReader(entries: readonly NamedEntry[]): (entry: NamedEntry) => string {
  const silent = entries.filter((entry) => !saysEncoding(entry)).map(({ fileNameRaw }) => fileNameRaw).filter((name) => name.some((byte) => byte > 0x7f))
  const encoding = encodingOf(silent)
  return (entry) => {
    const name = encoding === null || saysEncoding(entry) ? null : decoded(encoding, entry.fileNameRaw)
    return name?.replaceAll('\\', '/') ?? yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  }
}

const saysEncoding = ({ generalPurposeBitFlag, extraFields }: NamedEntry): boolean => (generalPurposeBitFlag & utf8Flag) !== 0 || extraFields.some(({ id }) => id === unicodePath)
