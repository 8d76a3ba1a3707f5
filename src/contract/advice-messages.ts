/** What the coach says; part of the table in messages.ts. */
import type { Words } from './option-spec.ts'

export const adviceMessages = {
  'advice.early': { en: 'Too early to tell: the first comparison with your pictures is still to come.', zh: '还为时过早：尚未与你的图片做过第一次比较。' },
  'advice.unscored': { en: 'Nothing was compared with your pictures yet, so there is no telling how close it came.', zh: '还没有与你的图片做过比较，因此无法判断接近程度。' },
  'advice.improving': { en: 'Still improving: let it go on.', zh: '仍在进步：请让它继续。' },
  'advice.improvingEnded': { en: 'It was still improving when it ended: more time would help.', zh: '结束时仍在进步：再给些时间会更好。' },
  'advice.plateau': { en: 'It has stopped improving: you can stop now, the best moment is kept.', zh: '已经不再进步：可以停止了，最佳时刻已保留。' },
  'advice.plateauEnded': { en: 'It stopped improving before the end: a wider network or more pictures would help more than time.', zh: '在结束前就已不再进步：更宽的网络或更多图片比更多时间更有用。' },
  'advice.worse': { en: 'It is getting worse: stop now, the best moment is kept.', zh: '正在变差：请现在停止，最佳时刻已保留。' },
  'advice.worseEnded': { en: 'It got worse towards the end: pictures come from the best moment, which was kept.', zh: '后期变差了：生成图片时使用已保留的最佳时刻。' },
  'advice.overfitting': { en: 'The discriminator learns your pictures by heart: stronger augmentation would help.', zh: '判别器正在死记你的图片：加强数据增强会有帮助。' },
  'advice.overfittingAugmented': { en: 'The discriminator learns your pictures by heart although it sees them changed: only more pictures would help.', zh: '尽管图片已经过变化，判别器仍在死记它们：只有增加图片才有帮助。' },
  'advice.copying': { en: 'What it makes are mostly copies of your pictures: more pictures would help.', zh: '生成结果大多是你的图片的翻版：增加图片会有帮助。' },
  'advice.collapsing': { en: 'It makes ever the same few pictures: starting from here with a lower learning rate would help.', zh: '它总在生成同样的几张图片：以更低的学习率从这里重新开始会有帮助。' },
  'advice.unbalanced': { en: '“{worst}” comes out far worse than the other classes: more pictures of it would help.', zh: '“{worst}”的效果远差于其他类别：增加该类别的图片会有帮助。' },
  'advice.few': { en: '{pictures} pictures are few to learn from: a few hundred more would help most.', zh: '只有 {pictures} 张图片可供学习：再加几百张帮助最大。' },
  'advice.done': { en: 'As close to your pictures as this comparison can tell.', zh: '就这种比较而言，已与你的图片无法区分。' },

  'evidence.kid': { en: 'KID {kid} ± {std} at {images} pictures seen (lower is closer; equal pictures have about 0)', zh: '看过 {images} 张图片时 KID 为 {kid} ± {std}（越低越接近；相同来源的图片约为 0）' },
  'evidence.best': { en: 'Best: KID {kid} at {images} pictures seen', zh: '最佳：看过 {images} 张图片时 KID 为 {kid}' },
  'evidence.coverage': { en: '{percent} % of your pictures’ variety is there', zh: '已覆盖你的图片多样性的 {percent}%' },
  'evidence.overfit': { en: 'On held-out pictures the discriminator is {percent} % of the way from your pictures to generated ones', zh: '对未参与训练的图片，判别器的判断已向“生成图片”偏移了 {percent}%' },
  'evidence.memorisation': { en: 'Generated pictures are {ratio} times as far from the nearest of yours as yours are from each other', zh: '生成图片与最近的训练图片之间的距离，是你的图片彼此间距离的 {ratio} 倍' },
  'evidence.classKid': { en: '“{worst}”: KID {kid}, the middle of the classes: {median}', zh: '“{worst}”：KID {kid}；各类别中位数：{median}' },
  'evidence.passes': { en: 'Each picture was seen about {passes} times', zh: '每张图片平均已看过约 {passes} 遍' },

  'action.stop': { en: 'Stop and keep', zh: '停止并保留' },
  'action.more': { en: 'Go on for {minutes} minutes', zh: '再训练 {minutes} 分钟' },
  'action.moreImages': { en: 'Go on for {images} pictures', zh: '再看 {images} 张图片' },
  'action.augment': { en: 'Start again from here with stronger augmentation', zh: '加强数据增强，从这里重新开始' },
  'action.slower': { en: 'Start again from here at half the learning rate', zh: '学习率减半，从这里重新开始' },
  'action.wider': { en: 'Start again with a wider network', zh: '用更宽的网络重新开始' },
  'action.addPictures': { en: 'Add pictures', zh: '添加图片' },
} as const satisfies Record<string, Words>
