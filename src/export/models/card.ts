/**
 * A model card (Mitchell et al. 2019), in English and Chinese: what the model is, what it learned from,
 * how good it is, what it is for and what not.
 */
import { counted } from '../../contract/filled.ts'
import type { Score } from '../../contract/judgement.ts'
import { networkNames } from '../../contract/networks.ts'
import { defaultOptions, optionKeys, optionSpec, type OptionKey, type TrainingOptions, type Words } from '../../contract/options.ts'
import type { Architecture } from '../../engine/architecture.ts'
import type { NetworkPart } from '../../engine/lowered/networks.ts'
import { multiplyAdds } from '../../engine/block-cost.ts'
import { forwardMultiplyAdds, total } from '../../engine/cost.ts'
import { sizeOf } from '../../engine/layout.ts'
import type { CardBlock, CardPart, CardText } from '../../player/card.ts'
import type { Language } from '../../player/texts.ts'
import { cardMarkdown } from './card-markdown.ts'
import { architectureOfConfig, tensorsOf, type SavedModel } from './saved-model.ts'

export interface CardDetails {
  readonly format: 'safetensors' | 'onnx' | 'tfjs' | 'page'
  readonly part: NetworkPart | 'all'
  readonly studioVersion: string
  /** Empty where it is not known. */
  readonly datasetName: string
  readonly pictureCount: number | null
  readonly trainedMs: number
  /** Of these weights; null: never compared. */
  readonly score: Score | null
  /** As the person gave it; empty: not stated. */
  readonly licence: string
  /** Sentences, without their stop, about what writing it in this form has cost. */
  readonly remarks: readonly Words[]
}

const partNames: Readonly<Record<NetworkPart | 'all', Words>> = {
  ...networkNames, all: { en: 'Generator, discriminator and, where there is one, encoder', zh: '生成器、判别器，以及编码器（如果有）' },
}
export const colourNames: Readonly<Record<1 | 3 | 4, Words>> = { 1: { en: 'grey', zh: '灰度' }, 3: { en: 'colour', zh: '彩色' }, 4: { en: 'colour with transparency', zh: '彩色带透明' } }
const pictureParts: Readonly<Record<Score['part'], Words>> = { train: { en: 'train', zh: '训练集' }, validation: { en: 'validation', zh: '验证集' }, test: { en: 'test', zh: '测试集' }, all: { en: 'all', zh: '全部' } }

/** As a file: in English, as catalogues of models want it. */
export const modelCard = (model: SavedModel, details: CardDetails): string =>
  cardMarkdown({ title: model.config.runName, licence: details.licence }, cardOf(model, details, 'en'))

/** Without its title. */
export function cardOf(model: SavedModel, details: CardDetails, language: Language): readonly CardBlock[] {
  const { config } = model
  const { licence, part, datasetName, pictureCount, trainedMs, score, studioVersion, remarks } = details
  const say = sayer(language)
  const architecture = architectureOfConfig(config)
  const { width, height, classes } = architecture
  const parameters = [...tensorsOf(model, part).values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const work = part === 'E' ? total(architecture.encoder ?? [], multiplyAdds) : forwardMultiplyAdds(architecture)[part === 'D' ? 'D' : 'G']
  const leftOut = leftOutOf(config.options, details)
  const colours = config.palette === null ? text`` : say(text`, ${config.palette.length} fixed colours`, text`，固定 ${config.palette.length} 种颜色`)
  const minutes = Math.max(1, Math.round(trainedMs / 60_000))
  // To be filled in, where a person can write.
  const blank = details.format === 'page' ? [] : [language === 'en' ? ': ____' : '：____']
  const heading = (en: string, zh: string): CardBlock => ({ kind: 'heading', text: say([en], [zh]) })
  const paragraph = (en: CardText, zh: CardText): CardBlock => ({ kind: 'text', text: say(en, zh) })
  return [
    paragraph(
      text`${[partNames[part].en]} of a generative adversarial network, trained with GAN Studio ${[studioVersion]} on a person's own pictures.`,
      text`生成对抗网络（GAN）的${[partNames[part].zh]}，由 GAN Studio ${[studioVersion]} 用个人自己的图片训练而成。`),
    { kind: 'list', items: [
      say(text`Pictures: ${width} × ${height} px, ${[colourNames[config.channels].en]}${colours}`, text`图片：${width} × ${height} 像素，${[colourNames[config.channels].zh]}${colours}`),
      classes === 0 ? say(text`Classes: none`, text`类别：无`) : say(text`Classes: ${config.classNames.join(', ')}`, text`类别：${config.classNames.join('、')}`),
      say(
        text`Network: ${[config.options.network]}, ${[thousands(parameters)]} parameters in this file, ${[thousands(work)]} multiply-adds a picture`,
        text`网络：${[config.options.network]}，此文件含 ${[thousands(parameters)]} 个参数，每张图片 ${[thousands(work)]} 次乘加`),
      licence === ''
        ? say(text`Licence: not stated by who exported it; ask before passing it on`, text`许可：导出者未注明，转发前请先询问`)
        : say(text`Licence: ${licence}`, text`许可：${licence}`),
      ...[...remarks, ...(leftOut === null ? [] : [leftOut])].map((remark) => coded(remark[language])),
    ] },
    heading('Use', '使用方法'),
    ...usage(details, architecture, say),
    heading('Data', '数据'),
    paragraph(
      text`${datasetName === '' ? text`It was opened from a file, which does not name its pictures` : text`Data set "${datasetName}"${[pictureCount === null ? '' : `, ${counted(pictureCount, 'picture')}`]}`}. Where the pictures came from and who may use them is for who exported the model to say${blank}.`,
      text`${datasetName === '' ? text`模型来自一个文件，其中没有说明用了哪些图片` : text`数据集“${datasetName}”${[pictureCount === null ? '' : `，${thousands(pictureCount)} 张图片`]}`}。图片的来源以及谁可以使用，由导出模型的人说明${blank}。`),
    heading('Training', '训练'),
    paragraph(
      text`${[thousands(config.imagesSeen)]} images seen${[trainedMs === 0 ? '' : ` in ${counted(minutes, 'minute')}`]}. Options that differ from the studio's defaults:`,
      text`共看过 ${[thousands(config.imagesSeen)]} 张图片${[trainedMs === 0 ? '' : `，用时 ${minutes} 分钟`]}。与默认值不同的选项：`),
    optionBlock(config.options, language),
    heading('How good it is', '效果如何'),
    ...(score === null ? [paragraph(text`These weights were not compared with real pictures.`, text`这份权重没有与真实图片做过比较。`)] : scoreBlocks(score, say)),
    heading('Intended use and limits', '用途与局限'),
    paragraph(
      text`For making pictures of the kind it was trained on, for play, design and study. Its pictures are made up: they are no evidence of anything, and should be marked as generated where that could matter. It knows only what its data set shows, with its gaps and leanings, and may come close to single pictures of it, above all where there are few: check with the studio's nearest-picture search before publishing, and never for pictures of people who have not agreed.`,
      text`用于生成与训练图片同类的图片，供娱乐、设计和学习。生成的图片是虚构的，不能证明任何事情；在可能引起误解的场合，应注明为生成图片。模型只了解数据集里有的内容，也带有其缺漏和偏向；它可能做出与个别训练图片很接近的图片，图片少时尤其如此。发布前请用 GAN Studio 查看与训练图片中最近的一张；未经本人同意，切勿用于人物图片。`),
  ]
}

type Say = (en: CardText, zh: CardText) => CardText
const sayer = (language: Language): Say => (en, zh) => (language === 'en' ? en : zh)

/** Words in which what is written in backticks is code. A text filled in is somebody's own; a list of parts, the studio's. */
export function text(words: TemplateStringsArray, ...fills: readonly (string | number | CardText)[]): CardText {
  return words.flatMap((word, i) => {
    const fill = fills[i]
    return [...coded(word), ...(fill === undefined ? [] : typeof fill === 'string' ? [{ given: fill }] : typeof fill === 'number' ? [String(fill)] : fill)]
  })
}
const coded = (words: string): CardText => words.split('`').flatMap((part, i): CardPart[] => (part === '' ? [] : [i % 2 === 1 ? { code: part } : part]))

/** What the generator is given, and what it gives. */
function generatorUse({ task, latentSize, classes, enlarge }: Architecture, say: Say): CardText {
  const label = say(text`\`label\` [N,${classes}] one-hot in the order of the classes`, text`\`label\` [N,${classes}]，按类别顺序的独热编码`)
  switch (task) {
    case 'generate': {
      const labelled = classes === 0 ? [] : [', ', ...label]
      return say(text`\`latent\` [N,${latentSize}] standard normal${labelled}; output \`picture\` [N,H,W,C] in [-1,1]`, text`\`latent\` [N,${latentSize}]，标准正态分布${labelled}；输出 \`picture\` [N,H,W,C]，取值 [-1,1]`)
    }
    case 'enlarge':
      return say(
        text`input pictures [N,h,w,C] in [-1,1]; output what is added to their bicubic enlargement, [N,${enlarge}h,${enlarge}w,C]`,
        text`输入图片 [N,h,w,C]，取值 [-1,1]；输出要加到其双三次放大结果上的部分，[N,${enlarge}h,${enlarge}w,C]`)
    case 'translate':
      return say(
        text`\`given\` [N,H,W,C] in [-1,1], ${label}, of the class that they are to become; output \`picture\` [N,H,W,C], to be clipped to [-1,1]`,
        text`\`given\` [N,H,W,C]，取值 [-1,1]；${label}，为要变成的类别；输出 \`picture\` [N,H,W,C]，需截断到 [-1,1]`)
  }
}

function usage({ format, part }: CardDetails, architecture: Architecture, say: Say): readonly CardBlock[] {
  const picture = say(text`input \`picture\` [N,H,W,C] in [-1,1]`, text`输入 \`picture\` [N,H,W,C]，取值 [-1,1]`)
  const inputs = part === 'G' || part === 'all'
    ? generatorUse(architecture, say)
    : part === 'D'
      ? say(text`${picture}; output \`logit\` [N], higher is more real, and \`classes\` where there are any`, text`${picture}；输出 \`logit\` [N]，越大越真实，有类别时还有 \`classes\``)
      : say(text`${picture}; output \`latent\`, and \`classes\` where G asks for any`, text`${picture}；输出 \`latent\`，生成器需要类别时还有 \`classes\``)
  const sentence = (en: CardText, zh: CardText): CardBlock => ({ kind: 'text', text: say(en, zh) })
  switch (format) {
    case 'safetensors':
      return [sentence(
        text`A safetensors file; \`__metadata__.config\` says how the network is built. As a function: ${inputs}. GAN Studio can start a run from it: \`gan-studio train SET --from FILE\`.`,
        text`safetensors 文件；\`__metadata__.config\` 说明网络结构。作为函数：${inputs}。GAN Studio 可以从它开始训练：\`gan-studio train SET --from FILE\`。`)]
    case 'onnx':
      return [
        sentence(text`ONNX, operator set 18: ${inputs}.`, text`ONNX，算子集 18：${inputs}。`),
        { kind: 'code', lines: ["const session = await ort.InferenceSession.create('model.onnx')", `const { ${part === 'D' ? 'logit' : part === 'E' ? 'latent' : 'picture'} } = await session.run({ … })`] },
      ]
    case 'tfjs':
      return [
        sentence(text`A TensorFlow.js graph model: ${inputs}.`, text`TensorFlow.js 图模型：${inputs}。`),
        { kind: 'code', lines: ["const model = await tf.loadGraphModel('model.json')", 'const result = model.predict({ … })'] },
      ]
    case 'page':
      return [sentence(text`Open the file in a browser: it needs no network and no installation.`, text`用浏览器打开此文件即可，不需要联网，也不需要安装。`)]
  }
}

function optionBlock(options: TrainingOptions, language: Language): CardBlock {
  const changed = optionKeys.filter((key) => options[key] !== defaultOptions[key])
  if (changed.length === 0) return { kind: 'text', text: [language === 'en' ? 'None.' : '无。'] }
  const colon = language === 'en' ? ': ' : '：'
  return { kind: 'list', items: changed.map((key) => [`${optionSpec(key).label[language]} (`, { code: key }, `)${colon}`, optionWord(key, options[key], language)]) }
}
function optionWord(key: OptionKey, value: string | number | boolean, language: Language): CardPart {
  const spec = optionSpec(key)
  if (typeof value === 'boolean') return { en: value ? 'on' : 'off', zh: value ? '开' : '关' }[language]
  if (spec.type === 'choice') return spec.choiceLabels?.[String(value)]?.[language] ?? String(value)
  return spec.type === 'rates' ? { given: String(value) } : String(value)
}

function scoreBlocks({ judge, kid, kidStd, fid, precision, recall, coverage, realCount, fakeCount, part, calibration, classifier, translation }: Score, say: Say): readonly CardBlock[] {
  const word = (en: string, zh: string): string => say([en], [zh])[0] as string
  const sentence = (en: CardText, zh: CardText): CardBlock => ({ kind: 'text', text: say(en, zh) })
  const percent = (share: number): CardText => [(share * 100).toFixed(0)]
  return [
    sentence(
      text`${[thousands(fakeCount)]} generated against ${[thousands(realCount)]} real pictures (${[pictureParts[part].en]}), by ${[judge]}. The right column is one half of the real pictures against the other. Not comparable with numbers of other judges.`,
      text`${[thousands(fakeCount)]} 张生成图片与 ${[thousands(realCount)]} 张真实图片（${[pictureParts[part].zh]}）相比，评判网络为 ${[judge]}。右列是真实图片的一半与另一半相比。不能与其他评判网络的数值比较。`),
    { kind: 'table', head: ['', word('generated', '生成图片'), word('real', '真实图片')], rows: [
      [word('KID × 10³, lower is closer', 'KID × 10³（越低越接近）'), `${kid.toFixed(2)} ± ${kidStd.toFixed(2)}`, `${calibration.kid.toFixed(2)} ± ${calibration.kidStd.toFixed(2)}`],
      ...(fid === null || calibration.fid === null ? [] : [[word('Fréchet distance', '弗雷歇距离'), fid.toFixed(1), calibration.fid.toFixed(1)]]),
      [word('Coverage', '覆盖率'), coverage.toFixed(2), calibration.coverage.toFixed(2)],
      [word('Precision', '精确率'), precision.toFixed(2), calibration.precision.toFixed(2)],
      [word('Recall', '召回率'), recall.toFixed(2), calibration.recall.toFixed(2)],
    ] },
    ...(translation === undefined ? [] : [sentence(
      text`The generated pictures are real ones made into another class. Left as they were, they have the KID ${[translation.untranslated.kid.toFixed(2)]}; made into another class and back, they are off by ${[translation.cycle.toFixed(1)]} of 255 in the mean.`,
      text`生成图片是由真实图片变成另一类别而来。不转换时 KID 为 ${[translation.untranslated.kid.toFixed(2)]}；转换后再变回来，平均相差 ${[translation.cycle.toFixed(1)]}（满值 255）。`)]),
    ...(classifier === null ? [] : [sentence(
      text`A classifier of real pictures (${percent(classifier.testAccuracy)} % right on them) names the class that was asked for in ${percent(classifier.accuracy)} % of generated ones.`,
      text`一个对真实图片正确率为 ${percent(classifier.testAccuracy)}% 的分类器，在 ${percent(classifier.accuracy)}% 的生成图片上认出了所要求的类别。`)]),
  ]
}

export const thousands = (value: number): string => Math.round(value).toLocaleString('en')
/** What of a discriminator is left out of a file; null: nothing. */
function leftOutOf(options: TrainingOptions, { format, part }: Pick<CardDetails, 'format' | 'part'>): Words | null {
  if (options.projected === 0 || (part !== 'D' && part !== 'all')) return null
  return format === 'safetensors'
    ? { en: 'Small discriminators on features of MobileNetV2 took part in training: they are in this file (`D.projected.…`), MobileNetV2 itself is not', zh: '训练时还有基于 MobileNetV2 特征的小判别器参与：它们在此文件中（`D.projected.…`），MobileNetV2 本身不在' }
    : { en: 'Small discriminators on features of MobileNetV2 took part in training: they are not in this file, for without that network they judge nothing. The logit is of the discriminator that learned from nothing', zh: '训练时还有基于 MobileNetV2 特征的小判别器参与：它们不在此文件中，因为没有该网络就无法判断。logit 来自从零学起的判别器' }
}
