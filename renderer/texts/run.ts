import type { Texts } from './index.ts'

/** A run while it trains and afterwards, and the list of runs. */
export const runTexts = {
  pause: ['Pause', '暂停'], resume: ['Resume', '继续'], stopSave: ['Stop and save', '停止并保存'], stopNow: ['Stop now', '立即停止'], stopNowHint: ['Without saving: back to the newest checkpoint', '不保存：退回最新的检查点'], moreTime: ['More time', '延长训练'], trainFrom: ['Train from these weights', '以此权重训练'], newRun: ['New run', '新建训练'],
  preparing: ['Preparing', '准备中'], training: ['Training', '训练中'], paused: ['Paused', '已暂停'], stopping: ['Saving', '正在保存'], finished: ['Finished', '已完成'], stopped: ['Stopped', '已停止'], interrupted: ['Interrupted', '已中断'], failed: ['Failed', '失败'],
  imagesSeen: ['Images seen', '已看图片'], speed: ['Speed', '速度'], elapsed: ['Elapsed', '已用'], remaining: ['Remaining', '剩余'],
  firstSamples: ['The first samples appear in a few seconds.', '几秒后会出现第一批样本。'], noSheets: ['This run has no sample sheets.', '此训练没有样本图。'], sheetAt: ['Samples at {0} images seen', '看过 {0} 张图片时的样本'], latest: ['Latest', '最新'], history: ['History of the run', '训练历程'], play: ['Play', '播放'], pausePlay: ['Pause playback', '暂停播放'], ofSheets: ['{0} of {1}', '{0} / {1}'],
  curves: ['Curves', '曲线'], losses: ['Losses', '损失'], lossD: ['Discriminator', '判别器'], lossG: ['Generator', '生成器'], probabilities: ['Probability of being real', '判为真实的概率'], dReal: ['Your pictures', '你的图片'], dFake: ['Generated', '生成图片'], dRealHint: ['D(real): what the discriminator thinks of your pictures', 'D(真)：判别器对你的图片的判断'], dFakeHint: ['D(fake): what it thinks of generated ones; near your pictures’ line is good', 'D(假)：对生成图片的判断；越接近你的图片越好'],
  logScale: ['Log', '对数'], logHint: ['Logarithmic axis', '对数坐标'], smoothing: ['Smoothing', '平滑'], axisImages: ['images seen', '已看图片'], noCurves: ['The curves begin with the first steps.', '训练开始后显示曲线。'],
  phase: ['Phase', '阶段'], bootstrap: ['Bootstrap', '自助'], adversarial: ['Adversarial', '对抗'], bootstrapHint: ['Bootstrap phase, up to {0} images seen: both networks learn side by side', '自助阶段，至已看 {0} 张图片：两个网络同时学习'], adversarialHint: ['Adversarial phase: the discriminator goes first, the generator answers', '对抗阶段：先更新判别器，再更新生成器'],
  heart: ['Learned by heart', '死记程度'], fine: ['Fine', '正常'], byHeart: ['Too far: it learns your pictures by heart', '偏高：正在死记你的图片'], heartMeasured: ['On held-out pictures the discriminator is {0} of the way from your pictures to generated ones, at {1} images seen.', '已看 {1} 张图片时，对验证图片，判别器的判断已向“生成图片”偏移 {0}。'], heartSure: ['The discriminator is right about {0} of the pictures it trains on. Whether it knows them by heart is only seen with pictures held out.', '判别器对训练图片的判断正确率为 {0}。只有留出验证图片才能看出是否在死记。'], heartNothing: ['Not measured yet, or no pictures are held out to watch.', '尚未测量，或没有留出验证图片。'],
  kid: ['KID', 'KID'], kidTitle: ['Distance from your pictures', '与你的图片的距离'], kidHint: ['KID × 1000: lower is closer to your pictures', 'KID × 1000：越低越接近你的图片'], bestMoment: ['Best so far', '目前最佳'], evidence: ['Why', '依据'], coach: ['Coach', '建议'], notScored: ['not compared yet', '尚未比较'],
  fromWeights: ['Weights', '权重'], bestWeights: ['Best so far', '目前最佳'], latestWeights: ['Latest', '最新'],
  runGone: ['This run is no longer here.', '此训练已不存在。'],
  generateMore: ['Generate pictures', '生成图片'], exportIt: ['Export', '导出'], open2: ['Open', '打开'], unlabelledRow: ['Samples', '样本'],
  noModels: ['No runs yet. A run appears here as soon as you train.', '还没有训练记录。开始训练后会出现在这里。'], atResolution: ['{0} px', '{0} 像素'], startedFrom: ['from “{0}”', '起点“{0}”'], lastSheet: ['Latest samples', '最新样本'], runsCount: ['{0} runs', '{0} 次训练'], oneRun: ['1 run', '1 次训练'],
  runEnded: ['“{0}” has finished', '“{0}”已完成'], runFailed: ['“{0}” failed', '“{0}”失败'], runProgress: ['{0}: {1} %', '{0}：{1} %'],
} as const satisfies Texts
