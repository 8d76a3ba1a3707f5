/** `npm start` as a person types it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../build/bundle.ts'
import { findTestRuntime } from '../../build/set-up/electron-test-runtime.ts'
import { projectRoot } from '../../build/set-up/project.ts'
import { applicationEnvironment, desktopAvailable, studioPid } from './electron/desktop.ts'
import { openScreen } from './electron/screen.ts'
import type { Screen } from './electron/screen.ts'

const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves once the output matches. */
  readonly says: (words: RegExp) => Promise<string>
}

describe('npm start', () => {
  let folder = ''
  let running: ChildProcess | null = null
  beforeAll(async () => {
    await bundle()
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-start-'))
  })
  afterEach(async () => {
    if (running?.exitCode === null) {
      running.kill('SIGTERM')
      await once(running, 'exit')
    }
    running = null
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = applicationEnvironment()
    const child = spawn(process.execPath, [join(projectRoot, 'build', 'start.mjs'), '--no-engine-download', '--data', join(folder, 'data'), ...args], {
      cwd: projectRoot,
      env: { ...rest, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running = child
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    return {
      child,
      output: () => output,
      says: async (words) => {
        await expect.poll(() => output, { timeout: 30_000 }).toMatch(words)
        return words.exec(output)?.[0] ?? ''
      },
    }
  }
  /** A folder to find Electron in, whose executable is this shell script. */
  async function electronFolder(name: string, script: string): Promise<string> {
    const place = join(folder, name)
    await mkdir(place)
    await writeFile(join(place, 'electron'), `#!/bin/sh\n${script}\n`)
    await chmod(join(place, 'electron'), 0o755)
    return place
  }

  it('serves without a window with --headless, and closes at Ctrl-C', async () => {
    const { child, says, output } = start(['--headless'])
    const url = await says(address)
    const admitted = await fetch(url, { redirect: 'manual' })
    const page = await fetch(new URL('/', url), { headers: { cookie: admitted.headers.getSetCookie()[0]?.split(';')[0] ?? '' } })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<title>GAN Studio</title>')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(output()).toContain('Closed.')
    expect(output()).not.toContain('No window')
  })

  it('says so where there is no screen, and serves the browser', async () => {
    const { says, output } = start([])
    await says(address)
    expect(output()).toMatch(/No window opens: There is no screen here/)
  })

  it('says why where the window does not open, and serves the browser', async () => {
    const broken = await electronFolder('broken', 'echo "[1:2/3:ERROR:x.cc(4)] No window today" >&2; exit 1')
    const { says, output } = start([], { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: broken })
    await says(address)
    expect(output()).toContain('No window opens: No window today')
  })

  it('does not wait again for a download that failed today', { skip: existsSync(join(projectRoot, 'node_modules', 'electron', 'path.txt')) }, async () => {
    const cache = join(folder, 'cache')
    await mkdir(cache)
    const { version } = (await import('electron/package.json', { with: { type: 'json' } })).default as { readonly version: string }
    await writeFile(join(cache, 'failed-attempts.json'), JSON.stringify({ [`electron-${version}`]: { reason: 'The cable was cut.', at: Date.now() } }))
    const { says, output } = start([], { DISPLAY: ':0', GAN_STUDIO_CACHE: cache })
    await says(address)
    expect(output()).toMatch(/No window opens: The cable was cut\. .*npx install-electron/)
    expect(output()).not.toContain('Fetching')
  })

  describe.skipIf(!desktopAvailable())('with a window', () => {
    let screen: Screen
    beforeAll(async () => {
      screen = await openScreen()
    })
    // Not there where it could not be opened.
    afterAll(() => screen?.close())

    it('opens it on the data folder named, and closes with all its processes when ended', async () => {
      const runtime = await electronFolder('runtime', `exec "${findTestRuntime()}" --no-sandbox "$@"`)
      const dataFolder = join(folder, 'window data')
      const { child, output } = start(['--data', dataFolder], { DISPLAY: screen.display, ELECTRON_OVERRIDE_DIST_PATH: runtime })
      await expect.poll(() => existsSync(join(dataFolder, 'studio.owner.json')), { timeout: 20_000 }).toBe(true)
      expect(output()).toContain('Opening the studio')
      const studio = studioPid(dataFolder)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
      expect(() => process.kill(studio, 0)).toThrow(/ESRCH/)
    })
  })
})
