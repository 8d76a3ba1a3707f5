/** A classifier's model card, in English: what it tells apart, how well, and on what features. */
import type { FitPolicy, HeadPart, HeadReport, NetworkFormat } from '../../contract/data.ts'
import { counted } from '../../contract/filled.ts'
import type { Words } from '../../contract/options.ts'
import { sizeOf } from '../../engine/layout.ts'
import type { CardBlock, CardText } from '../../player/card.ts'
import { cardMarkdown } from './card-markdown.ts'
import { colourNames, text, thousands } from './card.ts'
import type { SavedClassifier } from './classifier.ts'

export interface ClassifierCardDetails {
  readonly format: NetworkFormat
  readonly title: string
  readonly studioVersion: string
  /** As the person gave it; empty: not stated. */
  readonly licence: string
  readonly report: HeadReport
  readonly remarks: readonly Words[]
}

const fits: Readonly<Record<FitPolicy, string>> = { crop: 'their middle was cut out', fit: 'they were squeezed', pad: 'borders were added' }
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

export function classifierCard({ config, tensors }: SavedClassifier, { format, title, studioVersion, licence, report, remarks }: ClassifierCardDetails): string {
  const { classNames, size, channels, fit, datasetName, run } = config
  const { learned, test, validation, commonest, ownSplit } = report
  const parameters = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const seer = run === null
    ? text`MobileNetV2 (fine-tuned from ImageNet by others, from the package nsfwjs, MIT; up to its layer ${[{ code: config.pretrained ?? '' }]}, averaged over the picture)`
    : text`the discriminator of the run "${run.runName}" (${[thousands(run.imagesSeen)]} images seen)`
  const heading = (words: string): CardBlock => ({ kind: 'heading', text: [words] })
  const paragraph = (words: CardText): CardBlock => ({ kind: 'text', text: words })
  const row = (name: string, { count, accuracy, from, to, balanced }: HeadPart): readonly string[] =>
    [name, thousands(count), percent(accuracy), `${percent(from)} to ${percent(to)}`, percent(balanced)]
  return cardMarkdown({ title, licence, tags: ['image-classification', 'gan-studio'] }, [
    paragraph(text`Classifier of pictures, trained with GAN Studio ${[studioVersion]} by a person's own labels: one hidden layer on what ${seer} sees in a picture. That network is in the file and was not trained with it.`),
    { kind: 'list', items: [
      text`Pictures: ${size.width} × ${size.height} px, ${[colourNames[channels].en]}; where others were learned from, ${[fits[fit]]}`,
      text`Classes, in the order of the probabilities: ${classNames.join(', ')}`,
      text`${[thousands(parameters)]} parameters in this file`,
      ...(run === null || run.palette === null ? [] : [text`The discriminator saw pictures in ${run.palette.length} fixed colours (\`config.run.palette\`): give each pixel the nearest of them first`]),
      ...(run?.options.normalisationD === 'batch' ? [text`Its batch norms take their statistics from the pictures that are given together: give it many of all kinds at once, at least 32`] : []),
      licence === '' ? text`Licence: not stated by who exported it; ask before passing it on` : text`Licence: ${licence}`,
      ...remarks.map(({ en }) => [en]),
    ] },
    heading('Use'),
    ...usage(format),
    heading('Data'),
    paragraph(text`Data set "${datasetName}": learned from ${[counted(learned, 'picture')]} with a class. Where the pictures came from and who may use them is for who exported the model to say: ____.`),
    heading('How good it is'),
    { kind: 'table', head: ['', 'pictures', 'right', '95 %', 'mean of classes'], rows: [row('Test', test), row('Validation', validation)] },
    paragraph(text`Always saying the commonest class is right for ${[percent(commonest)]} of the test pictures. The validation pictures ended the training and set how sure it is: slightly flattering.${[ownSplit ? '' : ` The data set has no split that holds out both parts; they were held out for this classifier alone, ${run === null ? 'where copies of a picture may lie on both sides' : 'so the discriminator may have learned from them: it flatters'}.`]}`),
    heading('Intended use and limits'),
    paragraph(text`For telling pictures of these classes apart, of the kind it learned from. It gives every picture one of them, also one of something else, and has the gaps and leanings of its data set and of who labelled it. Not for decisions about people.`),
  ])
}

function usage(format: NetworkFormat): readonly CardBlock[] {
  const what = text`input \`picture\` [N,H,W,C] in [-1,1]; output \`probabilities\` [N,classes], each row adding up to 1. The names of the classes are JSON in \`labels\` of the metadata`
  switch (format) {
    case 'safetensors':
      return [{ kind: 'text', text: text`A safetensors file; \`__metadata__.config\` says how the network is built, \`classifier.…\` is the head: features, less \`features.mean\`, times \`features.scale\`, a hidden layer with ReLU, and a softmax of the last one. As a function: ${what}.` }]
    case 'onnx':
      return [{ kind: 'text', text: text`ONNX, operator set 18: ${what}.` }, { kind: 'code', lines: ["const session = await ort.InferenceSession.create('model.onnx')", 'const { probabilities } = await session.run({ picture })'] }]
    case 'tfjs':
      return [{ kind: 'text', text: text`A TensorFlow.js graph model: ${what}.` }, { kind: 'code', lines: ["const model = await tf.loadGraphModel('model.json')", 'const probabilities = model.predict({ picture })'] }]
  }
}
