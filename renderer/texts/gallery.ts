import type { Texts } from './index.ts'

export const galleryTexts = {
  generate: ['Generate', '生成'], count: ['Number', '数量'], seed: ['Seed', '种子'], seedHint: ['The same seed gives the same picture', '相同种子得到相同图片'], newSeed: ['Another seed', '换一个种子'], truncation: ['Truncation', '截断'], truncationHint: ['Below 1: safer and more alike. Above 1: bolder.', '小于 1：更稳妥、更相似；大于 1：更大胆。'], inTurn: ['All in turn', '轮流所有类别'],
  noSamples: ['No pictures yet. Train on a data set, then generate as many as you like.', '还没有图片。先训练，然后想生成多少就生成多少。'], readyToGenerate: ['A trained model is ready. Generate your first pictures.', '已有训练好的模型，生成第一批图片吧。'], noMatches: ['No pictures match these filters.', '没有符合筛选条件的图片。'], clearFilters: ['Clear the filters', '清除筛选'],
  favourite: ['Favourite', '收藏'], unfavourite: ['Not a favourite', '取消收藏'], favourites: ['Favourites', '收藏'], selected: ['{0} selected', '已选 {0} 张'], deletedPictures: ['{0} deleted', '已删除 {0}'], clearSelection: ['Clear selection', '取消选择'], zoom: ['Picture size', '图片大小'], allRuns: ['All runs', '全部训练'], allClassNames: ['All classes', '全部类别'],
  previous: ['Previous', '上一张'], next: ['Next', '下一张'], moreLike: ['More of “{0}”', '再来些“{0}”'], moreOfRun: ['More of this run', '再来些此训练的图片'], nearSeed: ['From the seeds after this one', '从此种子之后开始'], madeFrom: ['Made by', '来源'],
  exportPictures: ['Export pictures', '导出图片'], exportRun: ['Export from “{0}”', '从“{0}”导出'],
  png: ['PNG files', 'PNG 文件'], jpeg: ['JPEG files', 'JPEG 文件'], webp: ['WebP files', 'WebP 文件'], zip: ['ZIP of PNG files', 'PNG 压缩包'], sheet: ['Contact sheet (PNG)', '拼图（PNG）'], 'animation-webp': ['Animation (WebP)', '动画（WebP）'], 'animation-gif': ['Animation (GIF)', '动画（GIF）'], safetensors: ['Generator (safetensors)', '生成器（safetensors）'],
  keyFrames: ['Pictures to pass through', '经过的图片数'],
} as const satisfies Texts
