import type { Texts } from './index.ts'

/** Looking into a run's networks: what the discriminator says of pictures, what the networks are made of. */
export const insightTexts = {
  inspect: ['Ask the discriminator', '询问判别器'], inspectEmpty: ['Drop pictures here, or choose some: the discriminator says how real each of them looks to it.', '把图片拖到这里或选择图片：判别器会给出每张图片看起来有多真实。'],
  inspectHint: ['Up to {0} at once. They are only looked at: nothing is imported.', '一次最多 {0} 张。只查看，不导入。'], choosePictures: ['Choose pictures', '选择图片'], inspectOthers: ['Ask about others', '询问其他图片'],
  inspected: ['The discriminator has answered: {0}', '判别器已回答：{0}'], bestClass: ['Best fitting class', '最符合的类别'], percent: ['{0} %', '{0}%'],
  calibratedOn: ['Measured against {0} {1}, after {2} images seen.', '参照：{0} 张{1}；权重取自看过 {2} 张图片时。'],
  realsTrain: ['of the pictures it was trained on (too few are held out, so it may know them by heart)', '训练用图片（留出的图片太少，判别器可能已记住它们）'], realsHeldOut: ['of your pictures it never trained on', '未参与训练的图片'], realsAll: ['of your pictures', '你的图片'],
  tells: ['It tells your pictures from generated ones {0} of the time.', '它区分你的图片与生成图片的正确率为 {0}。'], tellsLittle: ['It tells your pictures from generated ones only {0} of the time, little better than guessing: its answers mean little.', '它区分你的图片与生成图片的正确率仅 {0}，与猜测相差无几，回答参考价值有限。'],
  dropInspect: ['Ask the discriminator', '询问判别器'], dropInspectHint: ['It says how real each picture looks to it; nothing is imported.', '判别器会给出每张图片看起来有多真实；不会导入。'],

  networks: ['Layer by layer', '逐层查看'], networksHint: ['What each layer gives, holds and costs, before training', '训练前查看每一层的输出、参数与计算量'], layer: ['Layer', '层'], output: ['Output', '输出'], parameters: ['Parameters', '参数'], multiplyAdds: ['Mult-adds', '乘加'], multiplyAddsHint: ['Multiply-adds forward, for one picture', '每张图片前向计算的乘加次数'], total: ['Total', '合计'],
  onBranch: ['in the residual branch', '残差分支'], onSkip: ['on the skip', '跳接'],
  perStep: ['A training step takes {0} multiply-adds a picture, {1} for a batch of {2}, and about {3} of memory.', '一个训练步每张图片需 {0} 次乘加，批量 {2} 共 {1} 次，约占内存 {3}。'], drawingUp: ['Drawing up the networks …', '正在生成网络结构……'],

  seen: ['What the discriminator sees', '判别器看到的图片'], seenRows: ['Above: some of your pictures. Below: what the discriminator sees of them.', '上排：部分图片；下排：判别器看到的样子。'], seenDrawing: ['Drawing what the discriminator sees …', '正在绘制判别器看到的图片……'], drawAgain: ['Draw again', '重新抽取'],
  seenShare: ['Each kind of change is made to {0} % of the pictures.', '每种变化施加到 {0}% 的图片。'], seenAtMost: ['Adaptive augmentation begins with no change and may come to make each to {0} % of the pictures, as drawn here.', '自适应增强从无变化开始，最多对 {0}% 的图片施加每种变化，此处按最多绘制。'], seenSame: ['The options leave every picture as it is.', '当前选项不改变任何图片。'],

  proposeLabels: ['Propose labels', '建议标签'], labelsByDoubt: ['Proposed labels, the most doubtful first', '建议的标签，最存疑的在前'], labelElse: ['Else: {0}, {1}', '其次：{0}，{1}'], accept: ['Accept', '接受'], reject: ['Reject', '拒绝'], accepted: ['accepted', '已接受'], rejected: ['rejected', '已拒绝'], otherClass: ['Another class', '其他类别'], labelGiven: ['“{0}” instead', '改为“{0}”'], discardLabels: ['Discard decisions', '放弃决定'],
  labelsKept: ['{0} {0:decision is|decisions are} kept, not yet applied: propose labels again to go on', '已保留 {0} 项尚未应用的决定，再次请求建议标签即可继续'],
  acceptSure: ['Accept {0} from {1} on', '接受 {1} 及以上的 {0} 张'], applyLabels: ['Apply {0}', '应用 {0} 个'], labelsDecided: ['{0} of {1} decided', '已决定 {0} / {1}'], labelsApplied: ['{0} given a class', '已为 {0}指定类别'],
  labelRight: ['Of {1} {1:picture whose class is|pictures whose class is} known, {2}, it gives {0} {1:its|their} own.', '在 {1} 张已知类别的图片中（{2}），它判断正确的占 {0}。'], labelsLeft: ['{0} more {0:has|have} no class: ask again after this.', '另有 {0} 张没有类别：完成后可再次请求。'],
} as const satisfies Texts
