/** Pasted pictures of windows that were killed: gone at the next start, but for what an import still needs. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { forgetPasted, keepPasted, sweepPasted } from '../../../electron/pasted.ts'

it('are swept, and nobody else\'s', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['-e', ''])
  const made = [`gan-studio-pasted-${dead}-aaaaaa`, `gan-studio-pasted-${dead}-bbbbbb`, `gan-studio-pasted-${process.ppid}-cccccc`, 'gan-studio-pasted-0-dddddd'].map((name) => join(tmpdir(), name))
  onTestFinished(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
  for (const folder of made) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'pasted 1.png'), 'x')
  }
  const other = mkdtempSync(join(tmpdir(), 'gan-studio-paste-other-'))
  onTestFinished(() => rmSync(other, { recursive: true }))
  const [own = ''] = await keepPasted([{ format: 'png', bytes: new Uint8Array(3) }])
  await sweepPasted([join(made[1] ?? '', 'pasted 1.png')])
  expect([...made, other, dirname(own)].map((folder) => existsSync(folder))).toEqual([false, true, true, true, true, true])
  forgetPasted()
  expect(existsSync(dirname(own))).toBe(false)
})
