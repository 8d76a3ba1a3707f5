/**
 * Names in a ZIP. One that does not say its encoding should be in code page 437; in truth macOS writes UTF-8 there and Windows in
 * China GBK. What all such names of an archive fit is taken.
 */
import * as yauzl from 'yauzl'

export type NamedEntry = Pick<yauzl.Entry, 'generalPurposeBitFlag' | 'fileNameRaw' | 'extraFields'>

const utf8Flag = 0x800
/** Info-ZIP's field with the name in UTF-8. */
const unicodePath = 0x7075
/** Of the pairs of a name in GBK, those with a common character (GB 2312); a European name that happens to be pairs has few. */
const commonFrom = 0.8
/** First bytes of pairs that one script has in UTF-8, at most: where names can be both, Chinese ones have more. */
const leadsOfScript = 3

/** How the names of these entries are read, `\` as `/`. */
export function nameReader(entries: readonly NamedEntry[]): (entry: NamedEntry) => string {
  const silent = entries.filter((entry) => !saysEncoding(entry)).map(({ fileNameRaw }) => fileNameRaw).filter((name) => name.some((byte) => byte > 0x7f))
  const gbk = gbkOf(silent)
  const utf8 = silent.every((name) => decoded('utf-8', name) !== null) && !(gbk.common === 1 && gbk.leads > leadsOfScript)
  const encoding = utf8 ? 'utf-8' : gbk.common >= commonFrom ? 'gb18030' : null
  return (entry) => {
    const name = encoding === null || saysEncoding(entry) ? null : decoded(encoding, entry.fileNameRaw)
    return name?.replaceAll('\\', '/') ?? yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  }
}

const saysEncoding = ({ generalPurposeBitFlag, extraFields }: NamedEntry): boolean => (generalPurposeBitFlag & utf8Flag) !== 0 || extraFields.some(({ id }) => id === unicodePath)

/** null: it is not in this encoding. */
function decoded(encoding: 'utf-8' | 'gb18030', name: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(name)
  } catch {
    return null
  }
}

/** `common`: share of their pairs, 0 where some are none; `leads`: different first bytes. */
function gbkOf(names: readonly Uint8Array[]): { readonly common: number; readonly leads: number } {
  let [pairs, common] = [0, 0]
  const leads = new Set<number>()
  for (const name of names) {
    if (decoded('gb18030', name) === null) return { common: 0, leads: 0 }
    for (let at = 0; at < name.length; at += 1) {
      const lead = name[at] ?? 0
      if (lead < 0x80) continue
      at += 1
      pairs += 1
      leads.add(lead)
      // From 0xa1 on are the punctuation and wide letters that stand between them.
      if (lead >= 0xa1 && lead <= 0xf7 && (name[at] ?? 0) >= 0xa1) common += 1
    }
  }
  return { common: pairs === 0 ? 0 : common / pairs, leads: leads.size }
}
