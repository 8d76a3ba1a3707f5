/**
 * What the core says to a person, as a key with values: each shell puts it in the person's
 * language with `phrase`. Errors that have such a message say it (`failure.ts`); what a library raised stays in its own words.
 */
import { adviceMessages } from './advice-messages.ts'
import { engineMessages } from './engine-messages.ts'
import { filled } from './filled.ts'
import { inputMessages } from './input-messages.ts'
import type { Words } from './option-spec.ts'
import { prepareMessages } from './prepare-messages.ts'
import { problemMessages } from './problem-messages.ts'
import { refusalMessages } from './refusal-messages.ts'
import { runMessages } from './run-messages.ts'
import { storageMessages } from './storage-messages.ts'
import { systemMessages } from './system-messages.ts'
import { workMessages } from './work-messages.ts'

/** `{name}` stands for a value, `{name:picture|pictures}` for the word that goes with it; numbers are grouped as the language does. */
export const messageTable = {
  'reason.conditional.some': { en: '{classes} classes: each is learned by name, so that you can ask for one.', zh: '共 {classes} 个类别：逐一按名称学习，之后可指定生成。' },
  'reason.conditional.none': { en: 'There are fewer than two classes to tell apart.', zh: '可区分的类别不足两个。' },
  'reason.heldOut': { en: 'About {pictures} {pictures:picture is never trained on: it tells|pictures are never trained on: they tell} whether the others are learned by heart.', zh: '约 {pictures} 张图片不参与训练：用于判断其余图片是否被死记。' },
  'reason.nothingHeldOut': { en: 'With {all} {all:picture|pictures} every one is needed to learn from.', zh: '仅有 {all} 张图片，每一张都需要用于学习。' },
  'reason.split': { en: 'The data set has a split of its own: {validation} % of each class are watched, {test} % kept for the end.', zh: '数据集有自己的划分：每个类别 {validation}% 用于验证，{test}% 留作测试。' },
  'reason.balance.even': { en: 'Each class is shown equally often.', zh: '各类别出现次数均等。' },
  'reason.balance.limited': { en: 'Classes are uneven ({largest} against {smallest} {smallest:picture|pictures}): small ones are shown more often than their share, but not so often that their pictures are learned by heart.', zh: '类别不均衡（{largest} 张对 {smallest} 张）：小类出现得比其占比更多，但不会多到被死记硬背。' },
  'reason.aspect': { en: 'The data set says so: an import proposes the shape that most of its pictures have.', zh: '按数据集的设置：导入时建议采用多数图片的形状。' },
  'reason.width': { en: 'At {resolution} px a width of {width} lets the networks see many pictures in the time given.', zh: '在 {resolution} 像素下，宽度 {width} 可在给定时间内看到足够多的图片。' },
  'reason.projected': { en: 'A network that knows photographs judges beside the discriminator: shapes come several times sooner.', zh: '由一个认识照片的网络与判别器一同评判，形状出现得快数倍。' },
  'reason.featureEnergy': { en: 'What that network sees should be as varied as in your pictures.', zh: '该网络在生成图片中看到的内容，应与你的图片一样多样。' },
  'reason.colourDetail': { en: 'The fine detail of these pictures is in their light: their colours are as smooth as JPEG keeps them.', zh: '这些图片的精细细节只在明暗上，色彩如 JPEG 所存一样平滑。' },
  'reason.energy': { en: 'Pictures, those of each class too, should be spread as real ones are; without this they easily become one picture.', zh: '图片（每个类别亦然）应像真实图片一样分布；否则容易只生成一张图。' },
  'reason.normalisationG': { en: 'With batch norm the generator learns faster in the first minutes.', zh: '使用批归一化时，生成器在最初几分钟学得更快。' },
  'reason.augment.translated': { en: 'Colours may be what tells the classes apart, so they are not augmented.', zh: '颜色可能正是类别之间的区别，因此不做颜色增强。' },
  'reason.translateCycle': { en: 'What is made into another class and back should be the picture it was: this keeps what pictures of all classes have in common.', zh: '转换成另一类再转回来，应得到原来的图片：由此保留各类图片共有的内容。' },
  'reason.enlargePixels': { en: 'True to the small picture first; what it does not say, the discriminator and the pretrained network fill in.', zh: '首先忠于小图；小图没有说明的细节，由判别器和预训练网络补充。' },
  'reason.learningRateD': { en: 'A discriminator held smooth by spectral norm keeps up with the generator at {times} times its learning rate.', zh: '受谱归一化约束的判别器以生成器 {times} 倍的学习率才能跟上。' },
  'reason.augment.few': { en: '{pictures} {pictures:picture is|pictures are} few: the discriminator sees {pictures:it|them} changed in colour, place and parts, so that it cannot learn {pictures:it|them} by heart.', zh: '{pictures} 张图片偏少：判别器看到的是颜色、位置和局部经过变化的图片，以免死记硬背。' },
  'reason.augment.many': { en: '{pictures} {pictures:picture is|pictures are} enough to learn from as they are.', zh: '{pictures} 张图片足够直接学习。' },
  'reason.followed': { en: 'As the model that it starts from has it.', zh: '与起点模型保持一致。' },
  'reason.frozen': { en: 'On {pictures} {pictures:picture|pictures} the first blocks of the discriminator see better with what they know already (FreezeD).', zh: '只有 {pictures} 张图片时，判别器的前几个模块保持已学到的特征效果更好（FreezeD）。' },
  'reason.output.dataset': { en: 'The data set says so.', zh: '由数据集设定。' },
  'reason.output.continuous': { en: 'The pictures have more colours than a palette holds, so any colour may come.', zh: '图片的颜色多于调色板的容量，因此可生成任意颜色。' },
  'reason.output.palette': { en: 'The pictures have {colours} {colours:colour|colours} in all: each pixel takes one of them, and no others come.', zh: '图片总共只有 {colours} 种颜色：每个像素取其中一种，不会出现其他颜色。' },
  'reason.output.somePalette': { en: '{pictures} {pictures:picture looked at has|pictures looked at have} {colours} {colours:colour|colours} in all: if the others have no more, each pixel takes one of them.', zh: '查看的 {pictures} 张图片总共只有 {colours} 种颜色：若其余图片也不更多，每个像素取其中一种。' },
  'reason.output.binary': { en: 'The pictures are black and white, and so is each pixel that comes.', zh: '图片只有黑白两色，生成的每个像素也是如此。' },
  'reason.output.someBinary': { en: '{pictures} {pictures:picture looked at is|pictures looked at are} black and white: if the others are too, so is each pixel that comes.', zh: '查看的 {pictures} 张图片只有黑白两色：若其余图片也是，生成的每个像素也是如此。' },

  'warning.belowBatch': { en: 'There are fewer pictures ({pictures}) than a batch holds ({batch}): the same ones repeat within a step, and the result will mostly repeat them too.', zh: '图片数（{pictures}）少于一个批次（{batch}）：同一步中会重复使用相同图片，结果也大多是它们的翻版。' },
  'warning.few': { en: '{pictures} {pictures:picture is|pictures are} few: expect variations of {pictures:it|them} rather than new ones. A few hundred more, or starting from an earlier run, would help.', zh: '{pictures} 张图片偏少：结果多半是它们的变体，而非全新的图片。再加几百张，或从以前的训练开始，会有帮助。' },
  'warning.smallClasses': { en: 'Classes with fewer than {least} pictures are learned least well: {names}.', zh: '图片不足 {least} 张的类别学习效果会最差：{names}。' },
  'warning.manySmallClasses': { en: 'Classes with fewer than {least} pictures are learned least well: {names} and {more} more.', zh: '图片不足 {least} 张的类别学习效果会最差：{names} 等，另有 {more} 个。' },
  'warning.uneven': { en: 'Classes are uneven ({largest} against {smallest} {smallest:picture|pictures}): those of small classes come more often, so that each repeats many times.', zh: '类别不均衡（{largest} 张对 {smallest} 张）：小类的图片出现得更频繁，每张都会重复很多次。' },
  'warning.unlabelled': { en: '{pictures} {pictures:picture without a class takes|pictures without a class take} part without a label.', zh: '{pictures} 张无类别的图片将以无标签方式参与训练。' },
  'warning.elsewhere': { en: '{lost} of {pictures} {pictures:picture that was left where it is|pictures that were left where they are} cannot be read there any more: training goes on without {lost:it|them}. Have the studio find {lost:it|them} again on the page of the data set.', zh: '留在原处的 {pictures} 张图片中有 {lost} 张在原处已无法读取，训练将不使用它们。可在数据集页面重新查找。' },
  'warning.fewPasses': { en: 'In this time the networks see about {images} pictures, fewer than {passes} {passes:pass|passes} over all of them. Give more time, or choose a lower resolution.', zh: '这段时间里网络约看 {images} 张图片，不足全部图片的 {passes} 遍。请给更多时间，或降低分辨率。' },
  'warning.nothingWatched': { en: 'About {pictures} {pictures:picture is|pictures are} held out to watch; at least {least} are needed to see whether the others are learned by heart. Set a larger share, or do without what rests on it.', zh: '仅约 {pictures} 张图片留作验证；至少需要 {least} 张才能判断其余图片是否被死记。请提高比例，或不使用依赖它的选项。' },
  'warning.memory': { en: 'About {needed} GB of memory are needed and the machine has {present} GB. Halve the batch size or the width.', zh: '约需 {needed} GB 内存，而本机有 {present} GB。请将批大小或网络宽度减半。' },
  'warning.slowEngine': { en: 'Only the plain JavaScript engine is available; it is hundreds of times slower than the others. Install TensorFlow from the settings page.', zh: '目前只有纯 JavaScript 引擎，比其他引擎慢数百倍。请在设置页安装 TensorFlow。' },

  'notice.engineSwitched': { en: '{reason} Training goes on with the {engine} engine.', zh: '改用 {engine} 引擎继续训练。原因：{reason}' },
  'notice.restarted': { en: '{reason} It was started again from the newest checkpoint.', zh: '已从最新的检查点重新开始。原因：{reason}' },
  'notice.olderCheckpoint': { en: 'The newest checkpoint is damaged, so the one before it ({images} pictures seen) was used. {reason}', zh: '最新的检查点已损坏，因此使用了之前的一个（已看 {images} 张图片）。{reason}' },
  'notice.cutShort': { en: 'The studio ended while this run was going on; resuming goes on from {images} pictures seen.', zh: '工作室在训练途中退出；继续时将从已看 {images} 张图片处开始。' },
  'notice.cutShortEarly': { en: 'The studio ended before a checkpoint was saved; resuming starts anew.', zh: '工作室在保存检查点之前退出；继续时将重新开始。' },
  'notice.notCompiled': { en: 'Training runs kernel by kernel, which is slower: the step could not be compiled. {reason}', zh: '训练逐个算子执行，速度较慢：训练步骤无法编译。原因：{reason}' },
  'notice.adversarial': { en: 'The bootstrap phase ended after {images} pictures; from here the discriminator goes first and the generator answers.', zh: '已看 {images} 张图片，自助阶段结束；此后先更新判别器，再更新生成器。' },
  'notice.slowedDown': { en: 'The losses ran away at {images} pictures, so the learning rates were halved (to {share} of what was set).', zh: '已看 {images} 张图片时损失失控，学习率已减半（为设定值的 {share}）。' },
  'notice.rolledBackBroken': { en: 'Numbers were no longer finite, so training went back to {images} pictures with half the learning rates.', zh: '出现非有限数值，训练已回到看过 {images} 张图片处，学习率减半。' },
  'notice.rolledBackCollapsed': { en: 'All pictures were becoming one, so training went back to {images} pictures with half the learning rates.', zh: '生成的图片趋于相同，训练已回到看过 {images} 张图片处，学习率减半。' },
  'notice.augmentedMore': { en: 'The discriminator is very sure of the training pictures, so augmentation now changes {percent} % of them.', zh: '判别器对训练图片过于肯定，现在有 {percent}% 的图片会被增强。' },
  'notice.heldBack': { en: 'On held-out pictures the discriminator is {percent} % of the way to generated ones: it learns the others by heart, so its gradient penalty was raised to γ = {gamma}.', zh: '对验证图片，判别器的判断已向“生成图片”偏移 {percent}%，说明它在死记其余图片；梯度惩罚已提高到 γ = {gamma}。' },
  'notice.classHead': { en: 'A classifier learned the classes from {pictures} {pictures:picture|pictures}; it is right on {percent} % of {held} {held:other|others}.', zh: '分类器已从 {pictures} 张图片学会各类别；在另外 {held} 张上正确率为 {percent}%。' },
  'notice.text': { en: '{reason}', zh: '{reason}' },

  'step.renameClass': { en: 'Class “{from}” renamed to “{to}”', zh: '类别“{from}”重命名为“{to}”' },
  'step.mergeClasses': { en: '{names} merged into “{into}”', zh: '{names} 并入“{into}”' },
  'step.deleteClass': { en: 'Class “{name}” deleted, its pictures excluded', zh: '删除类别“{name}”，其图片被排除' },
  'step.newClass': { en: 'New class “{name}”', zh: '新建类别“{name}”' },
  'step.relabel': { en: 'Moved to “{name}”', zh: '移至“{name}”' },
  'step.unlabel': { en: 'Class taken away', zh: '移除类别' },
  'step.classifyPattern': { en: 'Classes from file names: {pattern}', zh: '按文件名确定类别：{pattern}' },
  'step.classifyFolders': { en: 'Classes from folders', zh: '按文件夹确定类别' },
  'step.classifyNone': { en: 'All classes taken away', zh: '移除所有类别' },
  'step.exclude': { en: 'Excluded', zh: '排除' },
  'step.add': { en: 'Pictures added', zh: '添加图片' },
  'step.split': { en: 'Split: {validation} % to watch, {test} % for the end, seed {seed}', zh: '划分：验证 {validation}%，测试 {test}%，种子 {seed}' },
  'step.crop': { en: 'Cropped', zh: '裁剪' },
  'step.uncrop': { en: 'Crop box taken away', zh: '取消裁剪框' },
  'step.unsplit': { en: 'Split taken away', zh: '取消划分' },
  'step.expand': { en: 'Augmented copies', zh: '增强副本' },
  'step.include': { en: 'Included again', zh: '重新纳入' },

  'odd.looksLike': { en: '{percent} % of its nearest neighbours are “{class}”: its class may be wrong', zh: '最近邻图片中有 {percent}% 属于“{class}”：类别可能有误' },
  'odd.dark': { en: 'Very dark, and less like the others than {percent} % of the pictures', zh: '非常暗，且比 {percent}% 的图片更不像其余图片' },
  'odd.bright': { en: 'Very bright, and less like the others than {percent} % of the pictures', zh: '非常亮，且比 {percent}% 的图片更不像其余图片' },
  'odd.blurred': { en: 'Blurred, and less like the others than {percent} % of the pictures', zh: '模糊，且比 {percent}% 的图片更不像其余图片' },
  'odd.busy': { en: 'Full of detail or noise, and less like the others than {percent} % of the pictures', zh: '细节或噪点极多，且比 {percent}% 的图片更不像其余图片' },
  'odd.pale': { en: 'Nearly without colour, and less like the others than {percent} % of the pictures', zh: '几乎无色彩，且比 {percent}% 的图片更不像其余图片' },
  'odd.vivid': { en: 'Very colourful, and less like the others than {percent} % of the pictures', zh: '色彩极浓，且比 {percent}% 的图片更不像其余图片' },
  'odd.tall': { en: 'Very tall, and less like the others than {percent} % of the pictures', zh: '非常窄高，且比 {percent}% 的图片更不像其余图片' },
  'odd.wide': { en: 'Very wide, and less like the others than {percent} % of the pictures', zh: '非常宽扁，且比 {percent}% 的图片更不像其余图片' },
  'odd.unlike': { en: 'Less like the others than {percent} % of the pictures', zh: '比 {percent}% 的图片更不像其余图片' },

  'lost.gone': { en: 'It is no longer where it was left.', zh: '该文件已不在原处。' },
  'lost.changed': { en: 'Another content is where it was left.', zh: '原处的文件内容已改变。' },
  'lost.unreadable': { en: 'It cannot be read where it was left: check its access rights and its drive.', zh: '原处的文件无法读取：请检查访问权限和所在磁盘。' },
  'lost.copyGone': { en: 'The studio’s copy is gone: import the picture again.', zh: '工作室保存的副本已丢失：请重新导入该图片。' },
  'lost.copyDamaged': { en: 'The studio’s copy is damaged: import the picture again.', zh: '工作室保存的副本已损坏：请重新导入该图片。' },
  'lost.copyUnreadable': { en: 'The studio’s copy cannot be read: check the data folder’s access rights and its drive.', zh: '工作室保存的副本无法读取：请检查数据文件夹的访问权限和所在磁盘。' },
  'lost.parent': { en: 'An augmented copy of “{path}”, which was left out.', zh: '“{path}”的增强副本，而该图片未能导出。' },

  ...prepareMessages,
  ...problemMessages,
  ...refusalMessages,
  ...inputMessages,
  ...storageMessages,
  ...systemMessages,
  ...engineMessages,
  ...runMessages,
  ...workMessages,
  ...adviceMessages,
} as const satisfies Record<string, Words>

export type MessageKey = keyof typeof messageTable
/** Messages within a message are said in the same language, several one after another. */
export type MessageValue = string | number | Message | readonly Message[]
export interface Message {
  readonly key: MessageKey
  readonly values: Readonly<Record<string, MessageValue>>
}

export const message = (key: MessageKey, values: Message['values'] = {}): Message => ({ key, values })

export const isMessageKey = (key: string): key is MessageKey => Object.hasOwn(messageTable, key)

/** What another program or library said of it in its own words, which no sentence has in it; null: nothing. */
export function detailOf({ values: { said, ...others } }: Message): string | null {
  if (typeof said === 'string') return said
  return Object.values(others).flatMap((value) => (typeof value === 'object' ? value : [])).map(detailOf).find((detail) => detail !== null) ?? null
}

/** Of what came from elsewhere, or from a studio that knows others. */
export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string' && isMessageKey(value.key) &&
  'values' in value && typeof value.values === 'object' && value.values !== null && Object.values(value.values).every(isMessageValue)

const isMessageValue = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || (Array.isArray(value) ? value.every(isMessage) : isMessage(value))

/** The sentence in a person's language. One in brackets ends without its stop. */
export const phrase = ({ key, values }: Message, language: keyof Words): string =>
  filled(messageTable[key][language], (name, bracketed) => {
    const said = worded(values[name] ?? '', language)
    return bracketed ? said.replace(/[.。]$/, '') : said
  })

function worded(value: MessageValue, language: keyof Words): string {
  if (typeof value === 'number') return value.toLocaleString(language === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: 4 })
  if (typeof value === 'string') return value
  return 'key' in value ? phrase(value, language) : value.map((one) => phrase(one, language)).join(language === 'en' ? ', ' : '、')
}
