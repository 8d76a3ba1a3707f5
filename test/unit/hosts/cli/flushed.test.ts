import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const flushed = join(import.meta.dirname, '../../../../src/hosts/cli/flushed.ts')
const wrote = `import { flushed } from ${JSON.stringify(flushed)}; process.stdout.on('error', () => {}); process.stdout.write('x'.repeat(1_000_000)); await flushed(process.stdout, process.stderr); process.exit()`

it('waits until a slow reader has all of it', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', wrote], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect((await text(child.stdout)).length).toBe(1_000_000)
})

it('ends where the reader has gone', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', wrote], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.destroy()
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
})
