import type { Texts } from './index.ts'

/** A classifier on features of a pretrained network. */
export const headTexts = {
  headMenu: ['Check the classes with a classifier …', '用分类器检验类别……'], headTitle: ['Classifier for “{0}”', '“{0}”的分类器'],
  headExplained: ['A small classifier learns your classes from what a pretrained network (MobileNetV2) or the discriminator of a run sees in the pictures, and is checked on pictures it did not learn from. A low accuracy, or two classes often taken for each other, hints at labels that are mixed up or hard to tell.', '一个小型分类器根据预训练网络（MobileNetV2）或某次训练的判别器从图片中看到的内容学习你的类别，再用未参与学习的图片检验。若准确率低，或两个类别经常混淆，可能是标签有误，或类别本身难以区分。'],
  headFeatures: ['Features', '特征'], headPretrained: ['pretrained', '预训练'], headDiscriminator: ['its discriminator · {0} px', '其判别器 · {0} 像素'],
  headOfRun: ['By features of the discriminator of “{0}” ({1} images seen).', '依据“{0}”的判别器特征（已学习 {1} 张图片）。'], headSeen: ['It may have learned from these test pictures, with their classes: that flatters. Split the data set before training to keep them apart.', '该判别器可能已带着类别学过这些测试图片，结果会偏乐观。请在训练前划分数据集以避免。'],
  headTrain: ['Train the classifier', '训练分类器'], headAgain: ['Train again', '重新训练'], headRunning: ['Training the classifier …', '正在训练分类器……'],
  headLearned: ['Learned from {0}; it did best after {1} {1:pass|passes}.', '从 {0}中学习，第 {1} 轮时效果最好。'],
  headRight: ['{0} right', '正确率 {0}'], headInterval: ['of {0} {0:picture|pictures}; 95 %: {1} to {2}', '共 {0} 张；95% 区间：{1} 至 {2}'], headBalanced: ['Mean of the classes: {0}', '各类别平均：{0}'], headCommonest: ['Always the commonest class: {0}', '总猜最常见类别：{0}'],
  headFlatters: ['They ended the training: slightly flattering.', '用于决定何时停止训练，略偏乐观。'],
  headNoSplit: ['The data set’s split does not hold out both parts, so some pictures of each class were held out for this alone. Copies of a picture may lie on both sides; a split of the data set keeps them together.', '数据集的划分未同时留出这两部分，因此仅为此次检验从每个类别中留出一些图片。同一图片的副本可能分处两边；划分数据集则会把它们放在一起。'],
  headMatrix: ['Test pictures by class (rows) and by the class it gives them (columns)', '测试图片：实际类别（行）与判断类别（列）'], headCell: ['{0} taken for {1}: {2}', '{0} 被判为 {1}：{2}'], headCellRight: ['{0} recognised: {1}', '{0} 判断正确：{1}'],
  headExport: ['Export …', '导出……'], headExportExplained: ['One model from pictures to probabilities of the classes, with the network whose features it reads and a model card. It is trained again, the same. For other programs: it makes no pictures, so no run starts from it.', '导出为一个从图片到各类别概率的模型，包含其所依据的特征网络和模型卡。分类器会重新训练，结果相同。供其他程序使用：它不生成图片，因此无法作为训练的起点。'],
  headFileName: ['{0} classifier', '{0} 分类器'], headPick: ['Choose a number to see its pictures.', '点击数字查看对应图片。'], headSelect: ['Select in the grid', '在网格中选中'],
} as const satisfies Texts
