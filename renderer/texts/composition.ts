import type { Texts } from './index.ts'

export const compositionTexts = {
  split: ['Split', '划分'], splitMenu: ['Split the data set …', '划分数据集……'], splitTitle: ['Split “{0}”', '划分“{0}”'], splitIt: ['Split', '划分'], splitAgain: ['Split again', '重新划分'], unsplit: ['Take the split away', '取消划分'], splitNow: ['Split now', '当前划分'],
  splitText: ['Pictures held out are never trained on. Every class gives its share, copies of each other stay together, and every run on this data set keeps to it. Without a split of its own, each run chooses.', '留出的图片从不参与训练。每个类别按比例留出，互为副本的图片归在一起，此数据集上的每次训练都遵循这一划分。没有划分时由各次训练自行决定。'],
  'part-train': ['Train', '训练'], 'part-validation': ['Validation', '验证'], 'part-test': ['Test', '测试'], 'part-copies': ['Augmented copies', '增强副本'],
  'splitHint-validation': ['Watched while training.', '训练时用于观察。'], 'splitHint-test': ['Looked at only when you ask for it.', '仅在你要求时使用。'], splitSeed: ['The same seed gives the same parts.', '相同种子得到相同划分。'],
  splitLate: ['{0} came after this split and are trained on. Split again to place them.', '{0}在划分之后加入，目前用于训练。重新划分即可归位。'],
  splitLocked: ['{0} was trained with this split and keeps it; a new split holds for new runs.', '{0} 使用此划分训练并将继续沿用；新的划分只对新的训练生效。'], runsCount: ['{0} runs', '{0} 次训练'],
  expandMenu: ['Balance with augmented copies …', '用增强副本均衡类别……'], expandTitle: ['Balance “{0}”', '均衡“{0}”'], expandIt: ['Write copies', '生成副本'], targets: ['Pictures to train on, by class', '各类别的训练图片数'], targetOf: ['Target for {0}', '{0} 的目标数'],
  imbalance: ['The largest class has {0} pictures to train on, the smallest {1}.', '最大的类别有 {0} 张训练图片，最小的有 {1} 张。'], noImbalance: ['The classes are even.', '各类别数量均衡。'],
  expandText: ['Copies are turned, cut and toned a little differently each; they are never held out, and an undo takes them back. Training can also show classes equally often, or weigh them, without any copies:', '每个副本的旋转、裁剪和色调略有不同；它们从不用于验证或测试，撤销即可移除。训练也可以不用副本，直接让各类别均等出现或加权：'], balanceInTraining: ['Advanced, Labels', '高级选项中的“标签”'],
  proposeTargets: ['Propose: as many as the largest', '按最大的类别建议'], expandRows: ['Above: your pictures. Below: a copy of each.', '上排：你的图片。下排：各自的一个副本。'],
  expandSays: ['{0} more, about {1}', '新增 {0}，约 {1}'], expandNothing: ['No class gets any: raise a number.', '没有类别会增加：请提高某个数字。'],
  'amount-rotation': ['Turn', '旋转'], 'amount-scale': ['Larger or smaller', '缩放'], 'amount-crop': ['Cut off', '裁剪'], 'amount-brightness': ['Brightness', '亮度'], 'amount-contrast': ['Contrast', '对比度'], 'amount-noise': ['Noise', '噪点'], 'amount-mirror': ['Mirror left and right', '左右翻转'], 'amount-flip': ['Flip top and bottom', '上下翻转'],
  splitFolders: ['The folders {0} look like a split. They are:', '文件夹 {0} 像是数据集划分，作为：'], 'splitFolders-parts': ['Parts of a split', '划分'], 'splitFolders-classes': ['Classes', '类别'],
  previewParts: ['{0} to train on, {1} to watch, {2} for the end', '训练 {0} 张，验证 {1} 张，测试 {2} 张'], previewCopies: ['{0} are augmented copies of others and stay with them', '其中 {0} 张为增强副本，随原图归属'],
  reportParts: ['Split as the folders or labels say: {0} to train on, {1} to watch, {2} for the end. It can be taken away under “Split the data set”.', '已按文件夹或标签划分：训练 {0} 张，验证 {1} 张，测试 {2} 张。可在“划分数据集”中取消。'],
  splitCame: ['These parts came with the pictures.', '此划分随图片一同导入。'],
  exportParts: ['A folder for each part: train, validation, test', '按训练、验证、测试分文件夹'], exportCopies: ['Augmented copies too', '包含增强副本'],
  copyMark: ['Augmented copy', '增强副本'], part: ['Part', '所属部分'],
  allParts: ['All parts', '所有部分'], changeSplit: ['Change the split …', '更改划分……'], copiesCount: ['{0} copies', '{0} 个副本'],
} as const satisfies Texts
