import type { Texts } from './index.ts'

export const dataTexts = {
  welcome: ['Drop a folder of pictures', '拖入一个图片文件夹'],
  welcomeText: ['The studio learns from them and makes new ones of the same kind. Sub-folders become classes.', '工作室会从中学习，生成同类的新图片。子文件夹即为类别。'],
  welcomeSafe: ['Everything stays on this computer; your originals are never changed.', '一切都留在本机，原图不会被改动。'],
  chooseFolder: ['Choose folder', '选择文件夹'], chooseFiles: ['Choose pictures or ZIP', '选择图片或 ZIP'], trySamples: ['Try with sample pictures', '用示例图片试一试'],
  importing: ['Importing …', '正在导入……'], unlabelled: ['Unlabelled', '未标注'], addMore: ['Import pictures', '导入图片'],
  trainOn: ['Train on these', '用它训练'],
  classesChart: ['Pictures per class', '各类别图片数'], showAll: ['Show all', '显示全部'], showing: ['Showing {0} of {1}', '显示 {0}，共 {1}'],
  resolution: ['Resolution', '分辨率'], fitting: ['Fitting', '适配方式'], crop: ['Cut the middle out', '裁取中间'], fit: ['Squeeze', '缩放变形'], pad: ['Add borders', '加边'],
  asTrained: ['As trained', '训练效果'], original: ['Original', '原图'], preview: ['Preview', '预览'],
  inspector: ['Selection', '所选内容'], aboutSet: ['About this data set', '关于此数据集'], selectHint: ['Select pictures to see more about them.', '选择图片以查看详情。'],
  dimensions: ['Dimensions', '尺寸'], bytesOnDisk: ['On disk', '占用空间'], labelled: ['With a class', '已标注'], enlarge: ['Enlarge', '放大'], seenAs: ['What the networks see', '网络所见'],
  report: ['Import report', '导入报告'], taken: ['{0} taken in {1}', '已导入 {0}，用时 {1}'], clean: ['Nothing was left out.', '没有遗漏任何文件。'], leftOut: ['Left out', '未导入'], firstProblems: ['The first {0} are listed.', '列出了前 {0} 个。'],
  animated: ['{0} frames of animated pictures left out: the first frame was taken', '动图仅取第一帧，其余 {0} 帧未导入'],
  duplicate: ['Duplicates', '重复'], broken: ['Damaged', '已损坏'], unsupported: ['Not pictures', '非图片'], 'too-large': ['Too large', '过大'], unreadable: ['Not readable', '无法读取'], 'unsafe-path': ['Unsafe paths', '路径不安全'],
  goneSet: ['This data set is no longer here.', '此数据集已不存在。'], noPicturesHere: ['No pictures in this class.', '此类别没有图片。'], emptyRuns: ['Runs trained on it', '基于它的训练'],
  deleteSet: ['Delete data set', '删除数据集'],
} as const satisfies Texts
