import { appendFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measures, type PictureMeasures } from '../../../src/contract/data.ts'
import { featureCount } from '../../../src/engine/pretrained/picture-features.ts'
import { FeatureFiles, pretrained } from '../../../src/studio/feature-files.ts'
import { OddReasons } from '../../../src/studio/odd-reasons.ts'
import { temporaryFolder } from '../store/fixtures.ts'

const like = (change: Partial<PictureMeasures>): PictureMeasures => ({ ...(Object.fromEntries(measures.map((measure) => [measure, 0.5])) as PictureMeasures), ...change })
const others = Array.from({ length: 200 }, (_, i) => like({ brightness: i / 200, sharpness: i }))

test('a reason names the wrong class before anything else, then the extreme measure, else only how unlike it is', () => {
  const reasons = new OddReasons(others)
  const nearest = { classId: 'b', name: 'Cats', share: 0.9 }
  expect(reasons.of({ oddness: 0.1, measures: like({}), classId: 'a', nearest })).toEqual({ key: 'odd.looksLike', values: { class: 'Cats', percent: 90 } })
  expect(reasons.of({ oddness: 0.1, measures: like({}), classId: 'b', nearest })).toBeNull()
  expect(reasons.of({ oddness: 0.995, measures: like({ brightness: 0 }), classId: null, nearest: null })).toMatchObject({ key: 'odd.dark', values: { percent: 99.5 } })
  expect(reasons.of({ oddness: 1, measures: like({ sharpness: 100 }), classId: null, nearest: null })).toMatchObject({ key: 'odd.unlike', values: { percent: 99.9 } })
})

test('kept features survive an end cut short, and are found anew where the files are gone', async () => {
  const folder = temporaryFolder()
  const files = new FeatureFiles(folder)
  const features = (value: number, count: number): Float32Array => new Float32Array(count * featureCount).fill(value)
  await files.add('set_a', pretrained, [5, 9], features(1, 2))
  appendFileSync(files.file('set_a'), Buffer.alloc(100, 7))
  expect([...(await files.rows('set_a'))]).toEqual([[5, 0], [9, 1]])
  await files.add('set_a', pretrained, [12], features(3, 1))
  expect([...(await files.rows('set_a'))]).toEqual([[5, 0], [9, 1], [12, 2]])
  rmSync(files.file('set_a'))
  expect((await files.rows('set_a')).size).toBe(0)
  await files.add('set_a', pretrained, [9], features(2, 1))
  expect([...(await files.rows('set_a'))]).toEqual([[9, 0]])
  await files.sweep((id) => id !== 'set_a')
  expect((await files.rows('set_a')).size).toBe(0)
})
