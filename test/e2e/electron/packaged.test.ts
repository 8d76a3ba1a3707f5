/**
 * The packaged application, as a folder, made with the test runtime in Electron's place. What that
 * runtime (Electron 22) cannot show: the studio process as a utility process, the fuse for the
 * file protocol (29), and the checking of the archive (done on macOS and Windows alone).
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageStudio } from '../../../build/package-studio.ts'
import { testRuntimeFolder, testRuntimeVersion } from '../../../build/set-up/electron-test-runtime.ts'
import { engineInstalled } from '../../../build/set-up/engine.ts'
import { silent } from '../../../src/base/log.ts'
import type { Run } from '../../../src/contract/data.ts'
import { tensorflowFolder } from '../../../src/engine/engine-folder.ts'
import { ownKernelsFile, ownKernelsName } from '../../../src/engine/own-kernels.ts'
import { openStudio } from '../../../src/hosts/open-studio.ts'
import { pictureFolder } from '../pictures.ts'
import { applicationEnvironment, desktopAvailable, screenshotsFolder, studioPid } from './desktop.ts'
import { openDevTools } from './devtools.ts'
import type { DevToolsPage } from './devtools.ts'
import { filesOfArchive, fusesOf } from './package-facts.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'

describe.skipIf(!desktopAvailable())('the packaged application', () => {
  let folder = ''
  let resources = ''
  let executable = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-package-'))
    const electron = join(folder, 'electron')
    await cp(testRuntimeFolder(), electron, { recursive: true, filter: (path) => path !== join(testRuntimeFolder(), 'resources', 'app') })
    await packageStudio({ systems: ['linux'], folderOnly: true, output: join(folder, 'out'), electron: { folder: electron, version: testRuntimeVersion } })
    executable = join(folder, 'out', 'linux-unpacked', 'gan-studio')
    resources = join(folder, 'out', 'linux-unpacked', 'resources')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has window and page in the archive, and what runs outside it beside', () => {
    const archive = filesOfArchive(join(resources, 'app.asar'))
    for (const needed of ['package.json', 'dist/electron/main.cjs', 'dist/electron/preload.cjs', 'dist/renderer/index.html']) expect(archive.get(needed)).toBe('inside')
    const unpacked = readdirSync(join(resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' })
    for (const needed of ['dist/studio/studio-process.mjs', 'dist/studio/engine-process.mjs', 'dist/icons/icon.png', 'assets/sample-pictures.zip', 'node_modules/better-sqlite3/prebuilds/linux-x64.node'])
      expect(unpacked).toContain(needed)
    expect(unpacked.filter((path) => /sharp-linux-x64.*\.node$/.test(path))).not.toEqual([])
    // Nothing native or run by Node lies inside; nothing of development or of other systems came along.
    expect([...archive].filter(([path, place]) => place === 'inside' && /^node_modules\/|^dist\/studio\/|\.node$|\.so[.\d]*$/.test(path))).toEqual([])
    expect(unpacked.filter((path) => /node_modules\/(electron|vite|vitest|typescript|svelte|node(-bin)?-(darwin|linux|win)-[a-z0-9]+)\/|\.d\.ts$|(darwin|win32)[^/]*\.node$/.test(path))).toEqual([])
    expect(existsSync(join(resources, 'app'))).toBe(false)
  })

  it('says what it is made of, under which licences', () => {
    expect(readFileSync(join(resources, 'licences', 'third-party.txt'), 'utf8')).toMatch(/^electron \d.*\(MIT\)$/m)
    const { components } = JSON.parse(readFileSync(join(resources, 'licences', 'sbom.cdx.json'), 'utf8')) as { readonly components: readonly { readonly name: string }[] }
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['electron', 'sharp', 'svelte', 'better-sqlite3']))
  })

  it('brings the addon that joins TensorFlow with Node and our kernels beside it, so that its users need no compiler', { skip: !engineInstalled() }, () => {
    const brought = join(resources, 'app.asar.unpacked', 'assets', 'engine', 'linux-x64')
    expect(existsSync(join(brought, 'tfjs_binding.node'))).toBe(true)
    expect(existsSync(join(brought, ownKernelsName))).toBe(existsSync(ownKernelsFile(tensorflowFolder())))
  })

  it('cannot be turned into a plain Node, debugged, or given another application', async () => {
    expect(fusesOf(executable)).toEqual({
      runAsNode: false, nodeOptions: false, inspect: false, v8Snapshot: false, cookieEncryption: true, asarIntegrity: true, onlyAsar: true,
    })
    const asNode = spawn(executable, ['-e', 'console.log("node")', '--no-sandbox', '--version'], { env: { ...applicationEnvironment(), ELECTRON_RUN_AS_NODE: '1', DISPLAY: ':none' }, stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    asNode.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await once(asNode, 'close')
    expect(said).not.toContain('node\n')
  })

  describe.skipIf(!engineInstalled())('when started', () => {
    let screen: Screen
    let application: ChildProcess
    let page: DevToolsPage
    let dataFolder = ''

    beforeAll(async () => {
      dataFolder = join(folder, 'data')
      screen = await openScreen()
      application = spawn(executable, ['--no-sandbox', '--lang=en-US', '--remote-debugging-port=0', `--data=${dataFolder}`], {
        env: { ...applicationEnvironment(), DISPLAY: screen.display },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      page = await openDevTools(application.stderr as Readable)
    })
    afterAll(async () => {
      // Whatever beforeAll did not come to is not there.
      page?.close()
      application?.kill('SIGKILL')
      await screen?.close()
    })

    it('opens its window on a studio process from outside the archive', async () => {
      await expect.poll(() => page.evaluate('document.body.innerText'), { timeout: 20_000 }).toContain('Drop a folder of pictures')
      expect(readFileSync(`/proc/${studioPid(dataFolder)}/cmdline`, 'utf8')).toContain(join(resources, 'app.asar.unpacked', 'dist', 'studio', 'studio-process.mjs'))
    })

    it('imports and trains on TensorFlow', async () => {
      // This process is a guest: the packaged studio does the work.
      const studio = await openStudio({ dataFolder, version: '0.0.0', log: silent })
      const { datasetId } = await studio.call('datasets.import', { tickets: [await studio.registerSources([await pictureFolder(folder)])] })
      await expect.poll(async () => (await studio.call('datasets.get', { id: datasetId })).state, { timeout: 30_000 }).toBe('ready')
      const started = await studio.call('runs.start', { datasetId, budget: { kind: 'images', images: 2000 }, engine: 'tensorflow', set: { resolution: 16, width: 8 } })
      const run = (): Promise<Run> => studio.call('runs.get', { id: started.id })
      await expect.poll(async () => (await run()).state, { timeout: 90_000 }).toBe('finished')
      expect(await run()).toMatchObject({ engine: 'tensorflow', error: null })
      await studio.close()
      await page.evaluate(`location.hash = 'models'`)
      await expect.poll(() => page.evaluate('document.body.innerText')).toContain('Finished')
      writeFileSync(join(screenshotsFolder(), 'packaged.png'), await page.screenshot())
    })

    it('ends cleanly when asked to', async () => {
      const exit = once(application, 'exit')
      application.kill('SIGTERM')
      expect(await exit).toEqual([0, null])
    })
  })
})
