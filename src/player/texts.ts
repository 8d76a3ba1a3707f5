/** The page's words. */
const texts = {
  another: ['Another', '换一张'], play: ['Play', '播放'], pause: ['Pause', '暂停'], save: ['Save picture', '保存图片'], share: ['Share', '分享'],
  seed: ['Seed', '种子'], seedHint: ['The same number gives the same picture.', '相同的数字得到相同的图片。'],
  variety: ['Variety', '变化幅度'], varietyHint: ['Left: nearer to the average. Right: bolder.', '向左更接近平均，向右更大胆。'],
  directions: ['Directions', '方向'], directionsHint: ['What pictures differ in most', '图片之间差异最大的方面'], direction: ['Direction', '方向'], reset: ['Reset', '复位'],
  classes: ['Kind', '类别'], recent: ['Recent', '最近'], recentPicture: ['Recent picture', '最近的图片'],
  language: ['中文', 'English'], theme: ['Light or dark', '浅色或深色'], keys: ['Keys', '快捷键'],
  keysText: ['Space: another · P: play · S: save · 1–9: kind · ← →: recent', '空格：换一张 · P：播放 · S：保存 · 1–9：类别 · ← →：最近'],
  offline: ['Made on this device, by this page alone. Nothing is sent anywhere.', '图片由本页面在你的设备上生成，不会发送任何数据。'],
  about: ['About this model', '关于此模型'], licence: ['Licence: ', '许可：'], madeWith: ['Trained with GAN Studio', '由 GAN Studio 训练'],
  took: ['{0} ms a picture', '每张 {0} 毫秒'], opening: ['Opening the model …', '正在打开模型…'], broken: ['This file is damaged: the model in it cannot be read. Ask for it again.', '此文件已损坏，无法读取其中的模型。请重新获取。'], picture: ['Generated picture', '生成的图片'],
} as const satisfies Readonly<Record<string, readonly [en: string, zh: string]>>

export type TextKey = keyof typeof texts
export type Language = 'en' | 'zh'
export const isTextKey = (key: string): key is TextKey => Object.hasOwn(texts, key)
export const text = (language: Language, key: TextKey, value = ''): string => texts[key][language === 'en' ? 0 : 1].replace('{0}', value)
