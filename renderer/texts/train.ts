import type { Texts } from './index.ts'

export const trainTexts = {
  noData: ['Nothing to train on yet. Import some pictures first.', '还没有可训练的数据，请先导入图片。'], toData: ['Go to Data', '前往数据'],
  /** The proposal as a sentence; {…} are the words a person can change. */
  sentence: ['Train on {dataset}, {classes}, at {resolution}, for {budget}, starting from {from}.', '用 {dataset} 训练，{classes}，{resolution}，时长 {budget}，起点为{from}。'],
  allClasses: ['all {0} classes', '全部 {0} 个类别'], someClasses: ['{0} of {1} classes', '{1} 个类别中的 {0} 个'], withoutClasses: ['without classes', '不分类别'], pixels: ['{0} px', '{0} 像素'], pixelSize: ['{0} × {1} px', '{0} × {1} 像素'],
  min2: ['2 minutes', '2 分钟'], min10: ['10 minutes', '10 分钟'], min30: ['30 minutes', '30 分钟'], hour1: ['1 hour', '1 小时'], night: ['8 hours, overnight', '8 小时（过夜）'], open: ['until I stop', '直到我停止'], ownMinutes: ['{0} minutes', '{0} 分钟'],
  nothing: ['nothing', '零'], fromRun: ['“{0}”', '“{0}”'],
  wordDataset: ['Data set', '数据集'], wordClasses: ['Classes that take part', '参与的类别'], wordResolution: ['Resolution', '分辨率'], wordBudget: ['Time', '时长'], wordFrom: ['Starting point', '起点'],
  startTraining: ['Train', '开始训练'], starting: ['Starting …', '正在开始……'], busyRun: ['“{0}” is training. Open it', '“{0}”正在训练，打开查看'],
  chooseAll: ['All', '全选'], proposing: ['Looking at your pictures and measuring this computer …', '正在查看图片并测量本机速度……'],
  expects: ['What to expect', '预计'], expectedImages: ['Pictures seen', '学习图片次数'], expectedPasses: ['{0} passes over the data', '约 {0} 遍'], expectedSpeed: ['Speed', '速度'], memory: ['Memory', '内存'], engine: ['Engine', '引擎'], takesPart: ['Take part', '参与图片'],
  colours: ['Colours', '颜色'], anyColour: ['Any', '任意'], blackWhite: ['Black and white', '黑白'], paletteOf: ['Palette of {0}', '{0} 色调色板'],
  perSecond: ['{0} images/s', '{0} 张/秒'], unknown: ['not measured', '未测量'],
  timeTimes: ['{0} × the time per picture', '每张耗时 {0} 倍'], memoryMore: ['{0} more memory', '多用 {0} 内存'], memoryLess: ['{0} less memory', '少用 {0} 内存'], asProposed: ['as proposed', '与建议一致'],
  matched: ['{0} % of the parameters come from “{1}” ({2} of {3} tensors match); the rest starts from nothing.', '{0} % 的参数来自“{1}”（{3} 个张量中有 {2} 个匹配），其余从零开始。'],
  noDiscriminator: ['The file holds a generator alone: the discriminator starts from nothing.', '该文件只含生成器，判别器从零开始。'],
  starterModel: ['starter model', '起始模型'], modelFile: ['model file', '模型文件'], addModel: ['Add an exported model …', '添加导出的模型……'], modelAdded: ['“{0}” was added as a model to start from', '已添加模型“{0}”，可作为训练的起点'], removeModel: ['Remove this model file', '移除此模型文件'],
  starterCard: ['Learned from {0} ({1}, {2}); {3} pictures seen.', '学习自 {0}（{1}，{2}），已看 {3} 张图片。'], starterScore: ['KID×10³ {0} against them.', '与其相比 KID×10³ 为 {0}。'],
  compareScratch: ['Compare with starting from nothing', '与从零开始对比'], compareScratchHint: ['Afterwards the same again without it, as long; both on one chart', '随后以同样时长从零再训练一次，并绘制在同一图表中'],
  blocks: ['Block by block', '逐模块查看'], blocksHint: ['What is copied, and how fast each block learns', '复制了什么，以及各模块的学习速度'],
  block: ['Block', '模块'], copiedHead: ['Copied', '复制'], learns: ['Learns', '学习'], rateFull: ['fully', '正常'], rateFrozen: ['frozen', '冻结'],
  copiedWhole: ['all', '全部'], copiedPartly: ['{0} %', '{0} %'], copiedSlice: ['first channels', '前几个通道'], copiedNothing: ['new', '全新'],
  advanced: ['Advanced', '高级选项'], advancedHint: ['Every option, as proposed for these pictures and this computer', '全部选项，已按图片和本机给出建议'], reset: ['Back to {0}', '恢复为 {0}'], resetAll: ['Reset all', '全部恢复'], changed: ['{0} changed', '已改 {0} 项'], on: ['on', '开'], off: ['off', '关'],
  ratesExample: ['D.picture=0 G=0.5', 'D.picture=0 G=0.5'], ratesExpected: ['Blocks with a factor from 0 to 10 each, such as {0}', '每个模块一个 0 至 10 的系数，例如 {0}'],
  outOfRange: ['From {0} to {1}', '范围 {0} 至 {1}'],
  lookLike: ['What the networks will see', '网络将看到的图片'],
} as const satisfies Texts
