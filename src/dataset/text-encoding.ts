/** Text that does not say its encoding: UTF-8, else GBK as Windows in China writes it, where most of it makes common characters. */

/** Of the pairs of a text in GBK, those with a common character (GB 2312); a European text that happens to be pairs has few. */
const commonFrom = 0.8
/** First bytes of pairs that one script has in UTF-8, at most: where texts can be both, Chinese ones have more. */
const leadsOfScript = 3

export type TextEncoding = 'utf-8' | 'gb18030'

/** What all of them fit; null: neither. */
export function encodingOf(texts: readonly Uint8Array[]): TextEncoding | null {
  const gbk = gbkOf(texts)
  if (texts.every((text) => decoded('utf-8', text) !== null) && !(gbk.common === 1 && gbk.leads > leadsOfScript)) return 'utf-8'
  return gbk.common >= commonFrom ? 'gb18030' : null
}

/** null: it is not in this encoding. */
export function decoded(encoding: TextEncoding | 'utf-16le' | 'utf-16be', text: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(text)
  } catch {
    return null
  }
}

/** `common`: share of their pairs, 0 where some are none; `leads`: different first bytes. */
function gbkOf(texts: readonly Uint8Array[]): { readonly common: number; readonly leads: number } {
  let [pairs, common] = [0, 0]
  const leads = new Set<number>()
  for (const text of texts) {
    if (decoded('gb18030', text) === null) return { common: 0, leads: 0 }
    for (let at = 0; at < text.length; at += 1) {
      const lead = text[at] ?? 0
      if (lead < 0x80) continue
      at += 1
      pairs += 1
      leads.add(lead)
      // From 0xa1 on are the punctuation and wide letters that stand between them.
      if (lead >= 0xa1 && lead <= 0xf7 && (text[at] ?? 0) >= 0xa1) common += 1
    }
  }
  return { common: pairs === 0 ? 0 : common / pairs, leads: leads.size }
}
