/** Text that does not say its encoding: UTF-8, else whichever East Asian one, as Windows writes it there, all of it fits best. */
import { decodedCp949 } from './cp949.ts'
import { eastAsian, likelihoodIn, likelihoodInEurope, likelihoodInUnicode, type EastAsian } from './east-asian.ts'

export type TextEncoding = 'utf-8' | EastAsian

/** First bytes of pairs that one script has in UTF-8, at most: where texts can be both, those of East Asia have more. */
const leadsOfScript = 3
const newline = Buffer.from('\n')

/** What Windows writes where people have set up their computer so; null: no encoding of East Asia. */
export function usualEncoding(locale: string): EastAsian | null {
  const { language, script } = new Intl.Locale(locale).maximize()
  if (language === 'zh') return script === 'Hant' ? 'big5' : 'gb18030'
  return language === 'ja' ? 'shift_jis' : language === 'ko' ? 'euc-kr' : null
}
const usualHere = usualEncoding(Intl.DateTimeFormat().resolvedOptions().locale)
/** How much likelier that one is before anything was read, as a logarithm: one or two characters can be usual in several. */
const usualBonus = 4

/** What all of them fit, taken together; null: none of these. @param usual decides where the texts say too little */
export function encodingOf(texts: readonly Uint8Array[], usual: EastAsian | null = usualHere): TextEncoding | null {
  const all = Buffer.concat(texts.flatMap((text) => [text, newline]))
  const unicode = decoded('utf-8', all)
  if (unicode !== null && !mayBePairs(all, usual, unicode)) return 'utf-8'
  const fitting = eastAsian.flatMap((encoding) => (decoded(encoding, all) === null ? [] : [{ encoding, likelihood: likelihoodIn(encoding, all), bonus: encoding === usual ? usualBonus : 0 }]))
  const [best] = fitting.sort((one, other) => other.likelihood + other.bonus - one.likelihood - one.bonus)
  return best !== undefined && best.likelihood > likelihoodInEurope(all) ? best.encoding : null
}

/** null: it is not in this encoding. */
export function decoded(encoding: TextEncoding | 'utf-16le' | 'utf-16be', text: Uint8Array): string | null {
  if (encoding === 'euc-kr') return decodedCp949(text)
  try {
    const found = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(text)
    return encoding.startsWith('utf') || !unassigned.test(found) ? found : null
  } catch {
    return null
  }
}

/** What the tables of some encodings make of bytes that mean nothing there. */
const unassigned = /[\u0080-\u009f\ue000-\uf8ff]/

/** All that is not ASCII are pairs as East Asian encodings have them: of more rows than a script in UTF-8, or likelier, where one of these is usual. */
function mayBePairs(bytes: Uint8Array, usual: EastAsian | null, unicode: string): boolean {
  const leads = new Set<number>()
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) continue
    at += 1
    if (lead < 0xa1 || lead > 0xf7 || (bytes[at] ?? 0) < 0xa1) return false
    leads.add(lead)
  }
  if (leads.size === 0 || leads.size > leadsOfScript) return leads.size > 0
  return usual !== null && decoded(usual, bytes) !== null && likelihoodIn(usual, bytes) + usualBonus > likelihoodInUnicode(unicode)
}
