import type { Texts } from './index.ts'

export const compositionTexts = {
  split: ['Split', '划分'], splitMenu: ['Split the data set …', '划分数据集……'], splitTitle: ['Split “{0}”', '划分“{0}”'], splitIt: ['Split', '划分'], splitAgain: ['Split again', '重新划分'], unsplit: ['Take the split away', '取消划分'], splitNow: ['Split now', '当前划分'],
  splitText: ['Pictures held out are never trained on. Every class gives its share, copies of each other stay together, and every run on this data set keeps to it. Without a split of its own, each run chooses.', '留出的图片从不参与训练。每个类别按比例留出，互为副本的图片归在一起，此数据集上的每次训练都遵循这一划分。没有划分时由各次训练自行决定。'],
  'part-train': ['Train', '训练'], 'part-validation': ['Validation', '验证'], 'part-test': ['Test', '测试'], 'part-copies': ['Augmented copies', '增强副本'],
  'splitHint-validation': ['Watched while training.', '训练时用于观察。'], 'splitHint-test': ['Looked at only when you ask for it.', '仅在你要求时使用。'], splitSeed: ['The same seed gives the same parts.', '相同种子得到相同划分。'],
  splitLate: ['{0} came after this split and are trained on. Split again to place them.', '{0}在划分之后加入，目前用于训练。重新划分即可归位。'],
  splitLocked: ['{0} was trained with this split and keeps it; a new split holds for new runs.', '{0} 使用此划分训练并将继续沿用；新的划分只对新的训练生效。'], runsCount: ['{0} runs', '{0} 次训练'],
  allParts: ['All parts', '所有部分'], changeSplit: ['Change the split …', '更改划分……'], copiesCount: ['{0} copies', '{0} 个副本'],
} as const satisfies Texts
