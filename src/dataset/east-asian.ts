/**
 * How well bytes fit an encoding of East Asia: the likelihood of all of them under a small model of its characters. All of these
 * use pairs of bytes above 0x80, and most pairs are characters in several; which are usual tells them apart.
 */

/** What is called EUC-KR is read as code page 949. */
export const eastAsian = ['gb18030', 'shift_jis', 'euc-kr', 'big5'] as const
export type EastAsian = (typeof eastAsian)[number]

interface Model {
  /** Of the pair. */
  chance(lead: number, trail: number): number
  /** Of a character of one byte, where this is one; 0: it is none. */
  single(byte: number): number
}

/** Of the characters beside frequent ones and punctuation: hardly ever met in names. */
const strange = 1e-6
/** Of each ASCII character. */
const plain = 0.02
/** Of text in other scripts beside letters of the Latin alphabet, on either side: it is mostly parted by a mark or a digit. */
const besideLatin = 0.1
/** More tell nothing new. */
const mostBytes = 200_000

const noSingle = (): number => 0
const isSimpleTrail = (trail: number): boolean => trail >= 0xa1

/** Frequent in texts, and in names of pictures and folders. */
const hanzi =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运图片照册猫狗鸟鱼花草树脸车夹副训练验证测试集标签左右男孩红蓝绿黄黑猪牛羊鸡鸭虎兔龙蛇熊船飞桌椅房屋楼河湖云雨雪食苹香蕉橙衣裤鞋帽包字母植风景素材始备份未载截屏幕微六七八九零百千'
const hangul =
  '이다는의가에고을사하지아나기로도리자어시한대인서스부일장그수정주은상전해보있원조여라구과성마유국세비제우요산선안니거들경러오진발양미신물개동공생연치당소방계문용화중학교관행적체직위무모회음식영업분명역실재집간결단태민복강반감설속점력편터트드르크프레타파카노네너더데디두투토테티추차초최처출큰키통특판평포표품피필합항향현형호확환활황후히힘새폴말돼끼랑곰꽃람얼굴손숫글림매왼른쪽원숭코끼늑본별련검증류데남녀색빨초록파랑노검흰바람눈비꽃잎집밥책팀번째첫끝길밤낮밖안속앞뒤위래것같때만면며아운내려왔었습니까요를와므로써'

const models: Readonly<Record<EastAsian, Model>> = {
  'gb18030': {
    chance(lead, trail) {
      if (!isSimpleTrail(trail)) return strange
      if (lead >= 0xb0 && lead <= 0xd7) return frequent('gb18030').has(pair(lead, trail)) ? 0.65 / frequent('gb18030').size : 0.27 / 3755
      if (lead >= 0xd8 && lead <= 0xf7) return 0.03 / 3008
      return lead >= 0xa1 && lead <= 0xa3 ? 0.05 / 282 : strange
    },
    single: noSingle,
  },
  'euc-kr': {
    chance(lead, trail) {
      if (!isSimpleTrail(trail)) return strange
      if (lead >= 0xb0 && lead <= 0xc8) return frequent('euc-kr').has(pair(lead, trail)) ? 0.65 / frequent('euc-kr').size : 0.28 / 2350
      if (lead >= 0xca && lead <= 0xfd) return 0.02 / 4888
      return lead >= 0xa1 && lead <= 0xa3 ? 0.05 / 282 : strange
    },
    single: noSingle,
  },
  'shift_jis': {
    chance(lead, trail) {
      if ((lead === 0x82 && trail >= 0x9f) || (lead === 0x83 && trail <= 0x96)) return 0.6 / 169
      if (lead === 0x81 || (lead === 0x82 && trail <= 0x9a)) return 0.05 / 209
      const code = pair(lead, trail)
      if (code >= 0x889f && code <= 0x9872) return 0.33 / 2965
      return code >= 0x989f && code <= 0xeaa4 ? 0.01 / 3390 : strange
    },
    // Half-width katakana.
    single: (byte) => (byte >= 0xa1 && byte <= 0xdf ? 0.01 / 63 : 0),
  },
  'big5': {
    chance(lead, trail) {
      if (lead >= 0xa4 && lead <= 0xc6) return 0.92 / 5401
      if (lead >= 0xa1 && lead <= 0xa3) return 0.05 / 408
      return lead >= 0xc9 && lead <= 0xf9 && trail >= 0x40 ? 0.02 / 7652 : strange
    },
    single: noSingle,
  },
}

const pair = (lead: number, trail: number): number => lead * 256 + trail

const frequentPairs = new Map<string, ReadonlySet<number>>()
/** As pairs of this encoding. */
function frequent(encoding: 'gb18030' | 'euc-kr'): ReadonlySet<number> {
  const known = frequentPairs.get(encoding)
  if (known !== undefined) return known
  const characters = new Set(encoding === 'gb18030' ? hanzi : hangul)
  const codes = Array.from({ length: 94 * 94 }, (_, i) => pair(0xa1 + Math.floor(i / 94), 0xa1 + (i % 94)))
  const decoder = new TextDecoder(encoding)
  const found = new Set(codes.filter((code) => characters.has(decoder.decode(Uint8Array.of(code >> 8, code & 0xff)))))
  frequentPairs.set(encoding, found)
  return found
}

const isLetter = (byte = 0): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a

/** @param bytes valid in the encoding. @returns the logarithm of their likelihood */
export function likelihoodIn(encoding: EastAsian, bytes: Uint8Array): number {
  const { chance, single } = models[encoding]
  let sum = 0
  let afterLetter = false
  for (let at = 0; at < Math.min(bytes.length, mostBytes); at += 1) {
    const lead = bytes[at] ?? 0
    const alone = lead < 0x80 ? plain : single(lead)
    if (alone > 0) {
      sum += Math.log(alone)
      afterLetter = isLetter(lead)
      continue
    }
    const trail = bytes[at + 1] ?? 0
    // The rare ones of GB 18030 have four bytes.
    const length = encoding === 'gb18030' && trail <= 0x39 ? 4 : 2
    sum += Math.log(chance(lead, trail) * (afterLetter ? besideLatin : 1) * (isLetter(bytes[at + length]) ? besideLatin : 1))
    afterLetter = false
    at += length - 1
  }
  return sum
}

/** ü é ä à å ç ê è ö ñ ß in code page 437, which ZIP has. */
const accented = new Set([0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x88, 0x8a, 0x94, 0xa4, 0xe1])

/** The same for European text of one byte a character: letters with accents stand alone, among others without. */
export function likelihoodInEurope(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < Math.min(bytes.length, mostBytes); at += 1) {
    const [before = 0, byte = 0] = [bytes[at - 1], bytes[at]]
    sum += Math.log(byte < 0x80 ? plain : (accented.has(byte) ? 0.01 : 0.002) * (before >= 0x80 ? 0.15 : 1))
  }
  return sum
}

/** The same for text in UTF-8 whose characters have two bytes at most: accented letters stand among plain ones, and alone hardly anything does. */
export function likelihoodInUnicode(text: string): number {
  const [letter, latin] = [/\p{L}/u, /[a-z]/i]
  return [...text.slice(0, mostBytes)].reduce((sum, one, at, all) => {
    if (one < '\u0080') return sum + Math.log(plain)
    const among = latin.test(all[at - 1] ?? '') || latin.test(all[at + 1] ?? '')
    return sum + Math.log(!letter.test(one) ? 1e-5 : among ? 0.3 : 1e-3)
  }, 0)
}
