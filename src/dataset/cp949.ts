/** Code page 949, EUC-KR with all 11,172 syllables, as Windows in Korea writes it: JavaScript here reads only the 2,350 of EUC-KR. */

/** Trail bytes of the further syllables: letters, then 0x81 on; from row 0xa1 on up to where EUC-KR begins. */
const trails = [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, 0xfe)]
const shortRow = trails.indexOf(0xa1)

const euckr = new TextDecoder('euc-kr')
let further: readonly string[] | null = null

/** Those that EUC-KR lacks, in the order of Unicode. */
function furtherSyllables(): readonly string[] {
  if (further !== null) return further
  const rows = Uint8Array.from(range(0xb0, 0xc8).flatMap((lead) => range(0xa1, 0xfe).flatMap((trail) => [lead, trail])))
  const known = new Set(euckr.decode(rows))
  further = range(0xac00, 0xd7a3).map((code) => String.fromCharCode(code)).filter((syllable) => !known.has(syllable))
  return further
}

/** null: it is not in this code page. */
export function decodedCp949(bytes: Uint8Array): string | null {
  const out: string[] = []
  /** Bytes up to here are in `out`; those since then are EUC-KR. */
  let from = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const [lead = 0, trail = 0] = [bytes[at], bytes[at + 1]]
    if (lead < 0x80) continue
    if (lead < 0xa1 || trail < 0xa1) {
      const syllable = furtherOf(lead, trail)
      if (syllable === null) return null
      out.push(euckr.decode(bytes.subarray(from, at)), syllable)
      from = at + 2
    }
    at += 1
  }
  out.push(euckr.decode(bytes.subarray(from)))
  const text = out.join('')
  return text.includes('\ufffd') ? null : text
}

function furtherOf(lead: number, trail: number): string | null {
  const place = trails.indexOf(trail)
  if (place === -1 || lead < 0x81 || lead > 0xc6 || (lead > 0xa0 && place >= shortRow)) return null
  const before = lead <= 0xa0 ? (lead - 0x81) * trails.length : (0xa1 - 0x81) * trails.length + (lead - 0xa1) * shortRow
  return furtherSyllables()[before + place] ?? null
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
