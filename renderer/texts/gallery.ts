import type { Texts } from './index.ts'

export const galleryTexts = {
  generate: ['Generate', '生成'], count: ['Number', '数量'], seed: ['Seed', '种子'], seedHint: ['The same seed gives the same picture', '相同种子得到相同图片'], newSeed: ['Another seed', '换一个种子'], truncation: ['Truncation', '截断'], truncationHint: ['Below 1: safer and more alike. Above 1: bolder.', '小于 1：更稳妥、更相似；大于 1：更大胆。'], inTurn: ['All in turn', '轮流所有类别'],
  noSamples: ['No pictures yet. Train on a data set, then generate as many as you like.', '还没有图片。先训练，然后想生成多少就生成多少。'], readyToGenerate: ['A trained model is ready. Generate your first pictures.', '已有训练好的模型，生成第一批图片吧。'], noMatches: ['No pictures match these filters.', '没有符合筛选条件的图片。'], clearFilters: ['Clear the filters', '清除筛选'],
  favourite: ['Favourite', '收藏'], unfavourite: ['Not a favourite', '取消收藏'], favourites: ['Favourites', '收藏'], selected: ['{0} selected', '已选 {0} 张'], deletedPictures: ['{0} deleted', '已删除 {0}'], clearSelection: ['Clear selection', '取消选择'], zoom: ['Picture size', '图片大小'], allRuns: ['All runs', '全部训练'], allClassNames: ['All classes', '全部类别'],
  previous: ['Previous', '上一张'], next: ['Next', '下一张'], moreLike: ['More of “{0}”', '再来些“{0}”'], moreOfRun: ['More of this run', '再来些此训练的图片'], nearSeed: ['From the seeds after this one', '从此种子之后开始'], madeFrom: ['Made by', '来源'],
  exportPictures: ['Export pictures', '导出图片'], exportRun: ['Export from “{0}”', '从“{0}”导出'],
  png: ['PNG files', 'PNG 文件'], jpeg: ['JPEG files', 'JPEG 文件'], webp: ['WebP files', 'WebP 文件'], zip: ['ZIP of PNG files', 'PNG 压缩包'], sheet: ['Contact sheet (PNG)', '拼图（PNG）'], 'animation-webp': ['Animation (WebP)', '动画（WebP）'], 'animation-gif': ['Animation (GIF)', '动画（GIF）'],
  page: ['Model: a page that generates (HTML)', '模型：可生成图片的网页（HTML）'], safetensors: ['Model: safetensors', '模型：safetensors'], onnx: ['Model: ONNX', '模型：ONNX'], tfjs: ['Model: TensorFlow.js', '模型：TensorFlow.js'],
  pageHint: ['One file to send to anyone: it opens in a browser and generates there, without a network.', '一个可以发给任何人的文件：用浏览器打开即可离线生成。'], safetensorsHint: ['For this studio on another computer, and for PyTorch and JAX.', '用于另一台电脑上的本软件，或 PyTorch、JAX。'], onnxHint: ['For ONNX Runtime and whatever else reads ONNX. A model card is written beside it.', '用于 ONNX Runtime 等支持 ONNX 的程序，并附带模型卡。'], tfjsHint: ['A ZIP with model.json and its weights, for pages of your own.', '包含 model.json 和权重的压缩包，用于你自己的网页。'],
  whichNetwork: ['Network', '网络'], generator: ['Generator', '生成器'], discriminator: ['Discriminator, with what it says of classes', '判别器（含类别判断）'], encoder: ['Encoder', '编码器'], allNetworks: ['All of them', '全部网络'],
  withoutProjected: ['Without the small discriminators on features of MobileNetV2, which need that network: the file judges by what was learned from nothing.', '不含基于 MobileNetV2 特征的小判别器，它们离不开该网络：此文件仅凭从零学得的部分判断。'],
  precision: ['Weights', '权重精度'], float32: ['32 bits: exact', '32 位：精确'], float16: ['16 bits: half the size', '16 位：大小减半'], uint8: ['8 bits: a quarter, slightly coarser', '8 位：四分之一，略粗糙'],
  licence: ['Licence', '许可'], licenceNone: ['Not stated', '未注明'], licenceHint: ['Written into the model card with data, options and scores.', '与数据、选项和评分一起写入模型卡。'],
  keyFrames: ['Pictures to pass through', '经过的图片数'],

  nearest: ['Nearest of your pictures', '与你的图片中最近的一张'], nearHint: ['Is this one new, or learned by heart? It is compared with every picture trained on.', '是新图片，还是照搬训练图片？会与每张训练图片比较。'], nearFind: ['Find it', '查找'],
  nearCopy: ['Memorised: nearly a copy of this one', '已被记住：几乎是这张图片的复制'], nearClose: ['Close to this one, but not a copy', '与这张相近，但不是复制'], nearOwn: ['Not memorised: a picture of its own', '没有被记住：是一张新图片'],
  nearRatio: ['{0} × the usual distance between your pictures.', '距离为你的图片之间通常距离的 {0} 倍。'], nearMirrored: ['Shown mirrored: it is most like it that way.', '以镜像显示，这样最接近。'],
} as const satisfies Texts
