/** What a model card says, in a file and in each language. */
import { expect, it } from 'vitest'
import { cardOf, modelCard, type CardDetails } from '../../../src/export/models/card.ts'
import type { HeadReport } from '../../../src/contract/data.ts'
import { classifierCard } from '../../../src/export/models/classifier-card.ts'
import { drawnClassifier, drawnModel } from '../../exported-model.ts'

const details: CardDetails = { format: 'onnx', part: 'D', studioVersion: '0', datasetName: 'hands', pictureCount: 1, trainedMs: 1, score: null, licence: '', remarks: [] }
const said = (projected: number, change: Partial<CardDetails>): string => modelCard(drawnModel({ projected }), { ...details, ...change })

it('says where the heads on pretrained features are', () => {
  expect(said(1, {})).toMatch(/MobileNetV2 took part in training: they are not in this file/)
  expect(said(1, { format: 'tfjs' })).toMatch(/they are not in this file/)
  expect(said(1, { format: 'safetensors', part: 'all' })).toMatch(/they are in this file \(`D\.projected/)
})
it('keeps what a person wrote from being Markdown, and has the front matter of catalogues', () => {
  const card = said(0, { part: 'G', datasetName: '# *hands*\n| [x](y)', licence: 'CC0 "1"' })
  expect(card).toMatch(/^---\nlicense: "CC0 \\"1\\""\ntags: \[gan, image-generation, gan-studio\]\nmodel_name: "hands <\/script> 手"\n---\n\n# hands \\<\/script\\> 手\n\nGenerator of/)
  expect(card).toContain(String.raw`Data set "\# \*hands\* \| \[x\](y)", 1 picture.`)
  expect(card).toContain('- Network width (`width`): 8')
})
it('says the same in Chinese, block by block', () => {
  for (const format of ['page', 'safetensors', 'onnx', 'tfjs'] as const) {
    const [en, zh] = (['en', 'zh'] as const).map((language) => cardOf(drawnModel({ projected: 1 }), { ...details, format, part: format === 'page' ? 'G' : 'D' }, language))
    expect(zh?.map(({ kind }) => kind)).toEqual(en?.map(({ kind }) => kind))
    const words = JSON.stringify(zh?.filter(({ kind }) => kind !== 'code').map((block) => JSON.stringify(block).replaceAll(/"code":"[^"]*"/g, '')))
    expect(words).toContain('生成对抗网络')
    expect(words).not.toMatch(/ (the|of|and|pictures|is) /)
  }
})
it('says nothing of them where there are none, or of a generator', () => {
  expect(said(0, {})).not.toMatch(/MobileNetV2/)
  expect(said(1, { part: 'G' })).not.toMatch(/MobileNetV2/)
})
it('counts the work of the network that is in the file', () => {
  const model = drawnModel({ encoder: true })
  const work = (part: 'G' | 'D' | 'E'): number => Number(/([\d,]+) multiply-adds/.exec(modelCard(model, { ...details, part }))?.[1]?.replaceAll(',', ''))
  expect(work('E')).not.toBe(work('G'))
  // It has D's shape, and makes a latent where D makes an answer.
  expect(work('E') / work('D')).toBeCloseTo(1, 1)
})
it('says what a translator is given, and what it would score without translating', () => {
  const translator = modelCard(drawnModel({ translate: true }), { ...details, part: 'G' })
  expect(translator).toMatch(/`given` \[N,H,W,C\] in \[-1,1\], `label` \[N,\d\] one-hot in the order of the classes, of the class that they are to become/)
  expect(translator).not.toContain('`latent`')
})
it('says of a classifier what it tells apart, how well, and what it looks at', () => {
  const part = { count: 10, accuracy: 0.9, from: 0.6, to: 0.98, balanced: 0.8 }
  const report: HeadReport = { classIds: ['a', 'b'], classNames: ['red', '绿'], seed: 0, run: null, learned: 70, passes: 3, validation: part, test: part, commonest: 0.5, ownSplit: false, confusion: [], tested: [] }
  const card = classifierCard(drawnClassifier(), { format: 'onnx', title: 'hands', studioVersion: '0', licence: '', report, remarks: [] })
  expect(card).toMatch(/^---\nlicense: unknown\ntags: \[image-classification, gan-studio\]/)
  expect(card).toContain('Classes, in the order of the probabilities: red, 绿')
  expect(card).toContain('Pictures: 16 × 16 px, colour; where others were learned from, their middle was cut out')
  expect(card).toContain('| Test | 10 | 90 % | 60 % to 98 % | 80 % |')
  expect(card).toMatch(/the discriminator may have learned from them: it flatters/)
  const { network, tensors, config } = drawnClassifier()
  const pretrained = classifierCard({ network, tensors, config: { ...config, run: null, pretrained: 'block_3' } }, { format: 'tfjs', title: 'hands', studioVersion: '0', licence: '', report, remarks: [] })
  expect(pretrained).toContain('on what MobileNetV2 (fine-tuned from ImageNet by others, from the package nsfwjs, MIT; up to its layer `block_3`, averaged over the picture) sees in a picture')
  expect(pretrained).not.toContain('discriminator')
})
