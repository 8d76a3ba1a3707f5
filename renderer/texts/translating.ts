import type { Texts } from './index.ts'

/** Runs that learn to turn pictures of one class into another, and pictures translated by them. */
export const translatingTexts = {
  trainTranslator: ['Learn to translate between classes', '学习在类别之间转换'],
  /** As `sentence`. */
  sentenceTranslate: ['Learn to turn pictures of {dataset} from one of {classes} into another, at {resolution}, for {budget}, starting from {from}.', '用 {dataset} 学习把图片在 {classes} 之间互相转换，尺寸 {resolution}，时长 {budget}，从{from}开始。'],
  betweenClasses: ['translates between {0}', '在 {0}之间转换'],
  sheetTranslated: ['In threes: as it was, turned into the class, and back again', '每三张为一组：原图、转换成该类别后、再转换回来'],
  translatePictures: ['Translate pictures', '转换图片'], translateTitle: ['Translate with “{0}”', '用“{0}”转换图片'],
  translateTo: ['Turn pictures into', '转换为'], becameClass: ['turned into {0}', '已转换为 {0}'],
  translateEmpty: ['Drop pictures here, or choose some: each is turned into “{0}”.', '把图片拖到这里或选择图片：每张都会转换为“{0}”。'],
  translateFull: ['At full size', '保持原尺寸'], translateFullHint: ['Off: pictures are shrunk to the scale that the run learned at, where it knows what things look like. On: for changes of colour and texture.', '关闭：图片先缩小到训练时的尺寸，模型认得这个尺寸下的内容。打开：适合颜色和纹理的变化。'],
  dropTranslate: ['Translate', '转换'], dropTranslateHint: ['Each picture is turned into the chosen class; yours stay as they are.', '每张图片都会转换成所选类别，原图保持不变。'],
  translating: ['Translating …', '正在转换……'],
  translation: ['Beside pictures that were not translated', '与未转换的图片比较'], translationLater: ['The comparison appears with the first score.', '首次评分后显示比较。'],
  translationOf: ['{0} held-out {0:picture|pictures} turned into another class, compared with real ones of it, after {1} images seen.', '看过 {1} 张图片后：将 {0} 张留出的图片转换成其他类别，并与该类别的真实图片比较。'],
  translationOfTrained: ['{0} {0:picture|pictures} turned into another class, compared with real ones of it, after {1} images seen; some were trained on.', '看过 {1} 张图片后：将 {0} 张图片转换成其他类别，并与该类别的真实图片比较，其中部分参与过训练。'],
  notTranslated: ['Not translated', '未转换'], changedBy: ['Changed by', '改变幅度'], changedByHint: ['Mean difference from the picture that was given, of 255', '与所给图片的平均差异，满值 255'],
  thereAndBack: ['There and back', '往返误差'], thereAndBackHint: ['Mean difference after being turned into another class and back, of 255: lower keeps more of the picture', '转换成其他类别再转回来后的平均差异，满值 255：越低保留的内容越多'], of255: ['{0} of 255', '{0} / 255'],
} as const satisfies Texts
