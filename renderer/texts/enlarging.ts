import type { Texts } from './index.ts'

/** Runs that learn to make small pictures large, and pictures made larger by them. */
export const enlargingTexts = {
  trainEnlarger: ['Train an enlarger', '训练放大模型'],
  /** As `sentence`. */
  sentenceEnlarge: ['Learn from {dataset} to make pictures {enlarge}, up to {resolution}, for {budget}, starting from {from}.', '用 {dataset} 学习把图片{enlarge}，放大到 {resolution}，时长 {budget}，从{from}开始。'],
  wordEnlarge: ['How much larger', '放大倍数'], timesLarger: ['{0} times larger', '放大 {0} 倍'], notLarger: ['from nothing instead', '不放大，改为生成新图片'],
  sheetEnlarged: ['In threes: made small, enlarged, as it was', '每三张为一组：缩小后、放大后、原图'],
  enlargePictures: ['Enlarge pictures', '放大图片'], enlargeTitle: ['Enlarge with “{0}”', '用“{0}”放大图片'],
  enlargeEmpty: ['Drop pictures here, or choose some: each becomes {0} times larger.', '把图片拖到这里或选择图片：每张都会放大 {0} 倍。'], enlargeHint: ['Up to {0} at once, of any shape. Transparency is kept; yours stay as they are.', '一次最多 {0} 张，形状不限。保留透明度，原图不变。'],
  dropEnlarge: ['Enlarge', '放大'], dropEnlargeHint: ['Each picture becomes larger; yours stay as they are.', '图片会被放大，原图保持不变。'],
  enlarging: ['Enlarging …', '正在放大……'], enlargedSize: ['{0} × {1} pixels', '{0} × {1} 像素'], before: ['Before', '处理前'], after: ['After', '处理后'], beforeAfter: ['Where before ends and after begins', '处理前与处理后的分界'],
  givenPictures: ['The pictures that were given', '给出的图片'], notRedrawn: ['“{0}” was left out: {1}', '“{0}”未能处理：{1}'],
  saveEnlarged: ['Save all', '全部保存'], enlargeOthers: ['Other pictures', '换其他图片'],
  enlargement: ['Beside bicubic enlargement', '与双三次放大比较'], enlargementLater: ['The comparison appears with the first score.', '首次评分后显示比较。'], enlargementOf: ['{0} held-out {0:picture|pictures} made small and enlarged again, after {1} images seen.', '看过 {1} 张图片后：将 {0} 张留出的图片缩小后再放大。'], enlargementOfTrained: ['{0} {0:picture|pictures} made small and enlarged again, after {1} images seen; some were trained on.', '看过 {1} 张图片后：将 {0} 张图片缩小后再放大，其中部分参与过训练。'],
  bicubic: ['Bicubic', '双三次'], psnr: ['PSNR', 'PSNR'], psnrTitle: ['Likeness to the original', '与原图的接近程度'], psnrHint: ['PSNR on luminance in dB: higher is truer to the original', '亮度 PSNR（dB）：越高越接近原图'], ssim: ['SSIM', 'SSIM'], ssimHint: ['Structural similarity, 1 for equals', '结构相似度，相同为 1'], decibels: ['{0} dB', '{0} dB'],
} as const satisfies Texts
