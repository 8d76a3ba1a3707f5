/** Engines and decoders whose studio is gone while the system does not answer them, as a drive does not that was pulled out: they end all the same. */
import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { EngineCommand } from '../../../src/contract/trainer.ts'
import type { DecodeCommand } from '../../../src/dataset/decoding.ts'
import { Originals } from '../../../src/dataset/originals.ts'
import { endOrphan, recordProcess } from '../../../src/studio/owned-process.ts'
import { temporaryFolder } from '../store/fixtures.ts'

const sha256 = 'ab'.repeat(32)
/** A pipe that nobody writes to: who opens it waits for ever. */
function silentPipe(folder: string): string {
  const path = new Originals(folder).file(sha256)
  mkdirSync(dirname(path), { recursive: true })
  execFileSync('mkfifo', [path])
  return path
}

it.skipIf(process.platform === 'win32').each<readonly [string, (folder: string, pipe: string) => EngineCommand | DecodeCommand]>([
  ['engine-process', (_folder, features) => ({ type: 'start', job: { kind: 'head', engine: 'cpu', features, dimensions: 2, rows: Int32Array.of(0, 1), labels: Int32Array.of(0, 1), classes: 2, parts: Uint8Array.of(0, 1), seed: 0 } })],
  ['decoder-process', (dataFolder) => ({ id: 1, dataFolder, task: { kind: 'thumbnail', size: 96 }, sources: [{ sha256, name: 'x.png' }] })],
])('%s', { timeout: 180_000 }, async (entry, command) => {
  const folder = temporaryFolder()
  const child = fork(join(import.meta.dirname, '../../../src/studio', `${entry}.ts`), [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const ready = new Promise<void>((resolve) => child.on('message', ({ type }: { readonly type: string }) => void (type === 'ready' && resolve())))
    const exit = once(child, 'exit')
    if (entry === 'decoder-process') await ready
    child.send(command(folder, silentPipe(folder)))
    await ready
    await wait(1000)
    expect(child.exitCode).toBeNull()
    child.disconnect()
    expect(await Promise.race([exit.then(() => 'ended'), wait(20_000).then(() => 'still there')])).toBe('ended')
  } finally {
    child.kill('SIGKILL')
  }
})

it.skipIf(process.platform === 'win32')('an engine whose own thread hangs is ended by the next studio, and no other process that has its number', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const started = (name: string) => {
    writeFileSync(join(folder, `${name}.mjs`), 'console.log("on"); for (;;);')
    const child = spawn(process.execPath, [join(folder, `${name}.mjs`)], { stdio: ['ignore', 'pipe', 'ignore'] })
    return { child, exit: once(child, 'exit'), on: once(child.stdout, 'data') }
  }
  const [engine, other] = [started('engine-process'), started('of-somebody-else')]
  try {
    await Promise.all([engine.on, other.on])
    await recordProcess(folder, other.child.pid ?? 0)
    expect(await endOrphan(folder)).toBe(false)
    await recordProcess(folder, engine.child.pid ?? 0)
    expect(await endOrphan(folder)).toBe(true)
    expect(await engine.exit).toEqual([null, 'SIGKILL'])
    expect(other.child.exitCode).toBeNull()
    // What ended it is not written down for ever.
    expect(await endOrphan(folder)).toBe(false)
  } finally {
    for (const { child } of [engine, other]) child.kill('SIGKILL')
  }
})
