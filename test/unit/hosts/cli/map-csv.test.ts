/** The map of a data set as CSV: a class that a table program would run as a formula is marked there, too. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { map } from '../../../../src/hosts/cli/commands/looks.ts'
import type { Watch } from '../../../../src/hosts/cli/activity.ts'
import { temporaryFolder } from '../../store/fixtures.ts'

it('is written once, with classes marked', async () => {
  const answers: Readonly<Record<string, unknown>> = {
    'datasets.list': [{ id: 'set_1', name: 'Hands', classes: [{ id: 'cls_1', name: '=HYPERLINK("http://evil.example")' }, { id: 'cls_2', name: '-2' }] }],
    'datasets.lookState': { look: {} },
    'datasets.map': { pictureIds: 'pic_1 pic_2 pic_3', classIndices: new Uint8Array(Int16Array.of(0, 1, -1).buffer), places: new Uint8Array(Float32Array.of(0, 1, 0.5, 0.25, 1, 0).buffer) },
  }
  const watch = { studio: { call: (method: string) => Promise.resolve(answers[method]) }, output: { result: () => {} } } as unknown as Watch
  const out = join(temporaryFolder(), 'map.csv')
  await map(watch, 'Hands', { out })
  const text = await readFile(out, 'utf8')
  expect(text).toBe('picture,class,x,y\npic_1,"\'=HYPERLINK(""http://evil.example"")",0,1\npic_2,-2,0.5,0.25\npic_3,,1,0\n')
  await expect(map(watch, 'Hands', { out })).rejects.toThrow(/map\.csv/)
  expect(await readFile(out, 'utf8')).toBe(text)
})
