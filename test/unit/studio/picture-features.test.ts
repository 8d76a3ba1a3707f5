/** Features of pictures are kept, and found anew where another part of a picture is to be seen. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silent } from '../../../src/base/log.ts'
import type { Decoders } from '../../../src/dataset/decoders.ts'
import type { EnginesService } from '../../../src/studio/engines-service.ts'
import { FeatureFiles, featureKey, pretrained } from '../../../src/studio/feature-files.ts'
import { findFeatures, pretrainedSource } from '../../../src/studio/picture-features.ts'

const box = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }
const picture = { seq: 7, sha256: 'ab'.repeat(32), sourcePath: 'a.png', crop: null }
const cropped = { ...picture, crop: box }

test('a picture whose crop box changed is looked at again, as it is cropped, and what was kept before comes back with an undo', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-features-'))
  const files = new FeatureFiles(folder)
  const asked: unknown[] = []
  // Nothing can be decoded here, so that no engine is needed.
  const decoders = { all: (_task: unknown, sources: readonly unknown[]) => {
    asked.push(...sources)
    return Promise.resolve(sources.map(() => ({ error: { code: 'corrupt', message: 'not here' } })))
  } } as unknown as Decoders
  const rows = async (one: typeof picture | typeof cropped): Promise<unknown[]> => {
    const { rows: found } = await findFeatures({ engines: {} as EnginesService, spawn: () => { throw new Error('no engine') }, decoders, files, log: silent }, { source: pretrainedSource, datasetId: 'set_a', pictures: [one], signal: new AbortController().signal, onProgress: () => {} })
    return [...found]
  }
  const features = new Float32Array(pretrained.count)
  await files.add('set_a', pretrained, [featureKey(picture)], features)
  expect([await rows(picture), asked]).toEqual([[[7, 0]], []])
  expect([await rows(cropped), asked]).toEqual([[], [{ sha256: picture.sha256, name: 'a.png', crop: box }]])
  await files.add('set_a', pretrained, [featureKey(cropped)], features)
  expect([await rows(cropped), await rows({ ...cropped, crop: { ...box, x: 0.3 } }), await rows(picture)]).toEqual([[[7, 1]], [], [[7, 0]]])
  await rm(folder, { recursive: true, force: true })
})
