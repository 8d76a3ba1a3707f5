/**
 * A model card (Mitchell et al. 2019) in Markdown, with the front matter that model hubs read: what the
 * model is, what it learned from, how good it is, what it is for and what not.
 */
import { counted } from '../../contract/filled.ts'
import type { Score } from '../../contract/judgement.ts'
import { defaultOptions, optionKeys, optionSpec, type TrainingOptions } from '../../contract/options.ts'
import type { Architecture } from '../../engine/architecture.ts'
import type { NetworkPart } from '../../engine/lowered/networks.ts'
import { forwardMultiplyAdds } from '../../engine/cost.ts'
import { sizeOf } from '../../engine/layout.ts'
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
  /** Sentences about what writing it in this form has cost. */
  readonly remarks: readonly string[]
}

const names: Readonly<Record<NetworkPart | 'all', string>> = { G: 'Generator', D: 'Discriminator', E: 'Encoder', all: 'Generator, discriminator and, where there is one, encoder' }

export function modelCard(model: SavedModel, details: CardDetails): string {
  const { config } = model
  const { licence, part, datasetName, pictureCount, trainedMs, score, studioVersion, remarks } = details
  const architecture = architectureOfConfig(config)
  const parameters = [...tensorsOf(model, part).values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const multiplyAdds = forwardMultiplyAdds(architecture)
  const leftOut = leftOutOf(config.options, details)
  const pictures = `${architecture.width} × ${architecture.height} px, ${{ 1: 'grey', 3: 'colour', 4: 'colour with transparency' }[config.channels]}${config.palette === null ? '' : `, ${config.palette.length} fixed colours`}`
  return `${frontMatter({ licence, title: config.runName })}
# ${line(config.runName)}

${names[part]} of a generative adversarial network, trained with GAN Studio ${studioVersion} on a person's own pictures.

- Pictures: ${pictures}
- Classes: ${architecture.classes === 0 ? 'none' : config.classNames.map(line).join(', ')}
- Network: ${config.options.network}, ${thousands(parameters)} parameters in this file, ${thousands(part === 'D' ? multiplyAdds.D : multiplyAdds.G)} multiply-adds a picture
- Licence: ${licence === '' ? 'not stated by who exported it; ask before passing it on' : line(licence)}
${[...remarks, ...(leftOut === null ? [] : [leftOut])].map((remark) => `- ${remark}\n`).join('')}
## Use

${usage(details, architecture)}

## Data

${datasetName === '' ? 'It was opened from a file, which does not name its pictures' : `Data set "${line(datasetName)}"${pictureCount === null ? '' : `, ${counted(pictureCount, 'picture')}`}`}. Where the pictures came from and who may use them is for who exported the model to say: ____.

## Training

${thousands(config.imagesSeen)} images seen${trainedMs === 0 ? '' : ` in ${counted(Math.max(1, Math.round(trainedMs / 60_000)), 'minute')}`}. Options that differ from the studio's defaults:

${optionLines(config.options)}

## How good it is

${score === null ? 'These weights were not compared with real pictures.' : scoreLines(score)}

## Intended use and limits

For making pictures of the kind it was trained on, for play, design and study. Its pictures are made up: they are no
evidence of anything, and should be marked as generated where that could matter. It knows only what its data set
shows, with its gaps and leanings, and may come close to single pictures of it, above all where there are few: check
with the studio's nearest-picture search before publishing, and never for pictures of people who have not agreed.
`
}

const frontMatter = ({ licence, title }: { readonly licence: string; readonly title: string }): string =>
  `---\nlicense: ${licence === '' ? 'unknown' : JSON.stringify(licence)}\ntags: [gan, image-generation, gan-studio]\nmodel_name: ${JSON.stringify(title)}\n---\n`

/** What the generator is given, and what it gives. */
function generatorUse({ task, latentSize, classes, enlarge }: Architecture): string {
  const label = `\`label\` [N,${classes}] one-hot in the order of the classes`
  switch (task) {
    case 'generate':
      return `\`latent\` [N,${latentSize}] standard normal${classes === 0 ? '' : `, ${label}`}; output \`picture\` [N,H,W,C] in [-1,1]`
    case 'enlarge':
      return `input pictures [N,h,w,C] in [-1,1]; output what is added to their bicubic enlargement, [N,${enlarge}h,${enlarge}w,C]`
    case 'translate':
      return `\`given\` [N,H,W,C] in [-1,1], ${label}, of the class that they are to become; output \`picture\` [N,H,W,C], to be clipped to [-1,1]`
  }
}

function usage({ format, part }: CardDetails, architecture: Architecture): string {
  const inputs = part === 'G' || part === 'all'
    ? generatorUse(architecture)
    : part === 'D' ? 'input `picture` [N,H,W,C] in [-1,1]; output `logit` [N], higher is more real, and `classes` where there are any' : 'input `picture` [N,H,W,C] in [-1,1]; output `latent`, and `classes` where G asks for any'
  switch (format) {
    case 'safetensors':
      return `A safetensors file; \`__metadata__.config\` says how the network is built. As a function: ${inputs}. GAN Studio can start a run from it: \`gan-studio train SET --from FILE\`.`
    case 'onnx':
      return `ONNX, operator set 18: ${inputs}.\n\n    const session = await ort.InferenceSession.create('model.onnx')\n    const { ${part === 'D' ? 'logit' : part === 'E' ? 'latent' : 'picture'} } = await session.run({ … })`
    case 'tfjs':
      return `A TensorFlow.js graph model: ${inputs}.\n\n    const model = await tf.loadGraphModel('model.json')\n    const result = model.predict({ … })`
    case 'page':
      return 'Open the file in a browser: it needs no network and no installation.'
  }
}

function optionLines(options: TrainingOptions): string {
  const changed = optionKeys.filter((key) => options[key] !== defaultOptions[key])
  return changed.length === 0 ? 'None.' : changed.map((key) => `- ${optionSpec(key).label.en} (\`${key}\`): ${String(options[key])}`).join('\n')
}

function scoreLines({ judge, kid, kidStd, fid, precision, recall, coverage, realCount, fakeCount, part, calibration, classifier, translation }: Score): string {
  const row = (name: string, value: string, equals: string): string => `| ${name} | ${value} | ${equals} |`
  return [
    `${thousands(fakeCount)} generated against ${thousands(realCount)} real pictures (${part}), by ${judge}. The right column is one half of the real pictures against the other. Not comparable with numbers of other judges.`, '',
    '| | generated | real |', '|---|---|---|',
    row('KID × 10³, lower is closer', `${kid.toFixed(2)} ± ${kidStd.toFixed(2)}`, `${calibration.kid.toFixed(2)} ± ${calibration.kidStd.toFixed(2)}`),
    ...(fid === null || calibration.fid === null ? [] : [row('Fréchet distance', fid.toFixed(1), calibration.fid.toFixed(1))]),
    row('Coverage', coverage.toFixed(2), calibration.coverage.toFixed(2)), row('Precision', precision.toFixed(2), calibration.precision.toFixed(2)), row('Recall', recall.toFixed(2), calibration.recall.toFixed(2)),
    ...(translation === undefined ? [] : ['', `The generated pictures are real ones made into another class. Left as they were, they have the KID ${translation.untranslated.kid.toFixed(2)}; made into another class and back, they are off by ${translation.cycle.toFixed(1)} of 255 in the mean.`]),
    ...(classifier === null ? [] : ['', `A classifier of real pictures (${(classifier.testAccuracy * 100).toFixed(0)} % right on them) names the class that was asked for in ${(classifier.accuracy * 100).toFixed(0)} % of generated ones.`]),
  ].join('\n')
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en')
/** What of a discriminator is left out of a file; null: nothing. */
export function leftOutOf(options: TrainingOptions, { format, part }: Pick<CardDetails, 'format' | 'part'>): string | null {
  if (options.projected === 0 || (part !== 'D' && part !== 'all')) return null
  return format === 'safetensors'
    ? 'Small discriminators on features of MobileNetV2 took part in training: they are in this file (`D.projected.…`), MobileNetV2 itself is not'
    : 'Small discriminators on features of MobileNetV2 took part in training: they are not in this file, for without that network they judge nothing. The logit is of the discriminator that learned from nothing'
}
/** A person's text in one line, without marks of Markdown. */
const line = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|]/g, '\\$&')
