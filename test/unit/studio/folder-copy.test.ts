/** A folder on its way to another disk: what comes out different there is noticed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { copyTree, treeOf } from '../../../src/studio/folder-copy.ts'
import { temporaryFolder } from '../store/fixtures.ts'

it.each([['kept', false], ['changed', true]] as const)('a disk that has %s what was written', async (_, changes) => {
  const folder = temporaryFolder()
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  mkdirSync(join(from, '子'), { recursive: true })
  mkdirSync(to)
  writeFileSync(join(from, 'a.png'), 'first')
  writeFileSync(join(from, '子', 'b.png'), 'second')
  const tree = await treeOf(from, () => false)
  let bytes = 0
  const copied = copyTree({
    from, to, tree, signal: new AbortController().signal,
    onBytes: (count) => {
      bytes += count
      // All is written, and nothing compared yet.
      if (changes && bytes === tree.bytes) writeFileSync(join(to, 'a.png'), 'fjrst')
    },
  })
  if (changes) await expect(copied).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(/a\.png came out different on the new disk\. The data stays where it was/) as string })
  else {
    await copied
    expect(bytes).toBe(2 * tree.bytes)
    expect(readFileSync(join(to, '子', 'b.png'), 'utf8')).toBe('second')
  }
})
