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
  chartHint: ['Drag across a chart to show only the pictures in that range.', '在图表上拖动，只显示该范围内的图片。'], withoutMeasure: ['{0} without it', '{0} 张无此数据'], histogramOf: ['How {0} spreads: {1} bars from {2} to {3}', '{0}的分布：{1} 个条形，从 {2} 到 {3}'],
  meanPicture: ['Mean picture', '平均图像'], meanPictures: ['Mean picture of each class', '各类别的平均图像'], meanOf: ['Mean picture of “{0}”', '“{0}”的平均图像'], average: ['Mean', '平均'],
} as const satisfies Texts
