import type { Texts } from './index.ts'

/** Looking at a data set as a whole: sorting, charts, map. */
export const looksTexts = {
  show: ['Show as', '显示方式'], 'show-grid': ['Grid', '网格'], 'show-charts': ['Charts', '图表'], 'show-map': ['Map', '地图'],
  sort: ['Sort', '排序'], importOrder: ['Import order', '导入顺序'], ascending: ['From low to high', '从低到高'], descending: ['From high to low', '从高到低'],
  'measure-pixels': ['Size in pixels', '像素数'], 'measure-aspect': ['Width ÷ height', '宽高比'], 'measure-bytes': ['File size', '文件大小'], 'measure-date': ['File date', '文件日期'],
  'measure-brightness': ['Brightness', '亮度'], 'measure-sharpness': ['Sharpness', '清晰度'], 'measure-saturation': ['Saturation', '饱和度'], 'measure-hue': ['Hue', '色相'],
  'measure-distance': ['Distance from class centre', '与类别中心的距离'], 'measure-oddness': ['Unusualness', '异常程度'],
  measuring: ['Measuring pictures: {0} of {1}', '正在测量图片：{0} / {1}'],
  rangeFrom: ['{0}: from', '{0}：下限'], rangeTo: ['{0}: to', '{0}：上限'], rangeText: ['{0} – {1}', '{0} – {1}'], clearRange: ['Take away the range of {0}', '移除{0}的范围'],
  chartHint: ['Drag across a chart to show only the pictures in that range.', '在图表上拖动，只显示该范围内的图片。'], withoutMeasure: ['{0} without it', '{0} 张无此数据'], histogramOf: ['How {0} spreads: {1} {1:bar|bars} from {2} to {3}', '{0}的分布：{1} 个条形，从 {2} 到 {3}'],
  meanPicture: ['Mean picture', '平均图像'], meanPictures: ['Mean picture of each class', '各类别的平均图像'], meanOf: ['Mean picture of “{0}”', '“{0}”的平均图像'], average: ['Mean', '平均'],
  lookExplained: ['A look at every picture by a pretrained network (MobileNetV2) draws a map of them, finds those unlike the others, and tells how far each is from the centre of its class.', '用预训练网络（MobileNetV2）查看每张图片：绘制地图，找出与众不同的图片，并给出每张与其类别中心的距离。'],
  lookTime: ['{0}: about {1}.', '{0}：约需 {1}。'], lookTimeUnknown: ['{0}. How long it takes is known once it has begun; you can cancel, and go on later.', '{0}。开始后才知道需要多久；可以取消，以后再继续。'], lookKnown: ['The features of all pictures are known already: this is quick.', '所有图片的特征都已提取，很快即可完成。'],
  lookAll: ['Look at all pictures', '查看全部图片'], lookSample: ['Only {0} of them', '只看其中 {0} 张'], lookAgain: ['Changed since: look again', '之后有更改：重新查看'], lookUnderWay: ['Looking at every picture …', '正在查看每张图片……'],
  mapPart: ['{0} of {1} {1:picture was|pictures were} looked at', '已查看 {1} 张图片中的 {0} 张'], mapLabel: ['Map of {0} {0:picture|pictures}', '{0} 张图片的地图'], lasso: ['Draw around pictures', '圈选图片'], moveMap: ['Move the map', '移动地图'],
  lassoHint: ['Draw around pictures to select them; Shift adds, Alt takes away. Wheel or two fingers zoom and move.', '圈住图片即可选择；按住 Shift 添加，按住 Alt 移除。滚轮或双指可缩放和移动。'],
  moveHint: ['Drag to move, wheel or two fingers zoom. Shift and drag draws around pictures.', '拖动平移，滚轮或双指缩放。按住 Shift 拖动可圈选图片。'],
  mapKeys: ['Keys: arrows and + − move and zoom, Shift and arrows size the frame, Enter selects in it.', '键盘：方向键与 + − 移动和缩放，Shift + 方向键调整选框，Enter 选择框内图片。'],
  showSelected: ['Show in the grid', '在网格中显示'], onlyPicked: ['Selected on the map: {0}', '地图所选：{0}'],
zoomIn: ['Zoom in', '放大'], zoomOut: ['Zoom out', '缩小'], wholeMap: ['Whole map', '整张地图'], standsOut: ['Stands out', '与众不同'],
  labelNearest: ['Propose labels by likeness …', '按相似度建议标签……'], labelRightNearest: ['Of {1} labelled {1:picture|pictures}, each asked as if it had no class, {0} got {1:its|their} own class.', '将 {1} 张已标注图片当作未标注来判断，其中 {0} 得到了原来的类别。'],
} as const satisfies Texts
