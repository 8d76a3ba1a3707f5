/** Text that does not say its encoding: UTF-8, else whichever East Asian one, as Windows writes it there, all of it fits best. */
import { decodedCp949 } from './cp949.ts'
import { eastAsian, likelihoodIn, likelihoodInEurope, type EastAsian } from './east-asian.ts'

export type TextEncoding = 'utf-8' | EastAsian

/** First bytes of pairs that one script has in UTF-8, at most: where texts can be both, those of East Asia have more. */
const leadsOfScript = 3
const newline = Buffer.from('\n')

/** What all of them fit, taken together; null: none of these. */
export function encodingOf(texts: readonly Uint8Array[]): TextEncoding | null {
  const all = Buffer.concat(texts.flatMap((text) => [text, newline]))
  if (decoded('utf-8', all) !== null && !mayBePairs(all)) return 'utf-8'
  const fitting = eastAsian.flatMap((encoding) => (decoded(encoding, all) === null ? [] : [{ encoding, likelihood: likelihoodIn(encoding, all) }]))
  const best = fitting.reduce<{ readonly encoding: EastAsian | null; readonly likelihood: number }>((one, other) => (other.likelihood > one.likelihood ? other : one), { encoding: null, likelihood: likelihoodInEurope(all) })
  return best.encoding
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

/** All that is not ASCII are pairs as East Asian encodings have them, of more rows than a script in UTF-8. */
function mayBePairs(bytes: Uint8Array): boolean {
  const leads = new Set<number>()
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) continue
    at += 1
    if (lead < 0xa1 || lead > 0xf7 || (bytes[at] ?? 0) < 0xa1) return false
    leads.add(lead)
  }
  return leads.size > leadsOfScript
}
