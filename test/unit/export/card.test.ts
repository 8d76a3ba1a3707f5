/** What a model card says of a discriminator that had others beside it. */
import { expect, it } from 'vitest'
import { modelCard, type CardDetails } from '../../../src/export/models/card.ts'
import { drawnModel } from '../../exported-model.ts'

const details: CardDetails = { format: 'onnx', part: 'D', studioVersion: '0', datasetName: 'hands', pictureCount: 1, trainedMs: 1, score: null, licence: '', remarks: [] }
const said = (projected: number, change: Partial<CardDetails>): string => modelCard(drawnModel({ projected }), { ...details, ...change })

it('says where the heads on pretrained features are', () => {
  expect(said(1, {})).toMatch(/MobileNetV2 took part in training: they are not in this file/)
  expect(said(1, { format: 'tfjs' })).toMatch(/they are not in this file/)
  expect(said(1, { format: 'safetensors', part: 'all' })).toMatch(/they are in this file \(`D\.projected/)
})
it('says nothing of them where there are none, or of a generator', () => {
  expect(said(0, {})).not.toMatch(/MobileNetV2/)
  expect(said(1, { part: 'G' })).not.toMatch(/MobileNetV2/)
})
it('says what a translator is given, and what it would score without translating', () => {
  const translator = modelCard(drawnModel({ translate: true }), { ...details, part: 'G' })
  expect(translator).toMatch(/`given` \[N,H,W,C\] in \[-1,1\], `label` \[N,\d\] one-hot in the order of the classes, of the class that they are to become/)
  expect(translator).not.toContain('`latent`')
})
