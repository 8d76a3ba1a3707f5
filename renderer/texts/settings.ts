import type { Texts } from './index.ts'

export const settingsTexts = {
  language: ['Language', '语言'], theme: ['Appearance', '外观'], system: ['As the system', '跟随系统'], light: ['Light', '浅色'], dark: ['Dark', '深色'], english: ['English', 'English'], chinese: ['简体中文', '简体中文'], looks: ['Language and appearance', '语言与外观'],
  engines: ['Engines', '引擎'], enginesText: ['What does the calculating. The studio measures a real training step on each and takes the fastest.', '负责计算。工作室会在每个引擎上实测一个训练步，并选用最快的。'],
  measured: ['Measured speed', '实测速度'], notMeasured: ['not measured', '未测量'], measure: ['Measure again', '重新测量'], install: ['Install TensorFlow', '安装 TensorFlow'], chosen: ['In use', '使用中'], usable: ['Usable', '可用'], unusable: ['Not usable', '不可用'], auto: ['Automatic: the fastest', '自动：最快的'], useEngine: ['Use', '使用'],
  referenceStep: ['Images a second in one reference training step (32 px, batch 16).', '参考训练步（32 像素，批量 16）的每秒图片数。'], measuredOn: ['Measured {0}', '测量于 {0}'], measureBusy: ['Measuring waits until the run that is training ends.', '正在训练，结束后方可测量。'],
  trouble: ['If something goes wrong', '遇到问题时'], reportText: ['A report for those who look for the mistake: versions, engines, what ran and how it ended. It has no names, paths or pictures of yours.', '供排查问题的人使用的报告：版本、引擎、运行情况与结果。其中没有你的名称、路径或图片。'],
  measuringStorage: ['Looking at the data folder …', '正在查看数据文件夹…'], 'use-originals': ['Copies of pictures', '图片副本'], 'use-runs': ['Runs', '训练'], 'use-samples': ['Gallery', '图库'], 'use-models': ['Models', '模型'], 'use-packed': ['Packed pictures', '打包的图片'], 'use-thumbnails': ['Thumbnails', '缩略图'], 'use-features': ['Features of pictures', '图片特征'], 'use-other': ['Database and the rest', '数据库及其他'],
  useByDataset: ['By data set', '按数据集'], useDataset: ['Data set', '数据集'], useDeleted: ['deleted', '已删除'], cachesText: ['Packed pictures, thumbnails and features are made again when they are needed.', '打包的图片、缩略图和特征在需要时会重新生成。'], clearCaches: ['Clear caches ({0})', '清除缓存（{0}）'], freed: ['{0} freed', '已释放 {0}'],
  unusedText: ['{0} that no run saw and no undo brings back.', '有 {0}没有任何训练用过，也无法通过撤销找回。'], purge: ['Remove unused ({0})', '移除未使用的（{0}）'], purgeTitle: ['Remove unused pictures?', '移除未使用的图片？'],
  purgeHint: ['{0} of additions that were undone, then passed over by another change. Removing them frees {1} and cannot be undone. Your own files are not touched.', '{0}来自已撤销、又被其他更改取代的添加。移除后可释放 {1}，且无法撤销。你自己的文件不受影响。'], purgeNow: ['Remove for good', '永久移除'],
  storage: ['Storage', '存储'], dataFolder: ['Data folder', '数据文件夹'], free: ['{0} free on this disk', '此磁盘剩余 {0}'], computer: ['This computer', '本机'], cores: ['{0} processor cores, {1} of memory', '{0} 个处理器核心，{1} 内存'], about: ['GAN Studio {0}', 'GAN Studio {0}'],
} as const satisfies Texts
