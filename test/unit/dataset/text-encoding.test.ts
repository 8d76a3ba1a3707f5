import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.ts'
import { eastAsian } from '../../../src/dataset/east-asian.ts'
import { decoded, encodingOf, usualEncoding } from '../../../src/dataset/text-encoding.ts'
import { encoded } from './encodings.ts'

/** Names of one archive, or lines of one file, each. */
const texts = {
  'gb18030': ['狗', '猫/1.png|狗/2.png', '手势/图片一.png', '新建文件夹/照片', '苹果|香蕉|橙子', '春夏秋冬', '向日葵/蒲公英/玫瑰/郁金香', '靴子', '男|女', '故宫博物院', '白菜|萝卜|黄瓜', '石头|剪刀|布', '金毛犬/柯基/哈士奇', '麻雀|鸽子|老鹰', '张三|李四|王五', '图片（1）.png', '樱花'],
  'shift_jis': ['猫/写真.png', 'ネコ|イヌ', 'ねこ', 'いぬ/1.png', '東京タワー', '写真|画像', '新しいフォルダー', '学習|検証|テスト', '桜', 'スクリーンショット 2024', '富士山', '鉄腕アトム', '男性|女性'],
  'euc-kr': ['고양이', '개', '강아지|고양이', '사진/1.jpg', '새 폴더', '그림', '꽃', '호랑이|사자|곰', '남자|여자', '학습|검증|시험', '사과|바나나', '자동차|비행기', '가위|바위|보', '벚꽃', '손글씨'],
  'big5': ['貓', '貓|狗', '照片', '圖片/新資料夾', '臺灣', '蘋果|香蕉', '訓練|驗證|測試', '男|女', '手寫數字', '花', '玫瑰|向日葵'],
} as const
const split = (text: string): readonly string[] => text.split('|')

describe('the encoding of names', () => {
  it.each(Object.entries(texts).flatMap(([encoding, all]) => all.map((text) => [encoding, text] as const)))('is %s where %s was written in it', (encoding, text) => {
    expect(encodingOf(split(text).map((one) => encoded(encoding, one)))).toBe(encoding)
  })

  it.each(Object.values(texts).flat())('is UTF-8 where %s was written in it', (text) => {
    expect(encodingOf(split(text).map((one) => Buffer.from(one)))).toBe('utf-8')
  })

  it('is none of these where letters with accents are written in one byte', () => {
    for (const name of ['Fl\x81gel/b\x84r.png', 'caf\x82/1.png', 'Gr\x94\xe1e', 'ni\xa4o', '\x8egypten', '\x9acbungen', 'cr\x8ame br\x96l\x82e', 'Gr\xf6\xdfe', 'caf\xe9', '\xc4gypten', 'a,\xff\xfe'])
      for (const usual of [null, 'gb18030', 'euc-kr'] as const) expect(encodingOf([Buffer.from(name, 'latin1')], usual), `${name} ${usual}`).toBe(null)
  })

  it('is found from all of them together: one name alone may be a character of several', () => {
    expect(encodingOf([encoded('gb18030', '啊')], null)).toBe('euc-kr')
    expect(encodingOf([encoded('gb18030', '啊'), encoded('gb18030', '花园'), encoded('gb18030', '图片')])).toBe('gb18030')
    expect(encodingOf([encoded('shift_jis', 'ネコ'), Buffer.from('caf\x82', 'latin1')])).toBe(null)
  })

  it('is what is usual where the computer is, if one name alone could be several', () => {
    for (const [locale, usual] of [['zh-CN', 'gb18030'], ['zh-TW', 'big5'], ['zh-Hant-HK', 'big5'], ['ja', 'shift_jis'], ['ko-KR', 'euc-kr'], ['en-US', null]] as const) expect(usualEncoding(locale)).toBe(usual)
    for (const name of ['啊', '鹿.png', '狐', '茶/1.png', '伞', '鲸/2.png']) expect(encodingOf([encoded('gb18030', name)], 'gb18030'), name).toBe('gb18030')
    for (const [encoding, all] of Object.entries(texts)) for (const text of all.filter((one) => [...one].length > 4 || encoding === 'gb18030'))
      expect(encodingOf(split(text).map((one) => encoded(encoding, one)), 'gb18030'), text).toBe(encoding)
  })

  it('is UTF-8 still where letters with accents stand among others', () => {
    for (const name of ['café.png', 'Größe/1.png', 'niño', 'кошки', 'γάτες/1.png']) for (const usual of eastAsian) expect(encodingOf([Buffer.from(name)], usual), name).toBe('utf-8')
  })

  it('is code page 949 too, with the syllables that EUC-KR lacks', () => {
    // 똠방각하, 뷁, 힣, 갂: the first and last of each kind of row.
    expect(encodingOf([Buffer.from('8c63b9e6b0a2c7cf', 'hex'), encoded('euc-kr', '사진')])).toBe('euc-kr')
    for (const [hex, text] of [['8c63b9e6b0a2c7cf', '똠방각하'], ['94ee', '뷁'], ['c652', '힣'], ['8141', '갂'], ['b0a1', '가'], ['a0fe', '좤'], ['a141', '좥']] as const) expect(decoded('euc-kr', Buffer.from(hex, 'hex'))).toBe(text)
    for (const hex of ['82', '822f', 'a1', 'c653', 'ffa1', '80']) expect(decoded('euc-kr', Buffer.from(hex, 'hex')), hex).toBe(null)
  })

  it('can be told of anything, and what it is told to be can be read', () => {
    const rng = Rng.fromSeed(4, 'bytes')
    for (let n = 0; n < 300; n += 1) {
      const bytes = Uint8Array.from({ length: rng.integer(12) }, () => rng.integer(256))
      const encoding = encodingOf([bytes])
      if (encoding !== null) expect(decoded(encoding, bytes)).not.toBe(null)
    }
    expect(encodingOf([])).toBe('utf-8')
  })
})
